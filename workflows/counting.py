"""What workflows count, in the metrics of the worker that runs them: never again in a replay, nor is it a command."""

from temporalio import workflow

REFUSALS = "dse_refusals"
LOOKS = "dse_looks_per_onboarding"


def refusal(command: str, code: str | None) -> None:
    """A command was refused, by its validator or by what became of it."""
    refusals = workflow.metric_meter().create_counter(REFUSALS, "Commands refused by the rules.")
    refusals.add(1, {"command": command, "code": code or ""})


def looks(number: int) -> None:
    """An onboarding has become ready, after so many looks at DIAN."""
    workflow.metric_meter().create_histogram(LOOKS, "Looks at DIAN until an onboarding was ready.").record(number)
