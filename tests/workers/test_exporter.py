"""The exporter's look at the fleet: what is away is told as such and shows nothing old; nothing keeps it waiting."""

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request

from activities.errors import AwayError
from activities.store.fleet import Census, Group
from activities.store.sweeping import LastSweep
from domain.findings import FindingCode
from domain.steps import ROWS, Step, WaitsOn
from infra.embedded.part import REPOSITORY
from infra.embedded.ports import held
from tests.starters.conftest import clean_environment
from workers import exporter
from workers.exporter import Exporter, Records
from workers.gauges import FLEET, Seen, samples
from workers.metrics import PARTS

SWEEP = LastSweep(datetime(2026, 11, 26, tzinfo=UTC), timedelta(minutes=1), 2.5, ("visibility",), {"look_late": 3})
CENSUS = Census(
    [
        Group("signed_letter", "company", False, "", 4, 90.0, 1),
        Group("signed_letter", "company", True, "", 1, 500.0, 0),
        Group("letter_review", "operator", False, "", 2, 60.0, 2),
        Group("letter_review", "operator", True, "", 1, 900.0, 0),
        Group("certificate", "operator", False, "effect_failed", 1, 10.0, 0),
        Group("certificate", "operator", False, "zutanita@x.example", 2, 10.0, 0),
        Group("cancelled", "operator", False, "undone", 1, 10.0, 0),
        Group("cancelled", "us", False, "", 5, 10.0, 0),
    ],
    {"ready": 7},
    3,
    42.0,
)
LOOKED = Seen(dict.fromkeys(PARTS, True), CENSUS, SWEEP, 1, 0.1)


