"""Which mails events cause, and their words. One rule: the turn passed to the company; besides, the good news."""

import hashlib

from domain.explaining import Meaning, explained, told_to_company
from domain.reasons import Reason
from domain.state import State
from domain.steps import WaitsOn, current_step, waits_on
from domain.texts_es import ACT_PATHS, ACTS, ROW_NEXT, ROW_TITLES
from domain.values import Value

TURN, GRANTED, READY, CANCELLED = "turn", "certificate_granted", "ready", "cancelled"


class Mail(Value):
    """One mail to the company's contact; sent once per key."""

    number: int
    """Its event's."""
    place: int = 0
    """How many mails went before it."""
    kind: str
    step: str
    notes: tuple[Reason, ...] = ()
    meaning: str = ""
    """Of DIAN's last answer, where the company is to act there; a `Meaning`."""

    @property
    def key(self) -> str:
        """What tells it from all others of its onboarding: its place and what it says, in whatever order that came.

        Good news is the same wherever the onboarding stands when it is told.
        """
        where = [self.step, *(note.code for note in self.notes)] if self.kind == TURN else []
        said = "/".join([self.kind, *where])
        return f"{self.place}-{hashlib.sha256(said.encode()).hexdigest()[:4]}"


def mails(state: State) -> tuple[Mail, ...]:
    """The mails that what is not yet recorded causes; a turn that comes on hold is told at resume."""
    step = current_step(state)
    found = [
        Mail(number=event.seq, kind=event.name, step=step)
        for event in state.events
        if event.name in (GRANTED, READY, CANCELLED)
    ]
    if state.turn > state.turn_mailed and waits_on(state) == WaitsOn.COMPANY and state.held is None:
        means = explained(state) if step in _ACT_OF_ROW else None
        meaning = means.code if means is not None else ""
        found.append(Mail(number=state.turn, kind=TURN, step=step, notes=state.notes, meaning=meaning))
    return tuple(mail.model_copy(update={"place": state.mailed + index}) for index, mail in enumerate(found))


def subject(mail: Mail) -> str:
    match mail.kind:
        case "certificate_granted":
            return "Tu certificado digital ya está activo"
        case "ready" | "cancelled":
            return ROW_TITLES[mail.step]
        case _:
            return f"Documento soporte electrónico: {ROW_TITLES[mail.step]}"


def body(mail: Mail, nit: str, company: str, provider: str, software: str) -> str:
    """The mail's text: what has happened and what to do, with DIAN's menu path where it applies."""
    lines = [f"Hola, {company} (NIT {nit}):", ""]
    if mail.kind == GRANTED:
        lines += [f"Ya cuentas con el certificado digital de {provider} para emitir documento soporte electrónico."]
    elif mail.kind == TURN:
        lines += [note.message_es for note in mail.notes] + [ROW_NEXT[mail.step]]
    else:
        lines += [ROW_NEXT[mail.step]]
    act = _ACT_OF_ROW.get(mail.step) if mail.kind == TURN else None
    if mail.kind == GRANTED:
        lines += ["", "Ahora, en la página de la DIAN:"]
        lines += [
            f"{ACTS[each]}: {ACT_PATHS[each].format(provider=provider, software=software)}"
            for each in ("enable", "request")
        ]
    if mail.meaning:
        lines += ["", told_to_company(Meaning(mail.meaning), provider, software)]
    elif act is not None:
        lines += ["", f"{ACTS[act]}: {ACT_PATHS[act].format(provider=provider, software=software)}"]
    lines += ["", provider]
    return "\n".join(lines)


_ACT_OF_ROW = {"prefix_association": "associate"}
