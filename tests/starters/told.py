"""Everything that a stack tells without encryption: logs, metrics, what Temporal shows and keeps, names of objects."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import Client

from infra.embedded.addresses import Addresses
from workers import adapters
from workers.settings import Settings

IN_CLEAR = frozenset({"indexed_fields", "header", "search_attributes"})
"""Payloads that no codec touches."""


async def told(
    client: Client, settings: Settings, stack: Addresses, data: Path, *, decrypted: bool = False
) -> dict[str, str]:
    """By where it was found; `decrypted`: with the bodies of payloads."""
    found = {str(log.relative_to(data)): log.read_text(errors="replace") for log in (data / "logs").glob("*.log*")}
    for name, scraped in (("metrics", stack.metrics), ("exporter", stack.exporter)):
        assert scraped is not None
        with urllib.request.urlopen(scraped) as answer:  # noqa: ASYNC210 - nobody waits
            found[name] = answer.read().decode()
    async for each in client.list_workflows():
        where = f"{each.id} {each.run_id}"
        found[where] = "\n".join(words(each.raw_info))
        described = await client.get_workflow_handle(each.id, run_id=each.run_id).describe()
        found[f"{where} described"] = "\n".join(words(described.raw_description))
        found[f"{where} summary"] = str(await described.static_summary())
        history = await client.get_workflow_handle(each.id, run_id=each.run_id).fetch_history()
        for event in history.events:
            found[f"{where} event {event.event_id}"] = "\n".join(words(event, decrypted))
    async with adapters.documents(settings) as documents:
        keys, more = await documents.listed("", "", 10_000)
        assert not more
        found["keys"] = "\n".join(key.key for key in keys)
    return found


def words(said: Message, in_clear: bool = False) -> Iterator[str]:
    """Every text in it, but for the bodies of payloads, which a codec encrypts.

    The name of a signal is left out: whoever sends it chooses it.
    """
    if isinstance(said, Payload) and not in_clear:
        return
    for field, value in said.ListFields():
        if field.name != "signal_name":
            yield from _words(value, in_clear or field.name in IN_CLEAR)


def _words(value: Any, in_clear: bool) -> Iterator[str]:
    if isinstance(value, Message):
        yield from words(value, in_clear)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode(errors="replace")
    elif hasattr(value, "items"):
        for name, each in value.items():
            yield str(name)
            yield from _words(each, in_clear)
    elif isinstance(value, bool | int | float):
        yield str(value)
    else:
        for each in value:
            yield from _words(each, in_clear)
