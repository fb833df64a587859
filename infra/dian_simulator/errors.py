"""What the admin side refuses. Each says why twice: in English to programs, in Spanish on the page."""


class SaidError(Exception):
    """A sentence for whoever asked; `es` is the same in Spanish."""

    def __init__(self, sentence: str, es: str) -> None:
        super().__init__(sentence)
        self.es = es


class RefusedError(SaidError):
    """An act that DIAN would not allow."""


class BadRequestError(SaidError):
    """The request can't be understood."""
