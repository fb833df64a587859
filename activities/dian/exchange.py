"""One call to DIAN as it went, to be looked into: the question, what came back, what it was taken for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from activities.dian.sanitised import MARK, sanitised
from activities.dian.skew import Skew
from domain.numbering import Answer

METHOD = "POST"
HEADERS = (
    *("Date", "Server", "Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding"),
    *("Location", "Retry-After", "Via", "X-Cache"),
)
"""Those of an answer that say who answered, and how."""
_HEADER_LENGTH = 200


@dataclass
class Reply:
    """What has come back so far; nothing of it need ever come."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytearray = field(default_factory=bytearray, repr=False)
    skew: Skew | None = None


@dataclass(frozen=True)
class Exchange:
    """A finished call; bodies as they went over the wire, decompressed. Its repr is short: event loops make one."""

    endpoint: str
    asked_at: datetime
    question: bytes = field(repr=False)
    reply: Reply
    answered_at: datetime
    answer: Answer

    def document(self) -> dict[str, Any]:
        """Without secrets, fit for JSON and for others' eyes."""
        reply, question = self.reply, self.question
        if query := urlsplit(self.endpoint).query:
            question = question.replace(_escaped(f"?{query}"), f"?{MARK}".encode())
        return {
            "method": METHOD,
            "url": _without_query(self.endpoint),
            "asked_at": self.asked_at.isoformat(),
            "elapsed_ms": round((self.answered_at - self.asked_at).total_seconds() * 1000),
            "question": sanitised(question),
            "status": reply.status,
            "headers": {name: _header(name, reply.headers[name]) for name in HEADERS if name in reply.headers},
            "body": sanitised(bytes(reply.body)),
            "clock_skew_s": None if reply.skew is None else round(reply.skew.seconds),
            "answer": self.answer.model_dump(mode="json", exclude={"ranges"}),
        }


def _header(name: str, value: str) -> str:
    shown = sanitised(value.encode("utf-8", "surrogateescape"))  # as they are read from the wire
    return (_without_query(shown) if name == "Location" else shown)[:_HEADER_LENGTH]


def _without_query(url: str) -> str:
    try:
        return urlunsplit(urlsplit(url)._replace(query="", fragment=""))
    except ValueError:
        return MARK


def _escaped(query: str) -> bytes:
    """As it stands in `wsa:To`."""
    return query.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
