"""What the command line shows to people."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from domain.fields import BOGOTA
from domain.status import Status

out = Console(highlight=False, soft_wrap=True)


def show_status(status: Status) -> None:
    held = " · on hold" if status.held else ""
    waits = f" · waits on {status.waiting_on}" if status.waiting_on else ""
    out.print(f"[bold]{status.nit}[/bold] · {status.step} ({status.step_title}){waits}{held} · v{status.version}")
    if status.due_at is not None:
        out.print(f"  due {bogota(status.due_at)}{' · overdue' if status.overdue else ''}")
    if status.blocked is not None:
        out.print(f"  blocked: {status.blocked.message_es} [{status.blocked.code}]", markup=False)
    for each in status.requirements:
        out.print(f"  {each.field}: {each.message_es} [{each.code}]", markup=False)
    if status.last_dian is not None:
        out.print(f"  DIAN: {status.last_dian.code} {status.last_dian.description}", markup=False)
    if status.range is not None:
        wanted = status.range
        out.print(f"  range: {wanted.resolution} {wanted.prefix} {wanted.from_number}–{wanted.to_number}", markup=False)
    if status.actions:
        out.print(f"  legal now: {', '.join(action.command for action in status.actions)}", markup=False)


def show_rows(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    out.print(table)
    out.print(f"{len(rows)} in all")


def _cell(value: object) -> str:
    return "" if value is None or value is False else str(value)


def with_extra(model: BaseModel, **extra: object) -> str:
    """A model's JSON document with more keys beside its own."""
    return json.dumps({**model.model_dump(mode="json"), **extra}, ensure_ascii=False)


def bogota(moment: datetime) -> str:
    return moment.astimezone(BOGOTA).strftime("%Y-%m-%d %H:%M")
