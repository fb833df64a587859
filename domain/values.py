"""What every value that crosses a border is made of: immutable, growing only by defaults, silent about its input."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Value(BaseModel):
    """An immutable value. Validation errors never show the input: it may be somebody's personal data."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, validate_by_name=True, serialize_by_alias=True
    )


_LARGEST = 10**18


def _text_or_nothing(given: Any) -> Any:
    """Numbers become text; anything else that isn't text counts as not given: the domain names the field then."""
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int | float):
        return str(given) if abs(given) < _LARGEST else None
    return given.strip() if isinstance(given, str) else None


Text = Annotated[str | None, BeforeValidator(_text_or_nothing)]
"""Lenient text: every JSON value decodes, so that the domain, not the decoder, names what is wrong with it."""
