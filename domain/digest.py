"""The day's mail about what is stuck: how many of each, the oldest of each, and the command that shows all."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from domain import findings_es as es
from domain.fields import BOGOTA
from domain.findings import INVARIANTS, Finding, FindingCode
from domain.mail_words import Words

OLDEST = 20
"""Of each code: ten thousand findings make a mail that is still read."""


def digest(
    counts: Mapping[FindingCode, int],
    oldest: Mapping[FindingCode, Sequence[Finding]],
    missing: Collection[str],
    at: datetime,
) -> Words:
    """`oldest`: at most OLDEST of each code. `missing`: the sources that the last sweep lacked."""
    codes = [code for code in FindingCode if counts.get(code)]
    lines: list[str] = []
    for code in codes:
        lines += [_line(each) for each in oldest[code]]
        if (more := counts[code] - len(oldest[code])) > 0:
            lines.append(es.DIGEST_REST.format(title=INVARIANTS[code].title_es, count=more))
    told = [es.DIGEST_TOLD.format(time=f"{at.astimezone(BOGOTA):%H:%M}")]
    if missing:
        told.append(es.DIGEST_PARTIAL.format(missing=", ".join(es.SOURCES[each] for each in missing)))
    return Words(
        subject=es.DIGEST_SUBJECT.format(count=sum(counts.values())),
        told=tuple(told),
        facts=tuple((INVARIANTS[code].title_es, _count(code, counts[code])) for code in codes),
        lines=tuple(lines),
        todo=es.DIGEST_TODO,
        commands=es.DIGEST_COMMANDS,
    )


def _count(code: FindingCode, count: int) -> str:
    return es.DIGEST_COUNTS.format(count=count, runbook=INVARIANTS[code].runbook)


def _line(each: Finding) -> str:
    since = "—" if each.since is None else f"{each.since.astimezone(BOGOTA):%Y-%m-%d %H:%M}"
    return es.DIGEST_LINE.format(title=INVARIANTS[each.code].title_es, nit=each.nit or es.DIGEST_ALL, since=since)
