"""What the command line shows to people."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel

from domain.fields import BOGOTA
from domain.status import Status


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


def with_extra(model: BaseModel, **extra: object) -> str:
    """A model's JSON document with more keys beside its own."""
    return json.dumps({**model.model_dump(mode="json"), **extra}, ensure_ascii=False)


def harmless(text: str) -> str:
    """Somebody else's text without signs by which a terminal could be steered."""
    lines = text.replace("\r\n", "\n")
    return "".join(each if each in "\n\t" or unicodedata.category(each)[0] != "C" else "\ufffd" for each in lines)


def bogota(moment: datetime) -> str:
    return moment.astimezone(BOGOTA).strftime("%Y-%m-%d %H:%M")
