"""The words of mails, without any markup: text and HTML are both made of them, so that they can't differ."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from domain import mails_es as es
from domain.explaining import Meaning, told_to_company
from domain.fields import BOGOTA
from domain.mails import ACT_OF_ROW, GRANTED, Mail
from domain.reminders import Recipient
from domain.steps import ROWS, Step
from domain.texts_es import ACT_PATHS, ACTS, MONTHS, ROW_NEXT, ROW_TITLES, WAITS_ON, WIZARD_STEPS
from domain.values import Value

ARROW = " → "
NOBODY = "nadie"
DIRECT = "direct"


class Way(Value):
    """What to do somewhere: a sentence, and the menu entries that it leads through, if any."""

    told: str
    steps: tuple[str, ...] = ()


class Words(Value):
    """What a mail says, in this order. What is empty isn't said."""

    subject: str
    greeting: str = ""
    told: tuple[str, ...] = ()
    """What happened: paragraphs."""
    facts: tuple[tuple[str, str], ...] = ()
    found: str = ""
    """What the reasons are."""
    reasons: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    """One each of what there is much of."""
    todo: str
    """What to do next: one sentence."""
    until: str = ""
    ways: tuple[Way, ...] = ()
    commands: tuple[tuple[str, str], ...] = ()
    """What each is for, and the command."""
    also: tuple[str, ...] = ()
    signed: str = ""


class About(Value):
    """Whose onboarding a mail speaks of, and who speaks: the provider and its software as DIAN lists them."""

    nit: str
    company: str
    partner: str = DIRECT
    provider: str
    software: str


def words(mail: Mail, about: About, now: datetime) -> Words:
    """The mail as it is read at `now`, which says whether a due date has passed."""
    if mail.to != Recipient.COMPANY:
        return _desk(mail, about)
    row = ROWS.get(Step(mail.step))
    says: dict[str, object] = {
        **about.model_dump(),
        "title": ROW_TITLES.get(mail.kind, ROW_TITLES[mail.step]),
        "number": row.wizard_step if row else "",
        "wizard": WIZARD_STEPS[row.wizard_step] if row else "",
        "since": day_in_words(mail.since) if mail.since else "",
    }
    again = [es.AGAIN.format(nth=mail.nth)] if mail.nth > 1 else []
    return Words(
        subject=es.SUBJECTS[mail.kind].format_map(says),
        greeting=es.GREETING.format_map(says),
        told=(" ".join([es.TOLD[mail.kind].format_map(says), *again]),),
        found=es.FOUND,
        reasons=tuple(note.message_es for note in mail.notes),
        todo=es.TODO.get(mail.kind) or ROW_NEXT[mail.step],
        until=_until(mail.due_at, now),
        ways=tuple(_ways(mail, about)),
        also=(es.ALSO[mail.kind],),
        signed=about.provider,
    )


def _until(due_at: datetime | None, now: datetime) -> str:
    if due_at is None:
        return ""
    return (es.UNTIL if now < due_at else es.UNTIL_PASSED).format(moment=moment_in_words(due_at))


def _ways(mail: Mail, about: About) -> Iterator[Way]:
    """Through DIAN's menus: of the acts that are next, or of what DIAN's last answer asks for."""
    paths = act_paths(about)
    if mail.meaning:
        told = told_to_company(Meaning(mail.meaning), about.provider, about.software)
        full_stop = f"{about.provider.rstrip('.')}."  # also of a name that ends in one: S.A.S.
        yield from split(told.replace(f"{about.provider}.", full_stop), paths)
    elif mail.kind == GRANTED:
        yield from acts(("enable", "request"), paths)
    elif act := ACT_OF_ROW.get(mail.step):
        yield from acts((act,), paths)


def act_paths(about: About) -> Mapping[str, str]:
    return {act: path.format(provider=about.provider, software=about.software) for act, path in ACT_PATHS.items()}


def acts(which: tuple[str, ...], paths: Mapping[str, str]) -> Iterator[Way]:
    for act in which:
        yield Way(told=f"{ACTS[act]}:", steps=tuple(paths[act].split(ARROW)))


def split(text: str, paths: Mapping[str, str]) -> Iterator[Way]:
    """A text that quotes menu paths, cut behind each of them."""
    *quoting, rest = re.split(f"({'|'.join(map(re.escape, paths.values()))})", text)
    for told, path in zip(quoting[::2], quoting[1::2], strict=True):
        yield Way(told=told.lstrip(". ").rstrip(), steps=tuple(path.split(ARROW)))
    if rest := rest.lstrip(". "):
        yield Way(told=rest)


def _desk(mail: Mail, about: About) -> Words:
    """To operators and supervisors: whose row it is, whom it waits on since when, and the commands that help."""
    title = ROW_TITLES[mail.step]
    case = mail.step if mail.step in es.ACT else mail.waits_on
    said = {
        "company": about.company,
        "nit": about.nit,
        "partner": about.partner if about.partner != DIRECT else "",
        "title": title,
        "waits_on": WAITS_ON[mail.waits_on],
        "since": moment_in_words(mail.since) if mail.since else "",
        "due_at": moment_in_words(mail.due_at) if mail.due_at else "",
        "assignee": mail.assignee or NOBODY,
    }
    return Words(
        subject=es.ABOUT.format(subject=es.SUBJECTS[mail.kind].format(title=title), nit=about.nit),
        told=(es.DESK_TOLD[mail.kind],),
        found=es.DESK_REASONS,
        reasons=tuple(note.message_es for note in mail.notes),
        facts=tuple((name, said[fact]) for fact, name in es.FACTS.items() if said[fact]),
        todo=es.DESK_TODO[case],
        commands=tuple((what, command.format(nit=about.nit)) for what, command in (*es.LOOK, *es.ACT[case])),
    )


def date_in_words(day: date) -> str:
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


def day_in_words(moment: datetime) -> str:
    day = moment.astimezone(BOGOTA).date()
    return f"{es.WEEKDAYS[day.weekday()]} {date_in_words(day)}"


def moment_in_words(moment: datetime) -> str:
    local = moment.astimezone(BOGOTA)
    half, hour = divmod(local.hour, 12)
    return es.MOMENT.format(day=day_in_words(moment), hour=hour or 12, minute=local.minute, half=es.HALVES[half])
