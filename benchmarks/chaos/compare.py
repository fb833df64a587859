"""The three ledgers side by side: what is missing, what is there twice, what could not have happened."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.chaos.kept import Outside, Records
from benchmarks.chaos.story import Story
from benchmarks.chaos.told import Said, Told
from domain.commands import UPDATES
from domain.state import Event
from domain.steps import Step

GOES_BACK = frozenset({"letter_verdict", "submit_representative", "back"})
"""What leads to an earlier row in these stories."""
ROWS_OF = {message.card.name: message.card.rows for message in UPDATES}


@dataclass
class Findings:
    """Each as a sentence that says of whom and what."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    illegal: list[str] = field(default_factory=list)
    expected: int = 0
    done: int = 0
    ready: int = 0
    done_again: int = 0
    """Grants and voucher types made beyond the first under one key."""


def compare(stories: Sequence[Story], told: Told, kept: Records, seen: Outside) -> Findings:
    found = Findings()
    _ends(found, stories, kept)
    _messages(found, told.said, kept)
    for onboarding, events in kept.events.items():
        found.illegal += [f"{onboarding}: {what}" for what in illegal(events)]
    _stored(found, stories, told, kept, seen)
    _done(found, stories, kept)
    _mailed(found, kept, seen)
    return found


def _ends(found: Findings, stories: Sequence[Story], kept: Records) -> None:
    ends = Counter(kept.closed.values())
    for story in stories:
        found.ready += ends[story.nit, "ready"]
        if ends[story.nit, "ready"] != 1:
            found.lost.append(f"{story.nit} ({story.name}) is not ready")
        if ends[story.nit, None]:
            found.lost.append(f"{story.nit} ({story.name}) has an onboarding without an end")


def _messages(found: Findings, said: Sequence[Said], kept: Records) -> None:
    """Whatever a client was told is done stands in the timeline once; what it was never told, at most once."""
    events = Counter((event.actor, event.name) for each in kept.events.values() for event in each)
    for message in said:
        times = events[message.message_id, message.name]
        if message.told == "done" and not times:
            found.lost.append(f"{message.nit}: {message.name} was answered but is not in the timeline")
        if times > 1:
            found.duplicated.append(f"{message.nit}: {message.name} counted {times} times")


def illegal(events: Sequence[Event]) -> Iterator[str]:
    """What no timeline may hold: a gap, a step from elsewhere, a way back without cause, a command out of place."""
    step = Step.ELECTRONIC_INVOICING
    for index, event in enumerate(events):
        if event.seq != index + 1:
            yield f"event {event.seq} comes as number {index + 1}"
        if event.name in ROWS_OF and step not in ROWS_OF[event.name]:
            yield f"{event.name} at {step}"
        if event.name != "step":
            continue
        if event.before != step:
            yield f"a step from {event.before} though it stood at {step}"
        before, step = step, Step(event.after)
        if step < before and events[index - 1].name not in GOES_BACK:
            yield f"back from {before} to {step} by {events[index - 1].name}"


def _stored(found: Findings, stories: Sequence[Story], told: Told, kept: Records, seen: Outside) -> None:
    """Every letter and scan once, whoever stored it again."""
    letters = Counter(key.split("/")[1] for key in seen.objects if "/letters/" in key)
    for story in stories:
        _count(found, f"{story.nit}: letters", letters[story.nit], story.letters)
    for key in told.scans:
        _count(found, f"{key}: stored", int(key in seen.objects), 1)
    found.duplicated += [f"{key}: stored {times} times" for key, times in seen.objects.items() if times > 1]
    unknown = [key for key in seen.objects if "/scans/" in key and key not in told.scans]
    found.duplicated += [f"{key}: nobody stored it" for key in unknown]
    said = {
        event.after for events in kept.events.values() for event in events if event.name == "signed_letter_uploaded"
    }
    found.lost += [f"{key}: said, but not known" for key, was in told.scans.items() if was and key not in said]


def _done(found: Findings, stories: Sequence[Story], kept: Records) -> None:
    """In the end one grant and two voucher types stand for each company; under one key nothing is done twice."""
    standing = Counter((effect.nit, effect.kind) for effect in kept.effects if effect.stands)
    for story in stories:
        for kind in ("grant", "05", "95"):
            _count(found, f"{story.nit}: {kind}", standing[story.nit, kind], 1)
    asked = Counter((effect.nit, effect.kind, effect.key.partition("#")[0]) for effect in kept.effects)
    for (nit, kind, key), times in asked.items():
        if times > 1:
            found.duplicated.append(f"{nit}: {kind} done {times} times for {key}")
            found.done_again += times - 1


def _mailed(found: Findings, kept: Records, seen: Outside) -> None:
    """Every mail on record reached a mailbox, no other did, and each good news was told once."""
    for message_id, (onboarding, kind) in kept.mails.items():
        _count(found, f"{onboarding}: mail {kind} {message_id}", int(message_id in seen.mails), 1)
    found.duplicated += [f"mail {message_id} is on no record" for message_id in seen.mails - kept.mails.keys()]
    news = Counter((onboarding, kind) for onboarding, kind in kept.mails.values())
    for onboarding, events in kept.events.items():
        for kind in ("certificate_granted", "ready", "cancelled"):
            happened = sum(event.name == kind for event in events)
            if happened != news[onboarding, kind]:
                found.illegal.append(f"{onboarding}: {kind} happened {happened} times, mailed {news[onboarding, kind]}")


def _count(found: Findings, what: str, done: int, expected: int) -> None:
    found.expected += expected
    found.done += min(done, expected)
    if done < expected:
        found.lost.append(f"{what}: {done} of {expected}")
    if done > expected:
        found.duplicated.append(f"{what}: {done} instead of {expected}")
