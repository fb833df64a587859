"""The page as HTML, in Spanish. Every value that comes from elsewhere goes through `escape`."""

from datetime import timedelta
from html import escape
from pathlib import Path

from infra.dian_simulator import desk
from infra.dian_simulator import nit as nits
from infra.dian_simulator.faults import FOREVER, KINDS, Fault
from infra.dian_simulator.view import View
from infra.dian_simulator.widgets import choice, hidden, local, text_field, tick

_CSS = Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def page(view: View) -> str:
    shown = desk.company(view, view.company) if view.company else ""
    parts = (_header(view), _error(view.error), _chooser(view), shown, _clock(view), _faults(view))
    return (
        '<!DOCTYPE html><html lang="es-CO"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Simulador de la DIAN</title><style>{_CSS}</style></head><body>{''.join(parts)}</body></html>"
    )


def _header(view: View) -> str:
    strict = " Modo estricto: cada trámite exige lo que la DIAN exige antes." if view.strict else ""
    return (
        "<header><h1>Simulador de la DIAN</h1>"
        '<p class="quiet">Esto no es la DIAN: aquí haces a mano, para pruebas, los trámites de una empresa.'
        f"{strict}</p>"
        "</header><main>"
    )


def _error(sentence: str) -> str:
    return f'<p class="error" role="alert">{escape(sentence)}</p>' if sentence else ""


def _chooser(view: View) -> str:
    field = text_field(
        "nit", "NIT de la empresa (con o sin dígito de verificación)", view.typed.get("nit", ""), "required"
    )
    return f'<section><form method="get" action="/">{field}<button>Ver empresa</button></form></section>'


def _clock(view: View) -> str:
    buttons = {"3h": "+3 horas", "1d": "+1 día", "right": "Poner en hora"}
    forms = "".join(f'<button class="second" name="by" value="{by}">{label}</button>' for by, label in buttons.items())
    warning = ""
    if abs(view.moved) > timedelta(minutes=5):
        warning = (
            '<p class="bad">El reloj está corrido: a quien firme con otra hora se le contesta InvalidSecurity.</p>'
        )
    return (
        f"<section><h2>Reloj</h2><p>{local(view.now)} en Bogotá. La DIAN filtra los rangos por la fecha UTC, que es "
        f'{view.now:%Y-%m-%d}.</p>{warning}<form method="post" action="/page/clock">{_typed_nit(view)}{forms}</form>'
        "</section>"
    )


def _faults(view: View) -> str:
    on = "".join(f"<li>{_fault(each, left)}{_off(each, view)}</li>" for each, left in view.faults)
    names = {name: f"{kind.es} ({name})" for name, kind in KINDS.items() if name != "answer" or view.files}
    times = {"1": "Una vez", "3": "Tres veces", FOREVER: "Hasta que la quites"}
    fields = choice("name", "Falla", names, view.typed.get("name", ""))
    fields += choice("count", "Cuántas veces", times, view.typed.get("count", "1"))
    fields += text_field(
        "seconds", "Segundos (latency, drip, slow)", view.typed.get("seconds", ""), 'inputmode="decimal"'
    )
    if view.files:
        files = {"": "—"} | {each: each for each in view.files}
        fields += choice("file", "Archivo (answer)", files, view.typed.get("file", ""))
        fields += text_field("status", "Estado HTTP (answer)", view.typed.get("status", ""), 'inputmode="numeric"')
    only = tick("only", view.company.nit, "Solo para las consultas de esta empresa") if view.company else ""
    return (
        "<section><h2>Fallas</h2>"
        + (f'<ul class="cards">{on}</ul>' if on else "<p>No hay ninguna activa.</p>")
        + f'<form method="post" action="/page/fault">{_typed_nit(view)}<div class="row">{fields}</div>{only}'
        "<button>Activar la falla</button></form></section></main>"
    )


def _fault(each: Fault, left: int | None) -> str:
    times = "hasta que la quites" if left is None else f"faltan {left}"
    company = f", solo para {nits.dashed(each.nit)}" if each.nit else ""
    replayed = f" ({each.replayed.code}, HTTP {each.replayed.status})" if each.replayed else ""
    return escape(f"{KINDS[each.name].es}{replayed}: {times}{company}")


def _off(each: Fault, view: View) -> str:
    label = escape(f"Quitar: {KINDS[each.name].es}")
    return (
        f'<form method="post" action="/page/fault">{_typed_nit(view)}{hidden("name", each.name)}'
        f'{hidden("count", "0")}{hidden("only", each.nit)}<button class="second" aria-label="{label}">Quitar</button>'
        "</form>"
    )


def _typed_nit(view: View) -> str:
    return hidden("nit", view.company.nit) if view.company else ""
