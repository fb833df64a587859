"""The proof run proves: its schedule is the seed's, its ledgers see what they should, and a small one passes."""

import json
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from benchmarks import room
from benchmarks.chaos import afterwards
from benchmarks.chaos.compare import compare, illegal
from benchmarks.chaos.kept import Effect, Outside, Records
from benchmarks.chaos.schedule import SHARES, schedule
from benchmarks.chaos.story import STORIES, Story, stories
from benchmarks.chaos.told import Said, Told
from domain.letter import letter_key
from domain.state import Event
from tests.replay.golden import read
from tests.starters.conftest import dse
from tests.workflows.server import server

NIT, SCAN = "800000123-1", "habilitacion/800000123-1/scans/s.pdf"


@given(st.integers(0, 2**32), st.integers(0, 300))
def test_a_seed_gives_its_schedule_and_strikes_every_part(seed: int, kills: int) -> None:
    planned = schedule(seed, kills)
    assert planned == schedule(seed, kills)
    assert len(planned) == kills
    assert [kill.at for kill in planned] == sorted(kill.at for kill in planned)
    assert len({kill.target for kill in planned}) == min(kills, len(SHARES)) or kills > len(SHARES)
    assert kills < len(SHARES) or {kill.target for kill in planned} == SHARES.keys()


def test_another_seed_gives_another_schedule() -> None:
    assert schedule(1, 20) != schedule(2, 20)


@given(st.integers(0, 2**32), st.integers(len(STORIES), 100))
def test_a_seed_gives_its_stories_and_tells_each_kind(seed: int, count: int) -> None:
    told = stories(seed, count)
    assert told == stories(seed, count)
    assert {story.name for story in told} == STORIES.keys()
    assert len({story.nit for story in told}) == count


# the ledgers


def event(seq: int, name: str, before: str = "", after: str = "", actor: str = "") -> Event:
    return Event(seq=seq, at=datetime(2026, 11, 26, tzinfo=UTC), name=name, actor=actor, before=before, after=after)


GOOD = (
    event(1, "started", actor="a"),
    event(2, "electronic_invoicing_completed", actor="b"),
    event(3, "step", "electronic_invoicing", "legal_representative"),
    event(4, "submit_representative", actor="c"),
    event(5, "step", "legal_representative", "letter_issue"),
    event(6, "letter_issued"),
    event(7, "step", "letter_issue", "signed_letter"),
    event(8, "signed_letter_uploaded", after=SCAN),
    event(9, "step", "signed_letter", "ready"),
    event(10, "certificate_granted"),
    event(11, "ready"),
)


def test_a_good_timeline_is_legal() -> None:
    assert list(illegal(GOOD)) == []


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        (GOOD[:3] + GOOD[4:], "event 5 comes as number 4"),
        ((*GOOD[:3], event(4, "step", "signed_letter", "ready")), "a step from signed_letter though it stood at"),
        (
            (*GOOD[:7], event(8, "dian_answered"), event(9, "step", "signed_letter", "letter_issue")),
            "back from signed_letter to letter_issue by dian_answered",
        ),
        ((*GOOD[:3], event(4, "continue_onboarding")), "continue_onboarding at legal_representative"),
    ],
)
def test_what_cannot_have_happened_is_seen(events: tuple[Event, ...], sentence: str) -> None:
    assert any(sentence in found for found in illegal(events)), list(illegal(events))


STORY = Story(NIT, "plain", 1)
TOLD = Told(
    said=[Said(NIT, "electronic_invoicing_completed", "b", is_signal=True, times=2, told="done")],
    scans={SCAN: True},
)
KEPT = Records(
    closed={"o": (NIT, "ready")},
    events={"o": list(GOOD)},
    effects=[Effect(NIT, kind, f"o/{kind}/1", stands=True) for kind in ("grant", "05", "95")],
    mails={"<o.10@x>": ("o", "certificate_granted"), "<o.11@x>": ("o", "ready")},
)
SEEN = Outside(Counter([SCAN, letter_key("habilitacion", NIT, "L", 1)]), {"<o.10@x>", "<o.11@x>"})


def test_ledgers_that_agree_find_nothing() -> None:
    found = compare([STORY], TOLD, KEPT, SEEN)
    assert (found.lost, found.duplicated, found.illegal) == ([], [], [])
    assert (found.ready, found.expected, found.done) == (1, 7, 7)


