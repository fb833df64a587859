"""A skipped test fails the run, unless it is listed here with its reason. A pytest plugin."""

import pytest

_CHECKS = "Debian's prometheus, hadolint or Compose is missing; `.ci/checks` installs them"
MAY_BE_SKIPPED: dict[str, str] = {
    "tests/infra/deploy/": _CHECKS,
    "tests/infra/grafana/": _CHECKS,
    "tests/infra/prometheus/": _CHECKS,
}
"""Test ids (or how they begin) with the reason why a run is good without them. Any other skipped test fails the run."""


class Skipped:
    """The tests that were skipped though nobody said that they may be."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.found and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for name in self.found:
            terminalreporter.write_line(f"SKIPPED, which fails the run (see MAY_BE_SKIPPED): {name}", red=True)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        expected = hasattr(report, "wasxfail") or report.nodeid.startswith(tuple(MAY_BE_SKIPPED))
        if report.skipped and not expected:
            self.found.append(report.nodeid)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # of several processes the one that reports
        config.pluginmanager.register(Skipped())
