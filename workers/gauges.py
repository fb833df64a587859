"""The fleet's gauges: what the exporter shows of what it has read. What a part that is away would tell is left out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import Metric as Family
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from activities.store.fleet import Census, Group
from activities.store.sweeping import LastSweep
from domain.findings import FindingCode
from domain.reasons import Code
from domain.steps import ROWS, Step, WaitsOn
from workers.metrics import OTHER, PARTS, Labels, Metric

BLOCKS = frozenset({*Code, "letter_unprintable", "records_refused", "onboarding_id_taken"})
_ROW: Labels = {"step": tuple(ROWS), "waiting_on": tuple(WaitsOn)}
FLEET: Mapping[str, Metric] = {
    each.name: each
    for each in (
        Metric("dse_onboardings", "gauge", "Open onboardings.", {**_ROW, "held": ("true", "false")}),
        Metric("dse_onboardings_oldest_seconds", "gauge", "How long the oldest has been in its row.", _ROW),
        Metric("dse_onboardings_overdue", "gauge", "Open ones past their due date.", {"waiting_on": tuple(WaitsOn)}),
        Metric("dse_onboardings_blocked", "gauge", "Open ones that an error blocks.", {"code": (*BLOCKS, OTHER)}),
        Metric("dse_onboardings_closed", "gauge", "Onboardings that ended.", {"closed": ("ready", "cancelled")}),
        Metric("dse_review_oldest_seconds", "gauge", "How long the oldest letter has waited for a person."),
        Metric("dse_mails_unsent", "gauge", "Mails in the outbox."),
        Metric("dse_mails_oldest_unsent_seconds", "gauge", "For how long one could have been sent and wasn't."),
        Metric("dse_findings", "gauge", "What the last sweep found.", {"code": tuple(FindingCode)}),
        Metric("dse_sweep_finished_timestamp_seconds", "gauge", "When the last sweep ended, in Unix time."),
        Metric("dse_sweep_partial", "gauge", "1: the last sweep lacked a source."),
        Metric("dse_sweep_seconds", "gauge", "How long the last sweep took."),
        Metric("dse_compensation_waiting", "gauge", "Cancelled ones that are blocked before they are settled."),
        Metric("dse_task_failures", "gauge", "Running workflows whose workflow task fails over and over."),
        Metric("dse_up", "gauge", "1: the exporter reaches it.", {"part": PARTS}),
        Metric("dse_exporter_scrape_seconds", "gauge", "How long reading all this took."),
    )
}
Sample = tuple[str, Mapping[str, str], float]


@dataclass(frozen=True)
class Seen:
    """What one look at all parts gave; None: not known now."""

    up: Mapping[str, bool]
    census: Census | None
    sweep: LastSweep | None
    failing: int | None
    seconds: float


class Shown(Collector):
    """A look as Prometheus reads it."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def collect(self) -> Iterator[Family]:
        families: dict[str, GaugeMetricFamily] = {}
        for name, labels, value in samples(self._seen):
            metric = FLEET[name]
            if name not in families:
                families[name] = GaugeMetricFamily(name, metric.says, labels=list(metric.labels))
            families[name].add_metric([labels[label] for label in metric.labels], value)
        yield from families.values()


def samples(seen: Seen) -> Iterator[Sample]:
    for part in PARTS:
        yield "dse_up", {"part": part}, seen.up[part]
    yield "dse_exporter_scrape_seconds", {}, seen.seconds
    if seen.failing is not None:
        yield "dse_task_failures", {}, seen.failing
    if seen.sweep is not None:
        yield from _of_sweep(seen.sweep)
    if seen.census is not None:
        yield from _of_census(seen.census)


def _of_sweep(last: LastSweep) -> Iterator[Sample]:
    for code in FindingCode:
        yield "dse_findings", {"code": code.value}, last.counts.get(code.value, 0)
    yield "dse_sweep_finished_timestamp_seconds", {}, last.finished_at.timestamp()
    yield "dse_sweep_partial", {}, bool(last.missing)
    yield "dse_sweep_seconds", {}, last.seconds


def _of_census(census: Census) -> Iterator[Sample]:
    rows = [group for group in census.open if group.step in ROWS]
    yield from _rows(rows)
    for party in WaitsOn:
        overdue = sum(group.overdue for group in rows if group.waiting_on == party)
        yield "dse_onboardings_overdue", {"waiting_on": party.value}, overdue
    blocked = [group for group in census.open if group.blocked]
    for code in sorted({_bounded(group) for group in blocked}):
        number = sum(group.number for group in blocked if _bounded(group) == code)
        yield "dse_onboardings_blocked", {"code": code}, number
    waiting = sum(group.number for group in blocked if group.step == Step.CANCELLED)
    yield "dse_compensation_waiting", {}, waiting
    for closed in ("ready", "cancelled"):
        yield "dse_onboardings_closed", {"closed": closed}, census.closed.get(closed, 0)
    review = [group for group in rows if group.step == Step.LETTER_REVIEW and not group.held]
    yield "dse_review_oldest_seconds", {}, _oldest(review)
    yield "dse_mails_unsent", {}, census.unsent
    yield "dse_mails_oldest_unsent_seconds", {}, census.oldest_unsent_s


def _rows(groups: list[Group]) -> Iterator[Sample]:
    """Each row stands there with whom it usually waits on, though nobody is in it."""
    counts = {(step.value, row.waits_on.value, False): 0 for step, row in ROWS.items()}
    oldest: dict[tuple[str, str], float] = {(step, party): 0.0 for step, party, _ in counts}
    for group in groups:
        where = group.step, group.waiting_on
        counts[*where, group.held] = counts.get((*where, group.held), 0) + group.number
        oldest[where] = max(oldest.get(where, 0.0), group.oldest_s)
    for (step, party, held), number in counts.items():
        yield "dse_onboardings", {"step": step, "waiting_on": party, "held": str(held).lower()}, number
    for (step, party), age in oldest.items():
        yield "dse_onboardings_oldest_seconds", {"step": step, "waiting_on": party}, age


def _oldest(groups: Iterable[Group]) -> float:
    return max((group.oldest_s for group in groups), default=0.0)


def _bounded(group: Group) -> str:
    return group.blocked if group.blocked in BLOCKS else OTHER
