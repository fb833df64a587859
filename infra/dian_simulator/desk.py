"""The page's part about one company: how it stands at DIAN, and its three acts with DIAN's menu paths."""

from datetime import date
from html import escape

from infra.dian_simulator import nit as nits
from infra.dian_simulator.numbering import OTHERS, NumberRange
from infra.dian_simulator.view import Company, View
from infra.dian_simulator.widgets import choice, dotted, hidden, local, text_field, tick

_ENABLE_PATH = (
    "dian.gov.co → Factura electrónica → Habilitación (entrar como Empresa) → Registro y habilitación → Documentos "
    "electrónicos → Documentos para no obligados a facturar → confirmar «Documento soporte y Nota de ajuste» → Asociar "
    "modo de operación: Software de un proveedor tecnológico → proveedor → software → Asociar → Detalles de Set de "
    "pruebas (ícono del ojo) → Sincronizar a Producción."
)
_REQUEST_PATH = (
    "MUISCA → Usuario registrado (a nombre de un tercero) → Numeración de Facturación → Solicitar numeración → "
    "Autorizar rangos (formulario 1876), tipo Documento soporte → Agregar → Borrador → Definitivo, firmado con la IFE "
    "y la clave dinámica."
)
_ASSOCIATE_PATH = (
    "Facturando Electrónicamente → Configuración → Rangos de numeración → proveedor, software y prefijo → Agregar → "
    "Aceptar. La DIAN ofrece el prefijo 2 a 3 horas después de que la resolución quede en definitivo."
)


def company(view: View, shown: Company) -> str:
    """All sections about it."""
    return "".join((_state(shown, view), _enable(shown, view), _request(shown, view), _associate(shown, view)))


def _state(company: Company, view: View) -> str:
    no = "Falta Sincronizar a Producción" if company.registered else "No"
    enabled = '<span class="good">Sí</span>' if company.enabled else f'<span class="bad">{no}</span>'
    today = view.now.date()
    ranges = "".join(f"<li>{_range(each, today, view.software)}</li>" for each in company.ranges)
    calls = "".join(f"<li>{local(at)}: {escape(code)}</li>" for at, code in company.calls)
    good = ' class="good"' if company.answer.code == "100" else ""
    return (
        f"<section><h2>Empresa {escape(nits.dashed(company.nit))}</h2>"
        f"<p>Habilitada para documento soporte: {enabled}</p>"
        + (f'<ul class="cards">{ranges}</ul>' if ranges else "<p>No tiene rangos de numeración.</p>")
        + f'<p>Lo que la DIAN le contestaría ahora a nuestro proveedor:</p><p class="answer"><b{good}>'
        f"{escape(company.answer.code)}</b> {escape(company.answer.description)}</p>"
        + (f"<details><summary>Últimas consultas</summary><ul>{calls}</ul></details>" if calls else "")
        + "</section>"
    )


def _range(each: NumberRange, today: date, software: str) -> str:
    if each.in_date(today):
        dated = '<span class="good">vigente</span>'
    else:
        dated = f'<span class="bad">{"aún no rige" if today < each.valid_from else "vencido"}</span>'
    kind = "Factura" if each.kind == "invoice" else "Documento soporte"
    numbers = f"Del {dotted(each.from_number)} al {dotted(each.to_number)}"
    return (
        f"<b>{escape(each.prefix) or 'Sin prefijo'}</b> · Resolución {escape(each.resolution)} · {kind}<br>"
        f"{numbers} · del {each.valid_from} al {each.valid_to}, {dated}<br>"
        f"{escape(_bound(each.software, software))}"
    )


def _bound(bound_to: str, software: str) -> str:
    if not bound_to:
        return "Sin asociar"
    if bound_to == OTHERS:
        return "Asociado con otro proveedor"
    if bound_to == software:
        return "Asociado con nuestro proveedor"
    return f"Asociado con otro software de nuestro proveedor ({bound_to})"


def _enable(company: Company, view: View) -> str:
    more = _more(tick("forget", "1", "Olvidar el último paso, Sincronizar a Producción"), view, "enable")
    title = "1. Habilitar documento soporte electrónico ante la DIAN"
    return _act(company, "enable", title, _ENABLE_PATH, "Habilitar", more)


def _request(company: Company, view: View) -> str:
    def field(name: str, label: str, attributes: str = "") -> str:
        return text_field(name, label, view.typed.get(name, ""), attributes)

    kinds = choice("kind", "Tipo", {"dse": "Documento soporte", "invoice": "Factura"}, view.typed.get("kind", "dse"))
    options = (
        '<p class="quiet">Lo que dejes vacío lo pone el simulador. Si ya hay un rango vigente, pide otro con otro '
        'prefijo; con la resolución y el prefijo de uno que ya existe, lo cambias.</p><div class="row">'
        + field("prefix", "Prefijo (máximo 4)", 'maxlength="4"')
        + field("resolution", "Resolución (14 dígitos)", 'inputmode="numeric"')
        + field("from", "Número desde", 'inputmode="numeric"')
        + field("to", "Número hasta", 'inputmode="numeric"')
        + field("valid_from", "Vigente desde", 'type="date"')
        + field("valid_to", "Vigente hasta", 'type="date"')
        + f"{kinds}</div>"
    )
    title = "2. Solicitar resolución en la DIAN"
    return _act(company, "request", title, _REQUEST_PATH, "Solicitar resolución", _more(options, view, "request"))


def _associate(company: Company, view: View) -> str:
    ranges = {"": "Todos los que se puedan"} | {
        f"{each.resolution} {each.prefix}": f"{each.prefix or 'Sin prefijo'} · {each.resolution}"
        for each in company.ranges
    }
    whom = {"": "Nuestro proveedor", OTHERS: "Otro proveedor"}
    options = (
        '<div class="row">'
        + choice("range", "Rango", ranges, view.typed.get("range", ""))
        + choice("software", "Con quién", whom, view.typed.get("software", ""))
        + "</div>"
    )
    undo = ""
    if any(each.software for each in company.ranges):
        undo = '<button class="second" name="undo" value="1">Quitar la asociación</button>'
    title = "3. Asociar prefijos en página de la DIAN"
    more = _more(options, view, "associate")
    return _act(company, "associate", title, _ASSOCIATE_PATH, "Asociar", more, undo)


def _act(company: Company, act: str, title: str, path: str, button: str, more: str = "", second: str = "") -> str:
    return (
        f'<section><h2>{title}</h2><p class="quiet">{path}</p><form method="post" action="/page/act">'
        f"{hidden('act', act)}{hidden('nit', company.nit)}{more}<button>{button}</button>{second}</form></section>"
    )


def _more(options: str, view: View, act: str) -> str:
    """Open when what was typed there was refused."""
    is_open = " open" if view.error and view.typed.get("act") == act else ""
    return f"<details{is_open}><summary>Más opciones</summary>{options}</details>"
