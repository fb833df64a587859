"""What the records tell of the whole fleet, which the exporter shows."""

from datetime import timedelta

from activities.store.fleet import Fleet
from domain.steps import Step
from tests.activities.company import Company, record
from tests.activities.sweep.conftest import ENVIRONMENT, HOUR, Scene, ago
from tests.workflows.company import random_nit


async def test_a_fleet_that_has_not_begun_is_counted_as_nothing(scene: Scene) -> None:
    assert await Fleet(scene.pool).census(ENVIRONMENT) == ([], {}, 0, 0.0)


async def test_onboardings_that_are_alike_are_counted_together(scene: Scene) -> None:
    for hours in (1, 5):
        await scene.company(due_at=ago(hours=1), since=ago(hours=hours))
    await scene.company(due_at=ago(hours=1), since=ago(hours=9), held=True)
    await scene.company(blocked="effect_failed", waiting_on="operator", since=ago(hours=2))
    found = {group[:4]: group for group in (await Fleet(scene.pool).census(ENVIRONMENT)).open}
    alike = found[Step.ELECTRONIC_INVOICING, "company", False, ""]
    assert (alike.number, alike.overdue, round(alike.oldest_s / 3600)) == (2, 2, 5)
    held = found[Step.ELECTRONIC_INVOICING, "company", True, ""]
    assert (held.number, held.overdue, round(held.oldest_s / 3600)) == (1, 0, 9)
    blocked = found[Step.ELECTRONIC_INVOICING, "operator", False, "effect_failed"]
    assert (blocked.number, blocked.overdue) == (1, 0)
    assert len(found) == 3


async def test_an_onboarding_that_another_one_followed_is_not_open(scene: Scene) -> None:
    first = await scene.company()
    await scene.books.record(record(first.again().begun()))
    (group,) = (await Fleet(scene.pool).census(ENVIRONMENT)).open
    assert group.number == 1


async def test_another_environment_is_not_counted(scene: Scene) -> None:
    await scene.books.record(record(Company(random_nit(), "produccion").begun()))
    assert (await Fleet(scene.pool).census(ENVIRONMENT)).open == []


async def test_what_has_ended_is_counted_by_how(scene: Scene) -> None:
    for closed in ("ready", "ready", "cancelled"):
        await scene.company(closed=closed, status={}, step=closed)
    census = await Fleet(scene.pool).census(ENVIRONMENT)
    assert (census.open, census.closed) == ([], {"ready": 2, "cancelled": 1})


async def test_a_mail_is_late_from_when_it_could_be_sent_not_while_it_keeps_quiet_hours(scene: Scene) -> None:
    async def put(made: timedelta, tried: timedelta, attempts: int = 0, end: str = "") -> None:
        company = await scene.company()
        await scene.pool.execute("DELETE FROM dse.mail WHERE onboarding_id = $1", company.onboarding_id)
        await scene.pool.execute(
            "INSERT INTO dse.mail"
            " (message_id, onboarding_id, kind, recipient, subject, body, made_at, try_at, attempts)"
            " VALUES ($1, $1, 'reminder', 'x@x.example', '', '', now() - $2::interval, now() - $3::interval, $4)",
            company.onboarding_id,
            made,
            tried,
            attempts,
        )
        if end:
            sql = f"UPDATE dse.mail SET {end}_at = now() WHERE message_id = $1"
            await scene.pool.execute(sql, company.onboarding_id)

    async def late() -> tuple[int, float]:
        census = await Fleet(scene.pool).census(ENVIRONMENT)
        return census.unsent, round(census.oldest_unsent_s / 60)

    for end in ("sent", "dropped", "bounced"):
        await put(24 * HOUR, 24 * HOUR, end=end)
    assert await late() == (0, 0)
    await put(12 * HOUR, -HOUR)
    assert await late() == (1, 0)
    await put(12 * HOUR, timedelta(minutes=2))
    assert await late() == (2, 2)
    await put(HOUR, -HOUR, attempts=3)
    assert await late() == (3, 60)
