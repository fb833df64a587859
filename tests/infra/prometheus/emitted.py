"""What a scrape of the whole stack gives: each metric with its labels. Rules and dashboards may use these, no others.

Histograms stand here by the name that they are given; a query reads their `_bucket`, `_sum` and `_count`.
"""

import promql_parser as promql

_REQUEST = {"namespace", "service", "service_name", "operation"}
_SDK = {"namespace", "service", "service_name", "task_queue"}
_SCRAPED = {"job", "instance"}
COUNTERS_AND_GAUGES: dict[str, set[str]] = {
    "up": set(),
    # workers: ours
    "dse_verdicts_total": {"judgement", "reason"},
    "dse_dian_calls_total": {"class", "code"},
    "dse_dian_breaker_mode": {"mode"},
    "dse_dian_unknown_total": set(),
    "dse_mails_total": {"kind", "outcome"},
    "dse_refusals_total": {"command", "code"},
    "dse_away_total": {"part"},
    "dse_provider_certificate_expires_seconds": set(),
    "dse_provider_certificate_wrong": {"code"},
    # workers: the SDK's
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
    # the exporter
    "dse_onboardings": {"step", "waiting_on", "held"},
    "dse_onboardings_oldest_seconds": {"step", "waiting_on"},
    "dse_onboardings_overdue": {"waiting_on"},
    "dse_onboardings_blocked": {"code"},
    "dse_onboardings_closed": {"closed"},
    "dse_review_oldest_seconds": set(),
    "dse_mails_unsent": set(),
    "dse_mails_oldest_unsent_seconds": set(),
    "dse_findings": {"code"},
    "dse_sweep_finished_timestamp_seconds": set(),
    "dse_sweep_partial": set(),
    "dse_sweep_seconds": set(),
    "dse_compensation_waiting": set(),
    "dse_task_failures": set(),
    "dse_up": {"part"},
    "dse_exporter_scrape_seconds": set(),
}
HISTOGRAMS: dict[str, set[str]] = {
    "dse_scan_check_seconds": set(),
    "dse_dian_call_seconds": {"class"},
    "dse_looks_per_onboarding": set(),
    "temporal_workflow_task_schedule_to_start_latency_seconds": _SDK,
    "temporal_workflow_task_execution_latency_seconds": {*_SDK, "workflow_type"},
    "temporal_workflow_task_replay_latency_seconds": {*_SDK, "workflow_type"},
    "temporal_activity_schedule_to_start_latency_seconds": _SDK,
    "temporal_activity_execution_latency_seconds": {*_SDK, "activity_type", "workflow_type"},
    "temporal_request_latency_seconds": _REQUEST,
}
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
