"""What a back office meets with the letter, by the number of its case in domain.md: cases 11, 12, 18 and 19."""

import pytest

from domain import calls, effects
from domain.begin import begin
from domain.commands import ReviewSignedLetter, SignedLetterUploaded, Start, SubmitRepresentative
from domain.letter import LetterData
from domain.nit import check_digit
from domain.reasons import Code, Reason
from domain.reasons_es import REJECTED_BY_HAND
from domain.status import documents, requirements
from domain.steps import Step
from domain.verdict import Judgement, Verdict
from tests.domain import test_back_office
from tests.domain.messages import NOW, START
from tests.domain.reading import company_reads, mailed, shown, told_last
from tests.domain.world import World, begun, drive_to, drive_to_ready

REJECTED = {
    Code.FILE_EMPTY: "Escanea de nuevo la carta firmada",
    Code.FILE_TOO_LARGE: "Escanéalo en blanco y negro o a menor resolución",
    Code.FILE_NOT_PDF: "Escanea la carta y guárdala como PDF",  # a photo renamed .pdf too
    Code.PDF_ENCRYPTED: "Guárdalo sin protección",
    Code.PDF_DAMAGED: "Escanea de nuevo la carta",
    Code.PAGE_BLANK: "Escanea la cara impresa de la carta",
    Code.UNSIGNED: "El representante legal debe firmar dentro del recuadro",
    Code.WRONG_COMPANY: "Descarga, firma y adjunta la carta de esta empresa",
    Code.WRONG_REVISION: "Descarga, firma y adjunta la versión vigente",
    Code.WRONG_LETTER: "Descarga de nuevo la carta",
    Code.WRONG_ENVIRONMENT: "Descarga de nuevo la carta",
    Code.CODE_FORGED: "Descarga de nuevo la carta",
    Code.CODE_UNREADABLE: "debe verse la hoja completa, derecha y con buena resolución",  # a page is missing
    Code.PDF_TOO_MANY_PAGES: "Envía solo la carta firmada",
    Code.PDF_ACTIVE_CONTENT: "Envía un escaneo simple de la carta",
    Code.PDF_ATTACHMENTS: "Envía un escaneo simple de la carta",
    Code.SCAN_MISSING: "Adjúntalo de nuevo",
    Code.SCAN_ALTERED: "Adjúntalo de nuevo",
}
DOUBTED = {
    Code.SIGNATURE_DOUBTFUL: "dentro del recuadro",
    Code.DIGITALLY_SIGNED: "debe llevar la firma manuscrita",
    Code.CODE_UNREADABLE: "escanéala completa",  # torn, upside down, of low resolution
}


def judged(judgement: Judgement, code: Code) -> World:
    """A scan has come, and its check found this."""
    world = drive_to(begun(), Step.SIGNED_LETTER)
    scan = world.hear(SignedLetterUploaded).scans[0]
    call = world.call()
    assert call is not None
    verdict = Verdict(key=scan.key, sha256=scan.sha256, judgement=judgement, reasons=(Reason.of(code),))
    world.become(calls.learned(world.state, call, verdict, world.now))
    return world


@pytest.mark.parametrize(("code", "remedy"), REJECTED.items())
def test_11_a_letter_that_cannot_serve_is_rejected_with_what_to_do(code: Code, remedy: str) -> None:
    world = judged(Judgement.REJECTED, code)
    assert told_last(world, "letter_verdict") == f"rejected {code}"
    world.settle()
    assert [(each.field, each.code) for each in requirements(world.state)] == [("file", code)]
    assert remedy in company_reads(world)
    assert remedy in mailed(world)
    sent = documents(world.state)[-1]
    assert (sent.verdict, [each.code for each in sent.reasons], sent.void) == ("rejected", [code], True)
    assert (shown(world).step, shown(world).waiting_on) == ("signed_letter", "company")


@pytest.mark.parametrize(("code", "remedy"), DOUBTED.items())
def test_11_a_doubtful_letter_waits_for_a_person_who_tells_what_to_do(code: Code, remedy: str) -> None:
    world = judged(Judgement.REVIEW, code)
    assert [each.code for each in documents(world.state)[-1].reasons] == [code]
    assert (world.settle(), shown(world).waiting_on) == (Step.LETTER_REVIEW, "operator")
    world.say(ReviewSignedLetter, decision="reject", code=code)
    world.settle()
    assert remedy in REJECTED_BY_HAND[code]
    assert REJECTED_BY_HAND[code] in company_reads(world)
    assert REJECTED_BY_HAND[code] in mailed(world)


