"""The provider's wizard as durable code."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue

from domain import commands
from domain.begin import begin
from domain.commands import Message, Start
from domain.forgetting import lost, voids
from domain.outcome import Outcome, outcome
from domain.reasons import Code, Refusal
from domain.rules import command as decide
from domain.rules import illegal
from domain.state import State
from domain.status import Status
from domain.steps import Step, current_step
from workflows import counting
from workflows.case import Case, ContinueAsNew, Moved
from workflows.handlers import command, fact
from workflows.refusals import refused

OUTCOME_WITHIN = timedelta(seconds=30)
"""An update that waits for an outcome answers by then at the latest, with `pending`."""


@workflow.defn(name="Onboarding")
class OnboardingWorkflow:
    """One company from "wants to issue documento soporte" to "ready, and proven so".

    A row returns at once when what it asks for is known: entering at step 2, early facts and going back need no
    code here. Handlers change what is known; only `run` acts.
    """

    @workflow.init
    def __init__(self, start: Start | None = None) -> None:
        given = start or Start()  # Temporal's UI may start with no input: refused by its fields, as any other
        self._refusal: Refusal | None = None
        try:
            state = given.carried or begin(given, workflow.info().workflow_id, str(workflow.uuid4()), workflow.now())
        except Refusal as refusal:
            self._refusal = refusal
        else:
            self._case = Case(state)

    @property
    def case(self) -> Case:
        """Raises the refusal of a start that is not valid: whoever asks first, `run` or a signal, ends the workflow."""
        if self._refusal is not None:
            raise refused(self._refusal)
        return self._case

    @workflow.run
    async def run(self, start: Start | None = None) -> Status:
        while not self.case.finished:
            try:
                with suppress(Moved):  # an earlier row is open again: walk from the top
                    await self.electronic_invoicing()
                    await self.digital_certificate()
                    await self.resolution()
                    await self.voucher_type()
                    await self.case.settle()
            except asyncio.CancelledError:  # Temporal's own Cancel does what our `cancel` does
                self.cancel_asked_by_temporal()
            except ContinueAsNew:
                workflow.continue_as_new(Start(carried=self.case.carried()))
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self.case.step == Step.READY:
            counting.looks(self.case.state.looks)
        return self.case.status()

    async def electronic_invoicing(self) -> None:
        """1 Facturación electrónica."""
        await self.case.row(Step.ELECTRONIC_INVOICING)

    async def digital_certificate(self) -> None:
        """2 Activación del certificado digital."""
        await self.case.row(Step.LEGAL_REPRESENTATIVE)
        await self.case.row(Step.LETTER_ISSUE)
        await self.case.row(Step.SIGNED_LETTER)
        await self.case.row(Step.LETTER_CHECK)  # rejected: SIGNED_LETTER is open again → Moved
        await self.case.row(Step.LETTER_REVIEW)  # passes at once unless the verdict is in doubt
        await self.case.row(Step.LETTER_ACCEPTED)  # Continuar | Eliminar
        await self.case.row(Step.CERTIFICATE)

    async def resolution(self) -> None:
        """3 Sincroniza y configura la resolución del Documento soporte."""
        await self.case.row(Step.MANDATED_WAIT)
        await self.case.row(Step.PREFIX_ASSOCIATION)
        await self.case.row(Step.PREFIX_SYNC)

    async def voucher_type(self) -> None:
        """4 Asociar resolución documento soporte electrónico."""
        await self.case.row(Step.VOUCHER_TYPE)
        await self.case.row(Step.READINESS_CHECK)

    # facts, from outside, at least once and in any order
    electronic_invoicing_completed = fact(commands.ElectronicInvoicingCompleted)
    signed_letter_uploaded = fact(commands.SignedLetterUploaded)
    prefixes_associated = fact(commands.PrefixesAssociated)
    mail_bounced = fact(commands.MailBounced)

    @workflow.signal(dynamic=True)
    def unknown_signal(self, name: str, args: Sequence[RawValue]) -> None:
        data = b"".join(each.payload.data for each in args)
        self.note_unreadable(name, data, hashlib.sha256(data).hexdigest())

    # commands, which may be refused
    submit_representative = command(commands.SubmitRepresentative)
    delete_signed_letter = command(commands.DeleteSignedLetter)
    continue_onboarding = command(commands.ContinueOnboarding)
    review_signed_letter = command(commands.ReviewSignedLetter)
    declare_resolution = command(commands.DeclareResolution)
    tick_act = command(commands.TickAct)
    configure_voucher_type = command(commands.ConfigureVoucherType)
    hold = command(commands.Hold)
    resume = command(commands.Resume)
    back = command(commands.Back)
    cancel = command(commands.Cancel)
    retry = command(commands.Retry)
    extend = command(commands.Extend)
    correct = command(commands.Correct)
    assign = command(commands.Assign)
    note = command(commands.Note)
    remind = command(commands.Remind)

    @workflow.query(description="Estado completo de la habilitación. Sin datos.")
    def status(self) -> Status:
        return self.case.status()

    def check(self, message: Message) -> None:
        decide(self.case.state, message, workflow.now())

    async def obey(self, message: Message) -> Outcome:
        before = self.case.state
        self.case.command(message)
        match message:
            case commands.SubmitRepresentative():
                return await self.letter_issued()
            case commands.ConfigureVoucherType():
                return await self.voucher_type_claimed()
            case commands.Back(is_dry=True, to=to):
                return outcome(self.case.state, voids=voids(self.case.state, Step(to or "")))
            case commands.Correct():
                return outcome(self.case.state, voids=lost(before, self.case.state))
            case _:
                return outcome(self.case.state)

    def hear(self, message: Message) -> None:
        self.case.fact(message)

    def note_unreadable(self, name: str, payload: bytes, sha256: str) -> None:
        self.case.unreadable(name, payload, sha256)

    async def letter_issued(self) -> Outcome:
        """The answer once the representative's letter is stored; at once if it isn't its turn yet, or any more."""
        await self.outcome_of(lambda s: current_step(s) != Step.LETTER_ISSUE)
        state = self.case.state
        return outcome(state, pending=state.letter is None and state.grant is None, letter=state.letter)

    async def voucher_type_claimed(self) -> Outcome:
        """The answer once the range is claimed. Raises the refusal if it is taken, or undone meanwhile."""
        settled = await self.outcome_of(lambda s: s.wish is None)
        state = self.case.state
        if settled and not state.voucher_types:
            code = state.wish_errors[0].code if state.wish_errors else Code.UNDONE
            raise refused(Refusal(code, fields=state.wish_errors))
        return outcome(state, pending=not settled)

    async def outcome_of(self, settled: Callable[[State], bool]) -> bool:
        """Waits for an outcome, but not for long, and not at all while on hold or blocked.

        A first try ends by itself, mostly at once: only what takes longer costs a timer.
        """

        def answerable() -> bool:
            state = self.case.state
            stopped = state.held is not None or state.blocked is not None or state.cancelled_at is not None
            return settled(state) or stopped

        until = workflow.now() + OUTCOME_WITHIN
        await workflow.wait_condition(lambda: answerable() or not self.case.is_prompt)
        if not answerable() and (left := until - workflow.now()) > timedelta(0):
            with suppress(TimeoutError):
                await workflow.wait_condition(answerable, timeout=left, timeout_summary="Esperar el resultado")
        return settled(self.case.state)

    def cancel_asked_by_temporal(self) -> None:
        if illegal(self.case.state, commands.Cancel) is None:
            self.case.command(commands.Cancel(actor="temporal", reason="workflow cancel"))
