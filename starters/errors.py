"""What a starter tells its caller when it can't do what was asked.

Refusal (domain.reasons)     the rules say no
StarterError
└── Unavailable              a part that the command needs doesn't answer: which, and where it was looked for
"""

from domain.reasons import Code, Refusal


class StarterError(Exception):
    """A code for programs, a sentence for people, a hint that says what to do."""

    def __init__(self, code: Code, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.hint = code, hint


class Unavailable(StarterError):
    def __init__(self, part: str, where: str, hint: str = "") -> None:
        hint = hint or "Is it running? `./dse up` starts the embedded stack; environment variables point elsewhere."
        super().__init__(Code.UNAVAILABLE, f"{part} doesn't answer (looked at {where}).", hint)
        self.part = part


def as_document(error: Refusal | StarterError) -> dict[str, object]:
    """As `--json` tells it."""
    told: dict[str, object] = {"code": error.code, "message": str(error), "hint": error.hint}
    if isinstance(error, Refusal):
        told["message_es"] = error.message_es
        if error.fields:
            told["fields"] = [each.model_dump(mode="json") for each in error.fields]
    return told
