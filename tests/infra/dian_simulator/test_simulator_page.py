"""The page by hand: what it shows, what its forms do, and that nothing typed becomes markup."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import html

from infra.dian_simulator.faults import Faults

from .signing import Signer
from .site import COMPANY, Site, site

NIT = f"{COMPANY}-8"
ACTS = (
    "1. Habilitar documento soporte electrónico ante la DIAN",
    "2. Solicitar resolución en la DIAN",
    "3. Asociar prefijos en página de la DIAN",
)
HOSTILE = "<script>alert('x')</script>\"><img src=x>"


@dataclass
class Shown:
    """A page that came."""

    status: int
    path: str
    source: str

    @property
    def tree(self) -> html.HtmlElement:
        return html.fromstring(self.source)

    @property
    def text(self) -> str:
        return " ".join(self.tree.text_content().split())

    @property
    def error(self) -> str:
        return " ".join(each.text_content() for each in self.tree.iterfind(".//p[@role='alert']"))

    @property
    def titles(self) -> list[str]:
        return [each.text_content() for each in self.tree.iterfind(".//h2")]

    def buttons(self) -> set[str]:
        return {each.text_content() for each in self.tree.iterfind(".//button")}


async def look(simulator: Site, path: str = f"/?nit={NIT}") -> Shown:
    async with simulator.http.get(simulator.at.admin + path) as response:
        return Shown(response.status, str(response.url.relative()), await response.text())


async def send(simulator: Site, form: str, **fields: str) -> Shown:
    """Submits a form and goes where it leads."""
    async with simulator.http.post(f"{simulator.at.admin}/page/{form}", data=fields) as response:
        return Shown(response.status, str(response.url.relative()), await response.text())


async def act(simulator: Site, name: str, **fields: str) -> Shown:
    return await send(simulator, "act", act=name, nit=NIT, **fields)


@pytest.fixture
async def strict(tmp_path: Path, provider: Signer) -> AsyncIterator[Site]:
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "302.xml").write_bytes(b"<odd/>")
    async with site(tmp_path, provider, strict=True, answers=folder) as made:
        yield made


async def test_it_asks_for_a_nit_first(simulator: Site) -> None:
    page = await look(simulator, "/")
    assert (page.status, page.titles, page.error) == (200, ["Reloj", "Fallas"], "")
    assert page.source.startswith('<!DOCTYPE html><html lang="es-CO">')
    assert page.tree.xpath("//meta[@name='viewport']")
    assert not page.tree.xpath("//script")


async def test_a_person_walks_a_company_through_the_three_acts(simulator: Site) -> None:
    page = await look(simulator)
    assert page.titles == [f"Empresa {NIT}", *ACTS, "Reloj", "Fallas"]
    for words in ("Habilitada para documento soporte: No", "No tiene rangos", "401 NIT: 900999888 no autorizado"):
        assert words in page.text
    assert "Quitar la asociación" not in page.buttons()

    page = await act(simulator, "enable", forget="1")
    assert "Habilitada para documento soporte: Falta Sincronizar a Producción" in page.text
    page = await act(simulator, "enable")
    assert (page.status, page.path) == (200, f"/?nit={NIT}"), "redirected: a reload does nothing"
    assert "Habilitada para documento soporte: Sí" in page.text

    page = await act(simulator, "request", prefix="DSX", valid_from="2020-01-01", valid_to="2999-12-31")
    for words in (
        "DSX · Resolución 18764",
        "Documento soporte",
        "del 2020-01-01 al 2999-12-31, vigente",
        "Sin asociar",
    ):
        assert words in page.text

    page = await act(simulator, "associate", range="", software="")
    assert "Asociado con nuestro proveedor" in page.text
    assert "100 Acción completada OK." in page.text
    assert await simulator.code() == "100"
    assert "Últimas consultas" in (await look(simulator)).text

    page = await act(simulator, "associate", undo="1")
    assert "Sin asociar" in page.text
    assert await simulator.code() == "401"


async def test_menu_paths_are_told(simulator: Site) -> None:
    text = (await look(simulator)).text
    for words in ("Sincronizar a Producción", "formulario 1876", "Rangos de numeración → proveedor"):
        assert words in text


async def test_one_range_is_chosen_and_bound_to_another_provider(simulator: Site) -> None:
    await act(simulator, "request", prefix="DSA", kind="dse")
    await act(simulator, "request", prefix="FEA", kind="invoice", **{"from": "5", "to": "9"})
    page = await look(simulator)
    for words in ("· Factura", "Del 5 al 9 "):
        assert words in page.text
    chosen = next(each for each in page.tree.xpath("//select[@name='range']/option/@value") if each.endswith("DSA"))
    page = await act(simulator, "associate", range=str(chosen), software="other")
    assert (page.text.count("Asociado con otro proveedor"), page.text.count("Sin asociar")) == (1, 1)
    page = await act(simulator, "associate", range=str(chosen))
    assert (page.status, page.error) == (
        409,
        "El rango está asociado con otro proveedor: primero quita esa asociación.",
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"act": "request", "resolution": "1"}, "La resolución debe ser de 11 a 14 dígitos."),
        ({"act": "request", "prefix": "dsa"}, "El prefijo debe ser de máximo 4 letras mayúsculas o dígitos."),
        ({"act": "request", "from": "x"}, "El número desde debe ser un número entero"),
        ({"act": "request", "from": "9" * 6000}, "El número desde debe ser un número entero"),
        ({"act": "request", "valid_to": "mañana"}, "La fecha hasta debe ser una fecha"),
        ({"act": "request", "from": "2", "to": "1"}, "El rango termina antes de empezar."),
        ({"act": "associate"}, "primero solicita la resolución"),
        ({"act": "marry"}, "Ese trámite no existe."),
        ({"act": "enable", "nit": "1"}, "Eso no es un NIT"),
        ({"act": "enable", "nit": ""}, "Eso no es un NIT"),
        ({"act": "enable", "colour": "red"}, "campo desconocido"),
    ],
)
async def test_what_is_wrong_is_a_sentence_on_the_page(simulator: Site, fields: Mapping[str, str], words: str) -> None:
    page = await send(simulator, "act", **{"nit": NIT} | dict(fields))
    assert page.status in (400, 409)
    assert words in page.error
    for name in ("resolution", "prefix", "from", "valid_to"):
        if typed := page.tree.xpath(f"//input[@name='{name}']/@value"):
            assert typed == [fields.get(name, "")], "what was typed is kept"


async def test_a_nit_that_is_none_is_told_so(simulator: Site) -> None:
    page = await look(simulator, "/?nit=abc")
    assert (page.status, page.titles) == (400, ["Reloj", "Fallas"])
    assert page.error.startswith("Eso no es un NIT")


@pytest.mark.parametrize(
    "field", ["prefix", "resolution", "from", "valid_from", "kind", "software", "range", "nit", "act"]
)
async def test_nothing_typed_becomes_markup(simulator: Site, field: str) -> None:
    page = await send(simulator, "act", **{"nit": NIT, "act": "request"} | {field: HOSTILE})
    assert page.status == 400
    assert not page.tree.xpath("//script | //img | //*[@onerror]")
    page = await look(simulator, f"/?nit={NIT}&{field}=%3Cimg%20src%3Dx%3E")
    assert not page.tree.xpath("//img")


async def test_nothing_kept_becomes_markup(tmp_path: Path, provider: Signer) -> None:
    name = "<img src=x>.xml"
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / name).write_bytes(b"<odd/>")
    async with site(tmp_path, provider, answers=folder) as simulator:
        await send(simulator, "fault", name="answer", file=name, count="2")
        await simulator.ask()
        page = await look(simulator)
    assert page.text.count(name) == 3, "on the list of what is on, among the files, among the calls"
    assert not page.tree.xpath("//img")


async def test_the_clock_moves_and_is_put_right(simulator: Site) -> None:
    assert "El reloj está corrido" not in (await look(simulator)).text
    page = await send(simulator, "clock", by="3h", nit=NIT)
    assert page.path == f"/?nit={NIT}"
    assert "El reloj está corrido" in page.text
    assert await simulator.code() == "InvalidSecurity"
    await send(simulator, "clock", by="1d")
    page = await send(simulator, "clock", by="right")
    assert "El reloj está corrido" not in page.text
    assert await simulator.code() == "401"


async def test_a_fault_is_switched_on_and_off(simulator: Site) -> None:
    page = await send(simulator, "fault", nit=NIT, name="code_500", count="forever", only=COMPANY)
    assert f"Código 500 en la respuesta: hasta que la quites, solo para {NIT}" in page.text
    assert [await simulator.code(), await simulator.code("800197268")] == ["500", "401"]
    page = await send(simulator, "fault", name="code_500", count="0", only=COMPANY)
    assert "No hay ninguna activa." in page.text
    page = await send(simulator, "fault", name="latency", count="3", seconds="0.5")
    assert "La respuesta, tarde: faltan 3" in page.text
    assert await simulator.get("/faults") == {"latency": 3}


async def test_a_fault_that_is_wrong_is_a_sentence_on_the_page(simulator: Site) -> None:
    page = await send(simulator, "fault", nit=NIT, name="empty", seconds="1")
    assert (page.status, page.error) == (400, "Los segundos son de las fallas slow, latency, drip.")
    assert f"Empresa {NIT}" in page.titles
    assert (await send(simulator, "fault", name="none")).error == "Esa falla no existe."


async def test_every_fault_is_offered_and_files_where_there_are_any(simulator: Site, strict: Site) -> None:
    offered = (await look(simulator)).tree.xpath("//select[@name='name']/option/@value")
    assert {*offered, "answer"} == set(Faults.NAMES)
    assert "answer" not in offered
    page = await look(strict)
    assert page.tree.xpath("//select[@name='file']/option/@value") == ["", "302.xml"]
    page = await send(strict, "fault", name="answer", file="302.xml", status="503", count="1")
    assert "302.xml, HTTP 503" in page.text
    assert await strict.ask() == (503, "<odd/>")


async def test_strict_says_so_and_why(strict: Site) -> None:
    assert "Modo estricto" in (await look(strict)).text
    assert (await act(strict, "request")).error.endswith("primero habilítala.")
    await act(strict, "enable")
    await act(strict, "request")
    page = await act(strict, "associate")
    assert (page.status, page.error[:56]) == (409, "La DIAN ofrece un rango para asociarlo 3 horas después d")
    await send(strict, "clock", by="3h")
    assert "Asociado con nuestro proveedor" in (await act(strict, "associate")).text


async def test_every_field_has_a_label_and_ids_are_not_borne_twice(strict: Site) -> None:
    await act(strict, "enable")
    await act(strict, "request")
    tree = (await look(strict)).tree
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    fields = tree.xpath("//input[not(@type='hidden')] | //select")
    assert len(fields) > 10
    assert {each.get("id") for each in fields} == set(tree.xpath("//label/@for"))


async def test_it_listens_on_loopback_alone(simulator: Site) -> None:
    assert simulator.at.admin.startswith("http://127.0.0.1:")
    assert await simulator.get("/healthz") == {"status": "ok"}
