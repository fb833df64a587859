"""What the command line shows to people."""

import json
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel

from domain.fields import BOGOTA
from domain.status import Status
from starters.several import Result


def show_status(status: Status) -> None:
    held = " · on hold" if status.held else ""
    waits = f" · waits on {status.waiting_on}" if status.waiting_on else ""
    print(f"{status.nit} · {status.step} ({status.step_title}){waits}{held} · v{status.version}")
    if status.due_at is not None:
        print(f"  due {bogota(status.due_at)}{' · overdue' if status.overdue else ''}")
    if status.blocked is not None:
        print(f"  blocked: {status.blocked.message_es} [{status.blocked.code}]")
    for each in status.requirements:
        print(f"  {each.field}: {each.message_es} [{each.code}]")
    if status.last_dian is not None:
        print(f"  DIAN: {status.last_dian.code} {status.last_dian.description}")
        print(f"        {status.last_dian.meaning_es}")
    if status.range is not None:
        wanted = status.range
        print(f"  range: {wanted.resolution} {wanted.prefix} {wanted.from_number}–{wanted.to_number}")
    if status.assignee:
        print(f"  assigned to {status.assignee}")
    if status.follow_up is not None:
        print(f"  look again on {status.follow_up}")
    if status.remarks:
        last = status.remarks[-1]
        print(f"  remark: {last.text} ({last.actor}, {bogota(last.at)})")
    if status.next_reminder_at is not None:
        print(f"  next reminder {bogota(status.next_reminder_at)}")
    if status.actions:
        print(f"  legal now: {', '.join(action.command for action in status.actions)}")


def show_rows(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    cells = [list(columns), *([_cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    print(f"{len(rows)} in all")


def _cell(value: object) -> str:
    return "" if value is None or value is False else str(value)


def show_results(results: Sequence[Result]) -> None:
    """What each of several companies answered: a code only where nothing was done."""
    show_rows([{"nit": each.nit, **_why(each)} for each in results], ("nit", "code", "why"))


def _why(result: Result) -> dict[str, object]:
    if result.error is None:
        return {"code": result.already, "why": result.already and "nothing to do"}
    fields = "; ".join(f"{each['field']}: {each['message_es']}" for each in result.error.get("fields", ()))
    return {"code": result.error["code"], "why": fields or result.error["message"]}


class Progress:
    """How far a command to several companies has come: one line on a terminal, else a line now and then."""

    EVERY = 50

    def __init__(self, total: int) -> None:
        self._total, self._done, self._failed = total, 0, 0
        self._on_terminal = sys.stderr.isatty()

    def add(self, result: Result) -> None:
        self._done += 1
        self._failed += not result.ok
        told = f"{self._done}/{self._total}" + (f" · {self._failed} failed" if self._failed else "")
        if self._on_terminal:
            print(f"\r{told}", end="", file=sys.stderr, flush=True)
        elif self._done % self.EVERY == 0:
            tell(told)

    def end(self) -> None:
        if self._on_terminal and self._done:
            tell("")


def tell(line: str) -> None:
    """Prose beside what a command answers."""
    print(line, file=sys.stderr, flush=True)


def with_extra(model: BaseModel, **extra: object) -> str:
    """A model's JSON document with more keys beside its own."""
    return json.dumps({**model.model_dump(mode="json"), **extra}, ensure_ascii=False)


def harmless(text: str) -> str:
    """Somebody else's text without signs by which a terminal could be steered."""
    lines = text.replace("\r\n", "\n")
    return "".join(each if each in "\n\t" or unicodedata.category(each)[0] != "C" else "\ufffd" for each in lines)


def bogota(moment: datetime) -> str:
    return moment.astimezone(BOGOTA).strftime("%Y-%m-%d %H:%M")