def test_11_uploaded_twice() -> None:
    world = drive_to(begun(), Step.LETTER_ACCEPTED)
    scan = world.state.scan
    assert scan is not None
    world.hear(SignedLetterUploaded, sha256=scan.sha256)
    assert told_last(world, "signed_letter_uploaded") == "ignored: scan_is_current"
    assert "no hace falta enviarlo de nuevo" in Code.SCAN_IS_CURRENT.es()
    assert (world.settle(), world.state.scan) == (Step.LETTER_ACCEPTED, scan)


def test_11_uploaded_after_activation() -> None:
    world = drive_to(begun(), Step.MANDATED_WAIT)
    scan, grant = world.state.scan, world.state.grant
    world.hear(SignedLetterUploaded)
    assert told_last(world, "signed_letter_uploaded") == "ignored: scan_too_late"
    assert "este archivo no se tuvo en cuenta" in Code.SCAN_TOO_LATE.es()
    assert (world.settle(), world.state.scan, world.state.grant) == (Step.MANDATED_WAIT, scan, grant)


@pytest.mark.parametrize("step", [Step.SIGNED_LETTER, Step.LETTER_ACCEPTED, Step.PREFIX_ASSOCIATION])
def test_12_the_representative_changes_midway(step: Step) -> None:
    world = drive_to(begun(), step)
    granted = world.state.grant is not None
    world.say(SubmitRepresentative, first_names="Ana", document_number="52999888")
    assert told_last(world, "submit_representative") == "v2"
    assert [each.effect for each in world.state.undo] == (["grant_certificate"] if granted else [])
    assert world.settle() == Step.SIGNED_LETTER
    assert "Descarga la carta de exoneración, haz que la firme el representante legal" in mailed(world)
    kept = [(each.kind, each.revision) for each in documents(world.state) if not each.void]
    assert kept == [("letter", 2)]
    assert (shown(world).waiting_on, world.state.grant) == ("company", None)
    drive_to_ready(world)


def test_18_who_signed_is_not_the_ruts_representative() -> None:
    world = judged(Judgement.REVIEW, Code.SIGNATURE_DOUBTFUL)
    world.settle()
    world.say(ReviewSignedLetter, decision="reject", code="not_the_representative")
    assert told_last(world, "review_signed_letter") == "rejected: not_the_representative"
    assert world.settle() == Step.SIGNED_LETTER
    for told in (company_reads(world), mailed(world)):
        assert "Haz que firme quien figura en el RUT y adjunta la carta de nuevo" in told
        assert "si el representante cambió, actualiza el RUT y registra sus datos" in told
    assert documents(world.state)[-1].verdict == "rejected"


@pytest.mark.parametrize("number", ["123456", "1234567", "52123456", "1012345678"])
def test_19_a_natural_person_signs_in_their_own_name(number: str) -> None:
    nit = f"{number}-{check_digit(number)}"
    start = Start.model_validate({**START, "nit": nit, "name": "María José Gómez Peña", "invoicing_done": True})
    world = World(begin(start, f"dse:habilitacion:{nit}", "o-1", NOW))
    world.settle()
    world.say(SubmitRepresentative, document_number=number)
    call = world.call()
    assert call is not None
    given = call.input
    assert isinstance(given, effects.IssueLetter)
    letter = LetterData(
        environment=given.environment,
        nit=given.nit,
        company=given.company,
        representative=given.representative,
        provider_nit="",
        provider_name="",
        letter_id="L1",
        revision=given.revision,
        issued_on=given.issued_on,
        period_days=365,
    )
    assert letter.in_own_name
    assert world.settle() == Step.SIGNED_LETTER
    assert "Descarga la carta de exoneración" in mailed(world)
    assert (shown(world).nit, shown(world).waiting_on) == (nit, "company")
    drive_to_ready(world)


def test_every_case_has_a_test() -> None:
    named = {*globals(), *vars(test_back_office)}
    missing = [number for number in range(1, 20) if not any(name.startswith(f"test_{number:02}_") for name in named)]
    assert missing == []