@pytest.mark.parametrize(
    ("kept", "seen"),
    [
        (replace(KEPT, closed={"o": (NIT, None)}), SEEN),
        (replace(KEPT, events={"o": [e for e in GOOD if e.actor != "b"]}), SEEN),
        (replace(KEPT, events={"o": [e for e in GOOD if e.after != SCAN]}), SEEN),
        (replace(KEPT, effects=[*KEPT.effects[1:], replace(KEPT.effects[0], stands=False)]), SEEN),
        (KEPT, replace(SEEN, objects=Counter([SCAN]))),
        (KEPT, replace(SEEN, mails={"<o.11@x>"})),
    ],
    ids=["not ready", "signal", "scan", "grant", "letter", "mail"],
)
def test_what_is_lost_is_found(kept: Records, seen: Outside) -> None:
    assert compare([STORY], TOLD, kept, seen).lost


@pytest.mark.parametrize(
    ("kept", "seen"),
    [
        (replace(KEPT, events={"o": [*GOOD, event(12, "electronic_invoicing_completed", actor="b")]}), SEEN),
        (replace(KEPT, effects=[*KEPT.effects, Effect(NIT, "grant", "o/grant/1#1", stands=True)]), SEEN),
        (replace(KEPT, effects=[*KEPT.effects, Effect(NIT, "grant", "o/grant/1#1", stands=False)]), SEEN),
        (KEPT, replace(SEEN, objects=SEEN.objects + Counter([SCAN]))),
        (KEPT, replace(SEEN, mails=SEEN.mails | {"<o.12@x>"})),
        (replace(KEPT, closed={"o": (NIT, "ready"), "p": (NIT, "ready")}), SEEN),
    ],
    ids=["signal", "grant", "revoked grant", "scan", "mail", "onboarding"],
)
def test_what_is_there_twice_is_found(kept: Records, seen: Outside) -> None:
    found = compare([STORY], TOLD, kept, seen)
    assert found.duplicated or found.lost


def test_news_mailed_twice_is_found() -> None:
    twice = {**KEPT.mails, "<o.12@x>": ("o", "ready")}
    assert compare([STORY], TOLD, replace(KEPT, mails=twice), replace(SEEN, mails=set(twice))).illegal


# what is asked after the last kill


async def test_who_does_not_answer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(afterwards, "ANSWERS_WITHIN_S", 0.2)
    monkeypatch.setattr(afterwards, "ATTEMPTS", 1)
    async with server() as env:
        await env.client.start_workflow("Onboarding", id="without-a-worker", task_queue="nobodys")
        assert [each.split()[0] for each in await afterwards.silent(env.client)] == ["without-a-worker"]


async def test_a_history_that_is_not_understood_is_found_and_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    whole, broken = read("sent_back"), read("demo")
    scheduled = EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    asked = next(event for event in broken.events if event.event_type == scheduled)
    asked.activity_task_scheduled_event_attributes.activity_type.name = "something_else"
    (told,) = await afterwards.unreplayable([whole, broken])
    (kept,) = tmp_path.iterdir()
    assert f"can't be replayed, see {kept}" in told
    assert WorkflowHistory.from_json("", kept.read_text()).run_id == broken.run_id


# the run


async def test_a_machine_without_room_is_told_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_available_mb", lambda: 300)
    said = await dse("bench", "chaos", "--n", "2", "--json")
    assert said.code == 1
    assert said.error["code"] == "no_room"
    assert "MB of memory, and there are 300 MB" in said.error["message"]


@pytest.mark.slow
async def test_a_small_storm_loses_and_doubles_nothing_and_without_keys_it_does() -> None:
    said = await dse("bench", "chaos", "--n", "50", "--kills", "12", "--seed", "2865", "--json")
    report = json.loads(said.out)
    assert "error" not in report, said.err
    assert (said.code, report["ready"]) == (0, 50), said.err
    assert (report["lost"], report["duplicated"], report["illegal_transitions"]) == (0, 0, 0)
    assert report["effects_done"] == report["effects_expected"] > 500
    assert sum(report["kills"].values()) >= 12
    assert report["control_duplicates"] > 0
