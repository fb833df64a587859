"""What people read of an onboarding, each audience's words in one text."""

from activities.store.mail_page import text
from domain.mail_words import About, words
from domain.status import Status, status
from tests.domain.messages import NIT
from tests.domain.world import World

PROVIDER, SOFTWARE = "Proveedor S.A.S.", "Factura Fácil"


def shown(world: World) -> Status:
    return status(world.state, world.now)


def company_reads(world: World) -> str:
    """What the status tells it: what the row misses, and what to do about DIAN's last answer."""
    now = shown(world)
    told = [each.message_es for each in now.requirements]
    return "\n".join([*told, now.last_dian.company_es if now.last_dian is not None else ""])


def mailed(world: World) -> str:
    """The last mail."""
    about = About(nit=NIT, company="Café de la Sierra S.A.S.", provider=PROVIDER, software=SOFTWARE)
    return text(words(world.mails[-1], about, world.now))


def operator_sees(world: World) -> str:
    """What DIAN's last answer means, and what operators are to do about it."""
    last = shown(world).last_dian
    assert last is not None
    return f"{last.meaning_es}\n{last.operator_es}"


def told_last(world: World, name: str) -> str:
    """What the timeline says of the last event of this name."""
    return [each.after for each in world.state.events if each.name == name][-1]
