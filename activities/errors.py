"""Every error of an effect, and what becomes of it.

    Exception
    ├── AwayError                 a part doesn't answer, or refuses us all: it heals, and Temporal repeats
    ├── ConflictError             a unique constraint of the records said no: whoever asked judges
    ├── DocumentError             about one stored object: whoever asked judges
    │   ├── DocumentMissingError
    │   ├── DocumentTooLargeError
    │   └── DocumentAlteredError
    ├── MailRefusedError          about one mail: it stays in the outbox and is tried later, unless it is for good
    └── ApplicationError          Temporal's own, told apart by its type:
        ├── ours(code)            of this company alone: not repeated, blocked until a person says `retry`
        ├── undone()              the effect was taken back before it landed: not repeated
        ├── everywhere(code)      ours, but of the whole fleet: nobody is parked, repeated until it is mended
        ├── dian_transient(code)  DIAN's moment of weakness: repeated, and no error in the logs
        ├── dian_refuses_us(code) our envelope, certificate, software or address: of the whole fleet, repeated until
        │                         it is mended; no error here either, for the breaker has raised the one alert
        └── dian_resting()        not asked: DIAN is down or refuses us, and a probe will tell when it is back

No message holds personal data: neither a row's values, nor an object's name, nor an address.
"""

from datetime import timedelta

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from domain.reasons import Code


class AwayError(Exception):
    """What is away (`records`, `documents`, `mail`, `temporal`), and how that showed: a class or code, never values."""

    def __init__(self, part: str, sign: str) -> None:
        super().__init__(f"{part}: {sign}")
        self.part, self.sign = part, sign


class ConflictError(Exception):
    """The row would break this unique constraint."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


class DocumentError(Exception):
    """The object is not what was asked for."""


class DocumentMissingError(DocumentError):
    """There is no such object."""


class DocumentTooLargeError(DocumentError):
    """It is larger than the caller takes; it was not read to its end."""


class DocumentAlteredError(DocumentError):
    """Its bytes are not those whose hash was told."""


class MailRefusedError(Exception):
    """The server, or the mail's own shape, refuses this one mail; the session serves the next."""

    def __init__(self, sign: str, *, code: str = "", for_good: bool = False) -> None:
        """`code`: the server's, like 550 5.1.1. `for_good`: there is no such mailbox, or it takes no mail ever."""
        super().__init__(sign)
        self.code, self.for_good = code, for_good


def ours(code: str, message: str) -> ApplicationError:
    return ApplicationError(message, type=code, non_retryable=True)


def undone() -> ApplicationError:
    return ours(Code.UNDONE, "The effect was taken back before it landed.")


def everywhere(code: str, message: str) -> ApplicationError:
    return ApplicationError(message, type=code)


def dian_transient(code: str, again: timedelta) -> ApplicationError:
    return _of_dian("dian_transient", f"DIAN: {code}", again)


def dian_refuses_us(code: str, again: timedelta) -> ApplicationError:
    return _of_dian("dian_refuses_us", f"DIAN refuses us: {code}", again)


def dian_resting(again: timedelta) -> ApplicationError:
    return _of_dian("dian_resting", "DIAN is not asked for now.", again)


def _of_dian(kind: str, message: str, again: timedelta) -> ApplicationError:
    """Tried again after a time of its own, whatever the effect's policy says."""
    return ApplicationError(message, type=kind, next_retry_delay=again, category=ApplicationErrorCategory.BENIGN)
