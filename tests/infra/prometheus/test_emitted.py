"""No rule reads a metric, or a label, that nobody emits."""

import pytest

from tests.infra.prometheus.emitted import unknown
from tests.infra.prometheus.rules import alerts, load


@pytest.mark.parametrize("rule", list(alerts(load())), ids=lambda rule: rule["alert"])
def test_every_rule_reads_what_is_emitted(rule: dict[str, str]) -> None:
    assert unknown(rule["expr"]) == set()


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ('sum(dse_nothing{code="1"}) > 0', {"dse_nothing"}),
        ("max(rate(dse_mails_total[5m])) / sum(dse_mails)", {"dse_mails"}),
        ('absent(dse_up{part="mail", colour="red"})', {"dse_up{colour}"}),
        ("sum by (step, shape) (dse_onboardings)", {"by (shape)"}),
        (
            "histogram_quantile(0.5, sum by (le) (rate(dse_dian_call_seconds[5m])))",
            {"dse_dian_call_seconds", "by (le)"},
        ),
        ("(1 - min_over_time(dse_up[5m:1m])) unless dse_gone offset 5m", {"dse_gone"}),
    ],
)
def test_what_nobody_emits_is_named(expression: str, named: set[str]) -> None:
    assert unknown(expression) == named
