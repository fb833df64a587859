"""A refusal as Temporal carries it."""

from temporalio.exceptions import ApplicationError

from domain.reasons import Refusal


def refused(refusal: Refusal) -> ApplicationError:
    """Its type is the code, its details hold the sentence, what to do, and every bad field."""
    details = {
        "code": refusal.code,
        "message_es": refusal.message_es,
        "hint": refusal.hint,
        "fields": [field.model_dump(mode="json") for field in refusal.fields],
    }
    return ApplicationError(str(refusal), details, type=refusal.code, non_retryable=True)
