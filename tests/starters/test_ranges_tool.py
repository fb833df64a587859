"""`./dse ranges` as an operator uses it: what an answer means, question and answer kept in a file, unknown answers."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from activities.dian.certificate import development_pkcs12
from starters.cli.main import main
from starters.cli.screen import harmless
from tests.starters.conftest import Cli, Said, dse
from workers import adapters
from workers.settings import Settings, SettingsError

ANSWERS = Path(__file__).parents[1] / "contract/dian/answers"
NIT, KEY = "900123456-8", "693ff6f2a553c3646a063436fd4dd9ded0311471"


class Endpoint:
    """Says what is in a file of answers; counts how often it was asked."""

    def __init__(self, name: str, status: int = 200, **headers: str) -> None:
        self.name, self.status, self.headers, self.asked = name, status, headers, 0

    async def answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(body=(ANSWERS / self.name).read_bytes(), status=self.status, headers=self.headers)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/", self.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/?token=s3cr3t"
        await runner.cleanup()


async def ask(endpoint: Endpoint, data: Path, *more: str, **env: str) -> Said:
    async with endpoint.open() as at:
        return await dse("ranges", NIT, "--endpoint", at, *more, DSE_DATA=str(data), **env)


async def test_json_gains_an_explanation_only_when_asked_for(tmp_path: Path) -> None:
    plain = (await ask(Endpoint("301.xml"), tmp_path, "--json")).json
    assert set(plain) == {"class", "unknown", "code", "description", "ranges"}
    told = (await ask(Endpoint("301.xml"), tmp_path, "--json", "--explain")).json
    assert set(told.pop("explanation")) == {"meaning_es", "company_es", "operator_es"}
    assert told == plain


@pytest.mark.parametrize(
    ("name", "status", "more", "code", "answer_class", "company", "operator"),
    [
        ("100_one_range.xml", 200, (), 0, "done", "tipo de comprobante", "Nada que hacer"),
        ("100_only_invoices.xml", 200, (), 0, "pending", "ninguno de documento soporte", "formulario 1876"),
        (
            *("100_only_invoices.xml", 200, ("--prefix", "FE", "--resolution", "18764012345678"), 1),
            *("refused", "es de facturación", "corregir la resolución declarada"),
        ),
        ("100_prefix_ends_in_digit.xml", 200, (), 0, "pending", "termina en número", "qué prefijo pedir"),
        ("100_one_range.xml", 200, ("--prefix", "ZZZ"), 0, "pending", "distinto", "Comparar resolución"),
        ("301.xml", 200, (), 0, "pending", "formulario 1876", "acto 2"),
        ("302.xml", 200, (), 0, "pending", "Rangos de numeración", "DSE_SOFTWARE_CODE"),
        ("401_company.xml", 200, (), 0, "pending", "Sincronizar a Producción", "tres actos"),
        ("401_certificate.xml", 200, (), 1, "ours", "No tienes que hacer nada", "DSE_PROVIDER_NIT"),
        ("303.xml", 200, (), 1, "ours", "No tienes que hacer nada", "DSE_SOFTWARE_CODE"),
        ("999_unknown.xml", 200, (), 0, "pending", "estamos revisando", "--save"),
        ("maintenance.html", 503, (), 1, "transient", "No tienes que hacer nada", "mantenimiento"),
    ],
)
async def test_each_answer_is_explained_for_the_company_and_for_the_operator(
    tmp_path: Path,
    name: str,
    status: int,
    more: tuple[str, ...],
    code: int,
    answer_class: str,
    company: str,
    operator: str,
) -> None:
    said = await ask(Endpoint(name, status), tmp_path, "--json", "--explain", *more)
    assert (said.code, said.json["class"]) == (code, answer_class)
    assert company in said.json["explanation"]["company_es"]
    assert operator in said.json["explanation"]["operator_es"]
    shown = await ask(Endpoint(name, status), tmp_path, "--explain", *more)
    assert "Qué le dice a la empresa: " + said.json["explanation"]["company_es"] in shown.out


async def test_a_refused_signature_is_explained_by_the_clock_if_that_is_wrong(tmp_path: Path) -> None:
    wrong = Endpoint("fault_invalid_security.xml", 500, Date="Tue, 24 Nov 2020 15:30:00 GMT")
    said = await ask(wrong, tmp_path, "--json", "--explain")
    assert (said.code, said.json["class"], said.json["code"]) == (1, "ours", "InvalidSecurity")
    assert "ahead of DIAN's" in said.json["description"]
    assert "está adelantado" in said.json["explanation"]["operator_es"]
    right = await ask(Endpoint("fault_invalid_security.xml", 500), tmp_path, "--json", "--explain")
    assert "coincide con el de la DIAN" in right.json["explanation"]["operator_es"]


async def test_the_exchange_is_kept_without_secrets(tmp_path: Path) -> None:
    file = tmp_path / "saved.json"
    said = await ask(Endpoint("100_invoice_and_support.xml", Server="x"), tmp_path, "--save", str(file), "--json")
    assert said.code == 0
    text = file.read_text()
    saved = json.loads(text)
    assert (saved["method"], saved["status"], saved["headers"]["Server"]) == ("POST", 200, "x")
    assert saved["url"].startswith("http://127.0.0.1:")
    assert "<wcf:accountCode>900123456</wcf:accountCode>" in saved["question"]
    assert "<c:Prefix>DSA</c:Prefix>" in saved["body"]
    assert saved["answer"] == {"class": "done", "unknown": False, "code": "100", "description": "Acción completada OK."}
    for secret in (KEY, "s3cr3t", "MII"):
        assert secret not in text


async def test_it_is_kept_also_when_nothing_came_back(tmp_path: Path) -> None:
    file = tmp_path / "saved.json"
    away = ("ranges", NIT, "--endpoint", "http://127.0.0.1:9/x", "--save", str(file), "--json")
    said = await dse(*away, DSE_DATA=str(tmp_path))
    saved = json.loads(file.read_text())
    assert (said.code, said.json["class"]) == (1, "transient")
    assert (saved["status"], saved["body"], saved["answer"]["code"]) == (None, "", "connection")


@pytest.mark.parametrize("file", ["", "nowhere/saved.json"], ids=["a folder", "in no folder"])
async def test_a_file_that_cant_be_written_is_refused_before_dian_is_asked(tmp_path: Path, file: str) -> None:
    endpoint = Endpoint("301.xml")
    said = await ask(endpoint, tmp_path, "--save", str(tmp_path / file), "--json")
    assert (said.code, said.error["code"], endpoint.asked) == (1, "file_unreadable", 0)
    assert said.error["fields"][0]["field"] == "save"
    assert "DIAN was not asked" in said.error["hint"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
async def test_a_disk_that_is_full_hides_no_answer(tmp_path: Path) -> None:
    said = await ask(Endpoint("301.xml"), tmp_path, "--save", "/dev/full", "--json")
    assert (said.code, said.json["code"]) == (1, "301")
    assert "/dev/full could not be written" in said.err


async def test_another_providers_certificate_is_refused_with_what_to_do(tmp_path: Path) -> None:
    endpoint = Endpoint("301.xml")
    assert (await ask(endpoint, tmp_path, "--json")).code == 0
    made = tmp_path / "dian" / "provider.p12"
    said = await ask(endpoint, tmp_path, "--json", DSE_PROVIDER_NIT="800197268-4")
    assert (said.code, said.error["code"], endpoint.asked) == (1, "settings", 1)
    for word in ("800197268-4", Settings().provider_nit, f"delete {made}", "provider.pem"):
        assert word in said.error["message"]
    for each in (made, made.with_suffix(".pem")):
        each.unlink()
    assert (await ask(endpoint, tmp_path, "--json", DSE_PROVIDER_NIT="800197268-4")).code == 0

    other = tmp_path / "other.p12"
    other.write_bytes(development_pkcs12("800197268-4"))
    said = await ask(endpoint, tmp_path, "--json", DSE_DIAN_CERTIFICATE=str(other))
    assert (said.code, said.error["code"]) == (1, "settings")
    for word in ("800197268-4", Settings().provider_nit, "DSE_PROVIDER_NIT", str(other)):
        assert word in said.error["message"]
    assert "delete" not in said.error["message"]


def test_nor_does_an_embedded_stack_start_on_another_providers_certificate(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert adapters.development_certificate(settings).exists()
    with pytest.raises(SettingsError, match="delete"):
        adapters.development_certificate(settings.model_copy(update={"provider_nit": "800197268-4"}))


@pytest.mark.parametrize("endpoint", ["http://vpfe.dian.gov.co/x", "http://127.0.0.1/\x01", "https://a b/", "x"])
async def test_an_endpoint_that_may_not_be_called_is_refused_in_a_sentence(tmp_path: Path, endpoint: str) -> None:
    said = await dse("ranges", NIT, "--endpoint", endpoint, "--json", DSE_DATA=str(tmp_path))
    assert (said.code, said.error["code"]) == (1, "settings")
    assert said.error["message"].startswith("DSE_DIAN_ENDPOINT: ")


def test_a_wrong_nit_is_refused_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ranges", "900123456-1", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "nit_check_digit"


async def test_a_code_that_workers_have_met_and_nobody_knows_is_listed_with_its_answer(cli: Cli) -> None:
    assert cli.addresses.dian is not None
    async with (
        aiohttp.ClientSession(raise_for_status=True) as http,
        http.post(f"{cli.addresses.dian.admin}/faults", json={"name": "unknown_code", "count": 1}),
    ):
        pass
    await cli.at_mandated_wait()
    async with asyncio.timeout(30):
        while not (found := await cli.ok("ranges", "--unknown")):
            await asyncio.sleep(0.2)
    answer = found[0]
    assert set(answer) == {"code", "times", "first_at", "last_at", "body"}
    assert (answer["code"], answer["times"]) == ("999", 1)
    assert "OperationCode>999<" in answer["body"]
    said = await cli("ranges", "--unknown")
    assert said.code == 0
    assert "999 · times: 1 · first 20" in said.out
    assert answer["body"] in said.out
    assert said.out.endswith("1 in all\n")


def test_an_answer_that_is_shown_does_not_steer_the_terminal() -> None:
    assert harmless("<a>\r\n\tCódigo\xa0nuevo\x1b[2J\x9b\u202e\r</a>") == "<a>\n\tCódigo\xa0nuevo�[2J���</a>"


async def test_unknown_answers_need_the_records_and_nothing_else(tmp_path: Path) -> None:
    nowhere = {"DSE_POSTGRES_DSN": "postgresql://dse:s3cr3t@127.0.0.1:9/dse", "DSE_DATA": str(tmp_path)}
    said = await dse("ranges", "--unknown", "--json", **nowhere)
    assert (said.code, said.error["code"]) == (1, "unavailable")
    assert "127.0.0.1:9" in said.error["message"]
    assert "s3cr3t" not in said.out + said.err


@pytest.mark.parametrize("arguments", [(), (NIT, "--unknown")], ids=["neither", "both"])
async def test_a_nit_is_wanted_or_the_unknown_answers(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    said = await dse("ranges", *arguments, DSE_DATA=str(tmp_path))
    assert said.code == 2
    assert "either a NIT or --unknown" in said.err
