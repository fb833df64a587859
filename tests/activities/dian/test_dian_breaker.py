"""One process's manners towards DIAN: when it stops asking, how it probes, how calls come back."""

import logging
import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.dian.breaker import JITTER, PAUSES, STEP, STEPS, TRIPS, Breaker, Mode
from domain.numbering import Answer, AnswerClass

DONE, PENDING, DOWN, REFUSING = (
    Answer(answer_class=kind, code=code)
    for kind, code in (
        (AnswerClass.DONE, "100"),
        (AnswerClass.PENDING, "301"),
        (AnswerClass.TRANSIENT, "http_503"),
        (AnswerClass.OURS, "InvalidSecurity"),
    )
)
FAILURES, ANSWERS = (DOWN, REFUSING), (DONE, PENDING)


@dataclass
class Worker:
    """A breaker with a clock and dice of the test's."""

    now: float = 1000.0
    dice: float = 0.0
    breaker: Breaker = field(init=False)

    def __post_init__(self) -> None:
        self.breaker = Breaker(PAUSES, lambda: self.now, lambda: self.dice)

    @property
    def mode(self) -> Mode:
        return self.breaker.mode

    def call(self, answer: Answer | None) -> bool:
        """Whether DIAN was asked; it then answered this, or the call was broken off."""
        number = self.breaker.admit()
        if number is not None:
            self.breaker.ended(number, answer)
        return number is not None

    def forward(self, seconds: float | timedelta) -> None:
        self.now += seconds.total_seconds() if isinstance(seconds, timedelta) else seconds

    def opened(self, answer: Answer = DOWN) -> "Worker":
        for _ in range(TRIPS):
            assert self.call(answer)
        assert self.mode == Mode.PROBING
        return self

    def returning(self) -> "Worker":
        self.opened().forward(PAUSES.probe)
        assert self.call(PENDING)
        assert self.mode == Mode.RETURNING
        return self

    def closed_again(self) -> "Worker":
        for _ in STEPS:
            assert self.call(DONE)
            self.forward(STEP)
        assert self.call(DONE)
        assert self.mode == Mode.CLOSED
        return self


@pytest.fixture(autouse=True)
def _told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="dse.dian")


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.message) for record in caplog.records if record.name == "dse.dian"]


@given(st.lists(st.sampled_from([DONE, PENDING, DOWN, REFUSING, None])))
def test_it_opens_only_after_so_many_failures_without_an_answer_between_them(answers: list[Answer | None]) -> None:
    worker, in_a_row = Worker(), 0
    for answer in answers:
        assert worker.call(answer)
        in_a_row = 0 if answer in ANSWERS else in_a_row + (answer in FAILURES)
        if in_a_row == TRIPS:
            break
        assert worker.mode == Mode.CLOSED
    assert (worker.mode == Mode.PROBING) == (in_a_row == TRIPS)


def test_an_open_one_asks_nothing_until_its_first_probe_is_due() -> None:
    worker = Worker().opened()
    worker.forward(PAUSES.probe.total_seconds() - 0.001)
    assert not worker.call(DONE)
    worker.forward(0.001)
    assert worker.call(DOWN)
    assert not worker.call(DOWN)


def test_there_is_one_probe_at_a_time() -> None:
    worker = Worker().opened()
    worker.forward(PAUSES.probe)
    probe = worker.breaker.admit()
    assert probe is not None
    worker.forward(3600)
    assert not worker.call(DONE)
    worker.breaker.ended(probe, DOWN)
    worker.forward(3600)
    assert worker.call(DOWN)


def test_a_probe_that_is_cancelled_counts_as_nothing_and_frees_its_place() -> None:
    worker = Worker().opened()
    worker.forward(PAUSES.probe)
    assert worker.call(None)
    assert worker.call(DONE)
    assert worker.mode == Mode.RETURNING


@given(st.floats(0, 1))
def test_pauses_between_probes_double_up_to_the_longest_each_worker_s_a_little_other(dice: float) -> None:
    worker = Worker(dice=dice).opened()
    for base in (15, 30, 60, 60, 60):
        wait = base * (1 + JITTER * dice)
        worker.forward(wait - 0.001)
        assert not worker.call(DOWN)
        worker.forward(0.002)
        assert worker.call(DOWN)


@given(st.floats(60, 24 * 3600), st.integers(1, 50), st.lists(st.sampled_from(FAILURES), min_size=1))
def test_however_many_come_in_an_outage_dian_is_asked_once_a_minute_at_most(
    seconds: float, at_once: int, answers: list[Answer]
) -> None:
    worker, asked, begun = Worker().opened(), 0, 1000.0
    step = max(seconds / 200, 0.5)
    while worker.now < begun + seconds:
        for number in range(at_once):
            asked += worker.call(answers[number % len(answers)])
        worker.forward(step)
    assert asked <= 2 + seconds / PAUSES.longest_probe.total_seconds() + 1


