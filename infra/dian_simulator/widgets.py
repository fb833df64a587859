"""The page's small parts: fields with their labels, moments and numbers as people read them."""

from collections.abc import Mapping
from datetime import datetime
from html import escape

from infra.dian_simulator.clock import BOGOTA


def local(at: datetime) -> str:
    return f"{at.astimezone(BOGOTA):%Y-%m-%d %H:%M:%S}"


def dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'


def text_field(name: str, label: str, value: str, attributes: str = "") -> str:
    return (
        f'<div><label for="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" value="{escape(value)}" autocomplete="off" {attributes}></div>'
    )


def tick(name: str, value: str, label: str) -> str:
    return (
        f'<p><input type="checkbox" id="{name}" name="{name}" value="{escape(value)}"> '
        f'<label class="beside" for="{name}">{label}</label></p>'
    )


def choice(name: str, label: str, options: Mapping[str, str], chosen: str) -> str:
    listed = "".join(
        f'<option value="{escape(value)}"{" selected" * (value == chosen)}>{escape(text)}</option>'
        for value, text in options.items()
    )
    return f'<div><label for="{name}">{label}</label><select id="{name}" name="{name}">{listed}</select></div>'
