"""What is said instead of the right reply: each function makes it out of that reply, the question and the time."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from infra.dian_simulator import wire, words
from infra.dian_simulator.numbering import Question
from infra.dian_simulator.wire import Reply

Instead = Callable[[Reply, Question, datetime], Reply]

_HUGE = 11_000_000
"""Bytes. No list of ranges comes near: one takes about 600."""
_STRANGER = "800197268"
_PAGE = (
    b"<!DOCTYPE html><html><head><title>Mantenimiento</title></head>"
    b"<body><h1>Servicio no disponible</h1><br>Intente mas tarde.</body></html>"
)
_BOMB = "".join(
    (
        '<?xml version="1.0"?><!DOCTYPE bomb [<!ENTITY a0 "ha">',
        *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)),
        "]><bomb>&a9;</bomb>",
    )
).encode()


def right(reply: Reply, asked: Question, now: datetime) -> Reply:
    return reply


def right_but_remembered_as(code: str) -> Instead:
    """What fails is how it is sent; the record says so."""
    return lambda reply, asked, now: replace(reply, code=code)


def html(status: int) -> Instead:
    return lambda reply, asked, now: Reply(status, _PAGE, f"html_{status}", "text/html")


def empty(reply: Reply, asked: Question, now: datetime) -> Reply:
    return Reply(200, b"", "empty")


def as_json(reply: Reply, asked: Question, now: datetime) -> Reply:
    body = json.dumps({"message": "Endpoint request timed out"})
    return Reply(200, body.encode(), "json", "application/json")


def redirect(reply: Reply, asked: Question, now: datetime) -> Reply:
    return Reply(302, b"", "redirect", "text/html", {"Location": "/mantenimiento"})


def truncated(reply: Reply, asked: Question, now: datetime) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2], code="truncated")


def wrong_charset(reply: Reply, asked: Question, now: datetime) -> Reply:
    """Latin-1 that says it is UTF-8: DIAN's words have accents."""
    return replace(reply, body=reply.body.decode().encode("latin-1", "replace"), code="wrong_charset")


def with_bom(reply: Reply, asked: Question, now: datetime) -> Reply:
    return replace(reply, body=b"\xef\xbb\xbf" + reply.body)


def gzipped(reply: Reply, asked: Question, now: datetime) -> Reply:
    return replace(reply, body=gzip.compress(reply.body), headers={"Content-Encoding": "gzip"})


def huge(reply: Reply, asked: Question, now: datetime) -> Reply:
    return replace(reply, body=reply.body + b" " * _HUGE, code="huge")


def entity_bomb(reply: Reply, asked: Question, now: datetime) -> Reply:
    return Reply(200, _BOMB, "entity_bomb")


def internal_fault(reply: Reply, asked: Question, now: datetime) -> Reply:
    return wire.internal_fault()


def soap_11_fault(reply: Reply, asked: Question, now: datetime) -> Reply:
    return wire.soap_11_fault()


def invalid_security(reply: Reply, asked: Question, now: datetime) -> Reply:
    return wire.invalid_security()


def code_500(reply: Reply, asked: Question, now: datetime) -> Reply:
    return wire.answer(words.INTERNAL, (), now)


def code_89(reply: Reply, asked: Question, now: datetime) -> Reply:
    return wire.answer(words.NO_NIT_IN_CERTIFICATE, (), now)


def code_303(reply: Reply, asked: Question, now: datetime) -> Reply:
    return wire.answer(words.foreign_software(asked.account_code_t), (), now)


def code_401_certificate(reply: Reply, asked: Question, now: datetime) -> Reply:
    return wire.answer(words.foreign_certificate(_STRANGER, asked.account_code_t), (), now)


def unknown_code(reply: Reply, asked: Question, now: datetime) -> Reply:
    return wire.answer(words.UNHEARD_OF, (), now)