def test_calls_come_back_by_steps() -> None:
    worker = Worker().returning()
    for most in STEPS:
        assert sum(worker.call(DONE) for _ in range(100)) == most
        worker.forward(STEP)
    assert all(worker.call(PENDING) for _ in range(100))
    assert worker.mode == Mode.CLOSED


def test_a_step_is_not_climbed_before_dian_has_answered_in_it() -> None:
    worker = Worker().returning()
    for _ in range(10):
        first = worker.breaker.admit()
        assert worker.breaker.admit() is None
        worker.forward(STEP)
    assert first is not None
    worker.breaker.ended(first, DONE)
    assert worker.breaker.admit() is not None
    worker.forward(STEP)
    assert [worker.breaker.admit() is not None for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize("steps", range(len(STEPS)))
def test_failures_in_a_row_while_they_come_back_open_it_again(steps: int) -> None:
    worker = Worker().returning()
    for _ in range(steps):
        worker.call(DONE)
        worker.forward(STEP)
    for _ in range(TRIPS):
        assert worker.mode == Mode.RETURNING
        assert worker.call(DOWN)
        worker.forward(STEP)
    assert worker.mode == Mode.PROBING
    assert not worker.call(DONE)
    worker.forward(PAUSES.probe)
    assert worker.call(DONE)


def test_one_failure_while_they_come_back_takes_a_step_back() -> None:
    worker = Worker().returning()
    for _ in range(3):
        worker.call(DONE)
        worker.forward(STEP)
    assert worker.call(DOWN)
    worker.forward(STEP)
    assert sum(worker.call(DONE) for _ in range(100)) == STEPS[2]


@pytest.mark.parametrize(("share", "least"), [(0.1, 3.5), (0.2, 2)])
def test_a_dian_that_fails_at_times_is_still_asked(share: float, least: float) -> None:
    """Of five companies a second."""
    worker, chance = Worker(), random.Random(1)
    asked = sum(_asked_for_a_second(worker, chance, share) for _ in range(2000))
    assert asked / 2000 > least


@pytest.mark.parametrize("late", [DONE, DOWN])
def test_what_was_begun_before_it_opened_neither_closes_nor_opens_it(late: Answer) -> None:
    worker = Worker()
    numbers = [number for _ in range(2) if (number := worker.breaker.admit()) is not None]
    worker.opened()
    for mode in (Mode.PROBING, Mode.RETURNING):
        worker.breaker.ended(numbers.pop(), late)
        assert worker.mode == mode
        worker.forward(PAUSES.probe)
        worker.call(DONE)


@given(st.floats(0, 1))
def test_who_is_refused_stays_away_for_one_to_three_minutes(dice: float) -> None:
    assert timedelta(minutes=1) <= Worker(dice=dice).breaker.rest() <= timedelta(minutes=3)


def test_it_knows_for_how_long_it_is_as_it_is() -> None:
    worker = Worker().opened()
    worker.forward(7)
    assert worker.breaker.seconds == 7
    worker.forward(8)
    worker.call(DONE)
    assert worker.breaker.seconds == 0


def _asked_for_a_second(worker: Worker, chance: random.Random, share: float) -> int:
    asked = sum(worker.call(DOWN if chance.random() < share else DONE) for _ in range(5))
    worker.forward(1)
    return asked


# what is told


def test_dian_refusing_us_raises_one_alert_with_its_code(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker().opened(REFUSING)
    for _ in range(5):
        worker.forward(3600)
        worker.call(REFUSING)
    assert said(caplog) == [("ERROR", "dian refuses us")]
    assert caplog.records[0].__dict__["code"] == "InvalidSecurity"


def test_dian_being_down_is_a_warning_and_its_return_is_told(caplog: pytest.LogCaptureFixture) -> None:
    Worker().returning().closed_again()
    assert said(caplog) == [("WARNING", "dian is down"), ("INFO", "dian is back")]


def test_an_outage_that_comes_and_goes_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker().returning()
    for _ in range(5):
        for _ in range(TRIPS):
            worker.call(DOWN)
            worker.forward(STEP)
        worker.forward(3600)
        worker.call(DONE)
    worker.closed_again()
    assert said(caplog) == [("WARNING", "dian is down"), ("INFO", "dian is back")]


def test_a_dian_that_comes_back_refusing_us_raises_the_alert(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker().opened(DOWN)
    worker.forward(PAUSES.probe)
    worker.call(REFUSING)
    assert said(caplog) == [("WARNING", "dian is down"), ("ERROR", "dian refuses us")]


def test_the_next_outage_is_told_anew(caplog: pytest.LogCaptureFixture) -> None:
    Worker().returning().closed_again().opened(REFUSING)
    assert [level for level, _ in said(caplog)] == ["WARNING", "INFO", "ERROR"]
