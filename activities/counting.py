"""What effects tell of what happens, to whoever counts it: nobody, unless a worker says otherwise."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from activities.dian.breaker import Mode
from domain.numbering import Answer
from domain.verdict import Verdict


class MailEnd(StrEnum):
    """How an attempt to send a mail ended: a refused one is tried again, the others are over."""

    SENT = "sent"
    REFUSED = "refused"
    BOUNCED = "bounced"
    DROPPED = "dropped"


class Counting(Protocol):
    """Each is told when it happens, a repetition once more: it happens again then."""

    def scan_checked(self, verdict: Verdict, seconds: float) -> None: ...

    def dian_called(self, answer: Answer, seconds: float) -> None: ...

    def dian_mode(self, mode: Mode) -> None:
        """How this process treats DIAN from now on."""

    def mail(self, kind: str, end: MailEnd) -> None: ...

    def away(self, part: str) -> None:
        """An effect met a part that is away."""

    def provider_certificate(self, ends_at: datetime, wrong: Collection[str]) -> None:
        """What was seen by the last look at it; `wrong`: codes, none if it is as it should be."""


class Nobody:
    """Counts nothing."""

    def scan_checked(self, verdict: Verdict, seconds: float) -> None:
        pass

    def dian_called(self, answer: Answer, seconds: float) -> None:
        pass

    def dian_mode(self, mode: Mode) -> None:
        pass

    def mail(self, kind: str, end: MailEnd) -> None:
        pass

    def away(self, part: str) -> None:
        pass

    def provider_certificate(self, ends_at: datetime, wrong: Collection[str]) -> None:
        pass


NOBODY = Nobody()
