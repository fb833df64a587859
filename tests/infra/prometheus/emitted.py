"""What a scrape of the whole stack gives: each metric with its labels. Rules and dashboards may use these, no others.

Histograms stand here by the name that they are given; a query reads their `_bucket`, `_sum` and `_count`.
"""

import promql_parser as promql

from workers.gauges import FLEET
from workers.metrics import OURS

_REQUEST = {"namespace", "service", "service_name", "operation"}
_SDK = {"namespace", "service", "service_name", "task_queue"}
_SCRAPED = {"job", "instance"}


def _ours(*kinds: str) -> dict[str, set[str]]:
    """As workers and exporter themselves list it."""
    return {name: set(each.labels) for name, each in {**OURS, **FLEET}.items() if each.kind in kinds}


COUNTERS_AND_GAUGES: dict[str, set[str]] = {
    "up": set(),
    **_ours("counter", "gauge"),
    # the SDK's
    "temporal_num_pollers": {*_SDK, "poller_type"},
    "temporal_worker_task_slots_available": {*_SDK, "worker_type"},
    "temporal_worker_task_slots_used": {*_SDK, "worker_type"},
    "temporal_workflow_task_execution_failed_total": {*_SDK, "workflow_type", "failure_reason"},
    "temporal_activity_execution_failed_total": {*_SDK, "activity_type"},
    "temporal_request_total": _REQUEST,
    "temporal_request_failure_total": {*_REQUEST, "status_code"},
    "temporal_long_request_failure_total": {*_REQUEST, "status_code"},
    "temporal_sticky_cache_size": _SDK,
    "temporal_sticky_cache_hit_total": {*_SDK, "workflow_type"},
    "temporal_sticky_cache_total_forced_eviction_total": _SDK,
    "temporal_workflow_completed_total": {*_SDK, "workflow_type"},
    "temporal_workflow_task_queue_poll_succeed_total": _SDK,
}
HISTOGRAMS: dict[str, set[str]] = {
    **_ours("histogram"),
    "temporal_workflow_task_schedule_to_start_latency_seconds": _SDK,
    "temporal_workflow_task_execution_latency_seconds": {*_SDK, "workflow_type"},
    "temporal_workflow_task_replay_latency_seconds": {*_SDK, "workflow_type"},
    "temporal_activity_schedule_to_start_latency_seconds": _SDK,
    "temporal_activity_execution_latency_seconds": {*_SDK, "activity_type", "workflow_type"},
    "temporal_request_latency_seconds": _REQUEST,
}
AFTER_TROUBLE = {
    "temporal_workflow_task_execution_failed_total": "a workflow task fails",
    "temporal_activity_execution_failed_total": "an effect fails",
    "temporal_request_failure_total": "Temporal refuses a request",
    "temporal_long_request_failure_total": "Temporal refuses a poll",
    "temporal_sticky_cache_total_forced_eviction_total": "more onboardings are alive than a worker keeps in memory",
    "dse_away_total": "a part is away",
    "dse_onboardings_blocked": "an error blocks an onboarding",
}
"""What no scrape holds until then: counters appear when they first count."""
LABELS: dict[str, set[str]] = {name: labels | _SCRAPED for name, labels in COUNTERS_AND_GAUGES.items()} | {
    f"{name}_{part}": labels | _SCRAPED | ({"le"} if part == "bucket" else set())
    for name, labels in HISTOGRAMS.items()
    for part in ("bucket", "sum", "count")
}


def unknown(expression: str) -> set[str]:
    """The metrics that nobody emits, and the labels (`metric{label}`, `by (label)`) that none carries, in a query."""
    found: set[str] = set()
    known: set[str] = set()
    grouped: set[str] = set()

    def visit(node: promql.Expr) -> bool:
        match node:
            case promql.VectorSelector(name=str(name)) if name in LABELS:
                known.update(LABELS[name])
                found.update(
                    f"{name}{{{each.name}}}" for each in node.matchers.matchers if each.name not in LABELS[name]
                )
            case promql.VectorSelector():
                found.add(str(node.name))
            case promql.MatrixSelector():
                visit(node.vector_selector)
            case promql.AggregateExpr() if node.modifier is not None:
                grouped.update(node.modifier.labels)
        return True

    promql.walk(promql.parse(expression), visit)
    return found | {f"by ({label})" for label in grouped - known}
