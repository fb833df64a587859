"""A workflow task that is repeated finds what came meanwhile in front, and tells the records otherwise."""

import pytest

from domain import effects
from domain.state import Event
from tests.workflows.company import Company
from tests.workflows.conftest import Begin
from tests.workflows.effects import Effects
from tests.workflows.rows import reach


class Crossed(Effects):
    """Its last record is crossed by a signal: the task that told it can't complete, and is repeated."""

    company: Company

    async def record(self, given: effects.Record) -> effects.Recorded:
        answer = await super().record(given)
        if given.closed is not None and not any(each.closed for each in self.records[:-1]):
            await self.company.signal("nobody", {})
        return answer


def happened(records: list[effects.Record]) -> list[Event]:
    """As the records read what was told: of one number the event behind the highest fence, up to the last one's."""
    last = max(records, key=lambda record: record.fence)
    told = {event.seq: event for record in sorted(records, key=lambda each: each.fence) for event in record.events}
    return [told[seq] for seq in sorted(told) if seq <= last.seq]


@pytest.mark.parametrize("end", ["ready", "cancelled"])
async def test_nothing_is_lost_nor_told_twice(begin: Begin, end: str) -> None:
    company = await begin(effects=(crossed := Crossed()))
    crossed.company = company
    if end == "ready":
        await reach(company, "ready")
    else:
        await reach(company, "mandated_wait")
        await company.operate("cancel")
    assert (await company.result()).closed == end
    closing = [record for record in crossed.records if record.closed is not None]
    assert len(closing) == 2, "the task was repeated"
    events = happened(crossed.records)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    names = [event.name for event in events]
    assert (names.count("unreadable_signal"), names.count(end)) == (1, 1)
    mails = {mail.key: mail.kind for record in crossed.records for mail in record.mails}
    assert list(mails.values()).count(end) == 1