def shown(seen: Seen) -> dict[str, dict[tuple[str, ...], float]]:
    """Values by metric and by labels, in the order of the list."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for name, labels, value in samples(seen):
        assert labels.keys() == FLEET[name].labels.keys()
        key = tuple(labels[label] for label in FLEET[name].labels)
        assert key not in found.setdefault(name, {}), (name, key)
        found[name][key] = float(value)
    return found


def test_the_whole_list_is_shown_when_all_is_there() -> None:
    found = shown(LOOKED)
    assert found.keys() == FLEET.keys()
    for name, values in found.items():
        for labels in values:
            for given, allowed in zip(labels, FLEET[name].labels.values(), strict=True):
                assert given in set(map(str, allowed)), (name, given)


def test_onboardings_are_counted_where_they_stand_and_an_empty_row_is_a_zero() -> None:
    found = shown(LOOKED)
    assert {labels[0] for labels in found["dse_onboardings"]} == {step.value for step in ROWS}
    assert found["dse_onboardings"]["signed_letter", "company", "false"] == 4
    assert found["dse_onboardings"]["signed_letter", "company", "true"] == 1
    assert sum(found["dse_onboardings"].values()) == 11
    assert found["dse_onboardings_oldest_seconds"]["signed_letter", "company"] == 500
    overdue = {"company": 1, "operator": 2}
    assert found["dse_onboardings_overdue"] == {(party.value,): overdue.get(party.value, 0) for party in WaitsOn}
    assert found["dse_review_oldest_seconds"] == {(): 60}


def test_what_blocks_is_counted_by_codes_that_are_known() -> None:
    found = shown(LOOKED)
    assert found["dse_onboardings_blocked"] == {("effect_failed",): 1, ("other",): 2, ("undone",): 1}
    assert found["dse_compensation_waiting"] == {(): 1}
    assert found["dse_onboardings_closed"] == {("ready",): 7, ("cancelled",): 0}


def test_every_finding_that_there_can_be_is_told_and_so_is_a_partial_sweep() -> None:
    found = shown(LOOKED)
    assert found["dse_findings"] == {(code.value,): {"look_late": 3}.get(code.value, 0) for code in FindingCode}
    assert (found["dse_sweep_partial"], found["dse_sweep_seconds"]) == ({(): 1}, {(): 2.5})


def test_before_the_first_sweep_nobody_says_that_nothing_was_found() -> None:
    found = shown(Seen(LOOKED.up, CENSUS, None, 0, 0.1))
    assert not [name for name in found if "sweep" in name or "findings" in name]


def test_a_row_that_ended_stands_in_none() -> None:
    assert Step.CANCELLED.value not in {labels[0] for labels in shown(LOOKED)["dse_onboardings"]}


class Parts:
    """Parts whose answers a test chooses."""

    def __init__(self) -> None:
        self.asked = 0
        self.away: Exception | None = None
        self.hanging = False

    async def records(self) -> Records:
        self.asked += 1
        if self.hanging:
            await asyncio.Event().wait()
        if self.away is not None:
            raise self.away
        return CENSUS, SWEEP

    async def failing(self) -> int:
        return 0

    async def there(self) -> None:
        pass

    async def gone(self) -> None:
        raise AwayError("mail", "ConnectionError")

    def exporter(self) -> Exporter:
        others: dict[str, Callable[[], Awaitable[object]]] = {"documents": self.there, "temporal": self.there}
        return Exporter(self.records, self.failing, {**others, "mail": self.gone})


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Parts:
    monkeypatch.setattr(exporter, "LIMIT", 0.2)
    return Parts()


async def scraped(looking: Exporter) -> str:
    answer = await looking.metrics(make_mocked_request("GET", "/metrics"))
    assert isinstance(answer.body, bytes)
    return answer.body.decode()


async def test_a_part_that_is_away_is_told_and_the_others_are_still_there(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporter, "REMEMBERED", -1)
    looking = parts.exporter()
    text = await scraped(looking)
    assert 'dse_up{part="mail"} 0.0' in text
    assert 'dse_up{part="records"} 1.0' in text
    assert "dse_mails_unsent 3.0" in text
    parts.away = AwayError("records", "OSError")
    text = await scraped(looking)
    assert 'dse_up{part="records"} 0.0' in text
    assert 'dse_up{part="documents"} 1.0' in text
    assert "dse_task_failures 0.0" in text
    assert not re.search(r"^dse_(onboardings|mails|findings|sweep)", text, re.MULTILINE)
    parts.away = None
    assert 'dse_up{part="records"} 1.0' in await scraped(looking)


async def test_an_error_that_nobody_expects_is_a_part_away_and_its_words_are_kept_out(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    parts.away = ValueError("zutanita@quirquincho.example")
    assert 'dse_up{part="records"} 0.0' in await scraped(parts.exporter())
    assert "zutanita" not in caplog.text


async def test_a_part_that_hangs_keeps_a_scrape_waiting_no_longer_than_the_limit(parts: Parts) -> None:
    parts.hanging = True
    begun = time.monotonic()
    text = await scraped(parts.exporter())
    assert time.monotonic() - begun < 2
    assert 'dse_up{part="records"} 0.0' in text


async def test_two_prometheis_cost_the_parts_one_look(parts: Parts) -> None:
    looking = parts.exporter()
    first, *rest = await asyncio.gather(*(scraped(looking) for _ in range(5)))
    assert set(rest) == {first}
    assert parts.asked == 1


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """The process, with nothing that it reads there."""
    with held(tmp_path / "ports.json") as ports:
        nowhere = {
            "TEMPORAL_ADDRESS": f"127.0.0.1:{ports['temporal']}",
            "DSE_POSTGRES_DSN": f"postgresql://dse:x@127.0.0.1:{ports['postgres']}/dse",
            "DSE_S3_ENDPOINT": f"http://127.0.0.1:{ports['s3']}",
            "DSE_S3_ACCESS_KEY": "x",
            "DSE_S3_SECRET_KEY": "x",
            "DSE_SMTP_URL": f"smtp://127.0.0.1:{ports['mail']}",
            "DSE_EXPORTER_ADDRESS": f"127.0.0.1:{ports['exporter']}",
            "DSE_DATA": str(tmp_path),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "workers.exporter"], cwd=REPOSITORY, env={**clean_environment(), **nowhere}
        )
        yield process, ports["exporter"]
        process.kill()
        process.wait()


async def test_with_everything_away_it_still_answers_in_five_seconds_and_ends_when_told_to(
    alone: tuple["subprocess.Popen[bytes]", int],
) -> None:
    process, port = alone
    async with asyncio.timeout(60):
        while (await got(port, "/healthz"))[0] != 200:
            assert process.poll() is None
            await asyncio.sleep(0.1)
    begun = time.monotonic()
    status, text = await got(port, "/metrics")
    assert (status, time.monotonic() - begun < 6) == (200, True)
    assert re.findall(r'dse_up\{part="(\w+)"\} 0\.0', text) == list(PARTS)
    assert {line.partition("{")[0].partition(" ")[0] for line in text.splitlines() if not line.startswith("#")} == {
        "dse_up",
        "dse_exporter_scrape_seconds",
    }
    process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, 20) == 0


async def got(port: int, path: str) -> tuple[int, str]:
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
            return answer.status, await answer.text()
    except aiohttp.ClientError:
        return 0, ""
