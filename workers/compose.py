"""Adapters made into a worker's activities: the one place that knows who uses what."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from activities.certificate import Certificate
from activities.counting import NOBODY, Counting
from activities.dian.breaker import PAUSES, Breaker, Mode, Pauses
from activities.dian.certificate import Credentials
from activities.expiring import Watching
from activities.letter.isolation import Decoders
from activities.letters import Letters
from activities.ranges import Ranges
from activities.records import Bookkeeping
from activities.store import pool
from activities.store.documents import Documents
from activities.store.expiring import Expiring
from activities.store.keyed import Keyed
from activities.store.mail import Mailer
from activities.store.outbox import Outbox
from activities.store.reading import Reading
from activities.store.records import Records
from activities.store.sweeping import Sweeping
from activities.store.unknown import Unknown
from activities.sweep import Sweep
from activities.vouchers import Vouchers
from workers.adapters import credentials, dian, documents, letter_keys
from workers.health import OK, Check
from workers.settings import Settings

Activity = Callable[..., Any]


@dataclass(frozen=True)
class Effects:
    """The activities of one worker, by the queue that they are asked for on."""

    ours: tuple[Activity, ...]
    at_dian: tuple[Activity, ...]
    outbox: Outbox
    credentials: Credentials
    checks: Mapping[str, Check]
    """Whether what they need is there, by part."""


Composing = Callable[[Settings, Counting], AbstractAsyncContextManager[Effects]]


@asynccontextmanager
async def effects(
    settings: Settings,
    counting: Counting = NOBODY,
    keyed_store: Callable[[pool.Pool], Keyed] = Keyed,
    pauses: Pauses = PAUSES,
) -> AsyncIterator[Effects]:
    """Everything a worker needs; parts that are away are waited for by the activities themselves."""
    known = credentials(settings)
    async with (
        dian(settings, settings.dian_endpoint) as client,
        pool.connect(settings.postgres_dsn.get_secret_value()) as connections,
        documents(settings) as store,
        Decoders() as decoders,
    ):
        keyed, reader = keyed_store(connections), Reading(connections)
        smtp, operators = settings.smtp_url.get_secret_value(), settings.operators_mail
        outbox = Outbox(connections, Mailer(smtp, settings.mail_from, answers=operators), counting=counting)
        books = Bookkeeping(
            Records(connections, counting),
            reader,
            keyed,
            outbox,
            mandated_wait=settings.mandated_wait,
            provider_name=settings.provider_name,
            software_name=settings.software_name,
            operators_mail=operators,
            supervisors_mail=settings.supervisors_mail or operators,
            gateway_url=settings.gateway_url,
        )
        letters = Letters(
            store,
            letter_keys(settings),
            decoders,
            provider_nit=settings.provider_nit,
            provider_name=settings.provider_name,
            period=settings.grant_period,
            counting=counting,
        )
        breaker = Breaker(pauses, tell=counting.dian_mode)
        ranges = Ranges(client, reader, Unknown(connections), known, breaker, counting=counting)
        certificate = Certificate(keyed, known, settings.grant_period)
        vouchers = Vouchers(keyed)
        watching = Watching(
            Expiring(connections),
            mail_domain=outbox.domain,
            operators_mail=operators,
            provider_name=settings.provider_name,
            software_name=settings.software_name,
        )
        sweep = Sweep(Sweeping(connections), store, mail_domain=outbox.domain, operators_mail=operators)
        yield Effects(
            ours=(
                books.recall,
                books.undo,
                books.record,
                letters.issue_letter,
                letters.check_scan,
                certificate.grant_certificate,
                vouchers.claim_voucher_type,
                watching.tell_expiring,
                sweep.sweep,
                sweep.end_sweep,
            ),
            at_dian=(ranges.look_up_ranges, ranges.read_back),
            outbox=outbox,
            credentials=known,
            checks=_checks(connections, store, breaker),
        )


def _checks(connections: pool.Pool, store: Documents, breaker: Breaker) -> dict[str, Check]:
    async def records() -> str:
        await pool.answers(connections)
        return OK

    async def bucket() -> str:
        await store.answers()
        return OK

    async def at_dian() -> str:
        return OK if breaker.mode == Mode.CLOSED else breaker.mode.value

    return {"records": records, "documents": bucket, "dian": at_dian}
