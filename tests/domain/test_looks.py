"""When we look at DIAN, what a denied word comes to, and what time and a hold do to due dates."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from domain import looks
from domain.commands import DeclareResolution, PrefixesAssociated, Retry, TickAct
from domain.fields import BOGOTA
from domain.numbering import Answer
from domain.reasons import Code
from domain.status import requirements, status
from domain.steps import Step
from tests.domain.messages import OURS, UNKNOWN, denies, dse_range, lists
from tests.domain.world import World, begun, drive_to


def associating() -> World:
    return drive_to(begun(), Step.PREFIX_ASSOCIATION)


def said(answer: Answer) -> World:
    """A person says that prefixes are associated, and DIAN answers so."""
    world = associating()
    world.now += timedelta(hours=1)
    world.answer = answer
    world.hear(PrefixesAssociated)
    world.settle()
    return world


def looked(world: World) -> datetime:
    assert world.state.last_look is not None
    return world.state.last_look.at


def gap(world: World) -> timedelta:
    at = looks.next_look_at(world.state)
    assert at is not None
    return at - looked(world)


def minutes_to_the_next(world: World) -> float:
    at = looks.next_look_at(world.state)
    assert at is not None
    return (at - looked(world)) / timedelta(minutes=1)


def test_the_wait_begins_with_one_look_and_makes_no_other() -> None:
    world = drive_to(begun(), Step.MANDATED_WAIT)
    assert world.settle() == Step.MANDATED_WAIT
    assert world.state.looks == 1
    assert looks.next_look_at(world.state) is None
    assert world.forward(hours=2.9) == Step.MANDATED_WAIT
    assert world.state.looks == 1


def test_a_range_listed_already_ends_the_wait() -> None:
    world = begun()
    world.answer = lists(dse_range())
    assert drive_to(world, Step.MANDATED_WAIT).step == Step.VOUCHER_TYPE


def test_the_wait_is_due_an_hour_after_its_end() -> None:
    world = drive_to(begun(), Step.MANDATED_WAIT)
    assert looks.due_at(world.state) == world.state.since + timedelta(hours=4)


def test_the_association_is_looked_for_at_once() -> None:
    world = associating()
    assert looked(world) - world.state.since < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("code", "hours", "minutes"),
    [
        ("302", 0, 13),
        ("301", 0, 30),
        ("401", 0, 30),
        ("302", 9, 60),
        ("301", 9, 240),
        ("302", 170, 300),
        ("301", 170, 600),
    ],
)
def test_how_often_depends_on_how_near_dian_says_it_is_and_on_how_long_it_takes(
    code: str, hours: int, minutes: int
) -> None:
    world = associating()
    world.answer = denies(code)
    world.forward(hours=hours, minutes=40)
    assert minutes_to_the_next(world) == pytest.approx(minutes, rel=0.101)


def test_nights_weekends_and_holidays_are_left_in_peace_but_for_a_look_after_two_days() -> None:
    friday = datetime(2026, 12, 4, 14, 50, tzinfo=BOGOTA)
    world = begun(friday)  # the wait ends at 17:50; Tuesday is a holiday
    world.hours = tuple(
        (friday.replace(day=day, hour=8, minute=0), friday.replace(day=day, hour=18, minute=0)) for day in (4, 7, 9)
    )
    world.answer = denies("302")
    drive_to(world, Step.PREFIX_ASSOCIATION)
    world.forward(minutes=30)
    at_closing = world.state.looks
    world.forward(hours=61)  # until Monday, 07:20
    assert world.state.looks - at_closing == 1
    world.forward(hours=11)
    at_closing = world.state.looks
    world.forward(hours=37)  # until Wednesday, 07:20
    assert world.state.looks == at_closing


def test_no_two_companies_keep_step() -> None:
    world = associating()
    states = [world.state.model_copy(update={"onboarding_id": f"o-{number}"}) for number in range(100)]
    assert len({looks.next_look_at(state) for state in states}) > 75


def test_a_word_makes_us_eager_then_patient_and_we_never_stop() -> None:
    world = said(lists())
    since, seen = world.state.since, [looked(world)]
    while seen[-1] - since < timedelta(days=5):
        at = looks.next_look_at(world.state)
        assert at is not None
        world.now = at
        world.settle()
        seen.append(looked(world))
    pauses = [(later - earlier) / timedelta(minutes=1) for earlier, later in pairwise(seen)]
    assert pauses[:6] == pytest.approx([1, 1, 2, 4, 8, 16], rel=0.1)
    assert pauses[8:10] == pytest.approx([60] * 2, rel=0.101)
    assert minutes_to_the_next(world) == pytest.approx(120, rel=0.101)
    assert max(pauses) <= 48 * 60 + 1


def test_after_48_hours_the_sync_is_overdue_once() -> None:
    world = said(lists())
    world.forward(hours=47.9)
    assert not world.state.overdue
    world.forward(hours=0.2)
    assert world.state.overdue
    assert status(world.state, world.now).overdue
    version = world.state.version
    world.forward(hours=20)
    assert world.state.version == version


@pytest.mark.parametrize("kind", [DeclareResolution, TickAct, Retry])
def test_news_makes_another_look_worth_it_but_not_within_the_floor(kind: type) -> None:
    world = said(lists())
    world.now += timedelta(seconds=10)
    world.say(kind)
    assert gap(world) == looks.FLOOR
    world.now += timedelta(minutes=2)
    world.say(kind)
    assert looks.look_is_due(world.state, world.now)


@pytest.mark.parametrize("code", ["301", "302", "401"])
def test_a_word_that_dian_denies_for_4_business_hours_is_forgotten_with_the_reason(code: str) -> None:
    world = said(denies(code))
    assert world.forward(hours=3.9) == Step.PREFIX_SYNC
    assert world.forward(hours=0.2) == Step.PREFIX_ASSOCIATION
    assert not world.state.associated
    assert [each.code for each in requirements(world.state)] == [Code.ASSOCIATION_DENIED]
    assert [each.code for each in world.mails[-1].notes] == [Code.ASSOCIATION_DENIED]


@pytest.mark.parametrize("answer", [lists(), UNKNOWN, OURS])
def test_what_is_no_denial_leaves_the_word_alone(answer: Answer) -> None:
    assert said(answer).forward(hours=40) == Step.PREFIX_SYNC


def test_the_word_said_again_is_believed_anew() -> None:
    world = said(denies("401"))
    world.forward(hours=3)
    world.say(TickAct, act="associate")
    assert world.forward(hours=3) == Step.PREFIX_SYNC
    assert world.forward(hours=2) == Step.PREFIX_ASSOCIATION


def test_a_new_denial_has_its_own_4_hours() -> None:
    world = said(denies("401"))
    since = world.state.denied_since
    call = world.call()
    assert call is None
    world.now += timedelta(hours=3)
    for answer in (lists(), denies("401")):  # one answer in between, and the records don't answer meanwhile
        world.answer = answer
        at = looks.next_look_at(world.state)
        assert at is not None
        world.now = max(world.now, at)
        call = world.call()
        assert call is not None
        world.learn(call)
    assert world.state.denied_since != since
    assert looks.time_passed(world.state, world.now).associated


def test_a_word_that_ended_the_wait_opens_the_association_again_once_the_wait_is_over() -> None:
    world = drive_to(begun(), Step.MANDATED_WAIT)
    world.hear(PrefixesAssociated)
    world.settle()
    world.now += timedelta(hours=5)
    world.become(looks.time_passed(world.state, world.now))
    assert [each.after for each in world.state.events if each.name == "step"] == ["prefix_association"]


def test_a_note_is_over_once_the_range_is_found() -> None:
    world = said(denies("401"))
    world.forward(hours=5)
    world.answer = lists(dse_range())
    assert world.forward(days=1) == Step.VOUCHER_TYPE
    assert world.mails[-1].step == Step.VOUCHER_TYPE
    assert world.mails[-1].notes == ()


def test_the_same_answer_again_makes_neither_event_nor_version() -> None:
    world = said(lists())
    seq, version, count = world.state.seq, world.state.version, world.state.looks
    world.forward(minutes=30)
    assert (world.state.seq, world.state.version) == (seq, version)
    assert world.state.looks == count + 5


def test_an_answer_that_is_none_of_dians_changes_no_listing() -> None:
    world = said(lists(dse_range("18764000000009", "ZZ9", key=True)))
    listed = world.state.listed
    for answer in (UNKNOWN, OURS):
        world.answer = answer
        world.forward(minutes=10)
        assert world.state.listed == listed
        assert world.state.last_look is not None
        assert world.state.last_look.answer == answer
