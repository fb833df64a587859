"""What a starter tells its caller when it can't do what was asked.

Refusal (domain.reasons)     the rules say no
StarterError
└── Unavailable              a part that the command needs doesn't answer: which, and where it was looked for
"""

from domain.reasons import Code


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
