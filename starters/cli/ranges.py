"""One signed call to DIAN, without any stack; or what DIAN answered that nobody has foreseen, from the records."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from activities.errors import AwayError
from domain.explaining import Explanation, explanation
from domain.nit import parse_nit
from domain.numbering import Answer, AnswerClass, DeclaredResolution, Look
from domain.reasons import Code, FieldError, Refusal
from starters.cli import screen
from starters.cli.common import Json, wait_for
from starters.errors import Unavailable
from workers import adapters
from workers.settings import Settings, load

if TYPE_CHECKING:
    from activities.dian.exchange import Exchange
    from activities.store.unknown import UnknownAnswer


def ranges(
    given: Annotated[str | None, typer.Argument(metavar="NIT", help="With check digit; dots allowed.")] = None,
    endpoint: Annotated[str, typer.Option(help="DIAN's endpoint (default: DSE_DIAN_ENDPOINT).")] = "",
    prefix: Annotated[str, typer.Option(help="Done means that a range with this prefix is listed.")] = "",
    resolution: Annotated[str, typer.Option(help="Done means that a range of this resolution is listed.")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="What it means for the company, and what to do.")] = False,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write question and answer there, without secrets.")
    ] = None,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Instead the answers with unknown codes that workers have met.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ask DIAN which numbering ranges it lists for a company."""
    if (given is None) != unknown:
        raise typer.BadParameter("either a NIT or --unknown", param_hint="NIT")
    if given is None:
        _show_unknown(wait_for(_kept(load())), as_json)
        return
    nit, settings = parse_nit(given), load()
    exchange = wait_for(_asked(settings, nit, endpoint or settings.dian_endpoint, save))
    answer = classed(exchange.answer, prefix.upper(), resolution)
    kept = save is None or _written(save, exchange)
    told = _explained(settings, exchange, answer) if explain else None
    if as_json:
        document = answer.model_dump(mode="json")
        document |= {} if told is None else {"explanation": told.model_dump(mode="json", exclude={"code"})}
        print(json.dumps(document, ensure_ascii=False))
    else:
        _show(answer, told)
    done = answer.answer_class in (AnswerClass.DONE, AnswerClass.PENDING)
    raise typer.Exit(0 if done and kept else 1)


async def _asked(settings: Settings, nit: str, endpoint: str, save: Path | None) -> "Exchange":
    """Raises Refusal before anything is asked if what comes could not be saved."""
    async with adapters.dian(settings, endpoint) as dian:
        if save is not None:
            _refuse_unless_writable(save)
        return await dian.exchange(nit)


def _refuse_unless_writable(file: Path) -> None:
    try:
        file.open("a").close()
    except OSError as error:
        field = FieldError.of("save", Code.FILE_UNREADABLE)
        hint = f"{file} can't be written ({error.strerror}). DIAN was not asked."
        raise Refusal(Code.FILE_UNREADABLE, fields=[field], hint=hint) from None


def _written(file: Path, exchange: "Exchange") -> bool:
    try:
        file.write_text(json.dumps(exchange.document(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:  # a full disk, say: what DIAN said is shown all the same
        typer.echo(f"dse: {file} could not be written ({error.strerror})", err=True)
        return False
    return True


async def _kept(settings: Settings) -> "list[UnknownAnswer]":
    """Raises Unavailable if the records don't answer."""
    try:
        async with adapters.unknown(settings) as unknown:
            return await unknown.listing(settings.environment)
    except AwayError as error:
        raise Unavailable(*adapters.whereabouts(settings, error)) from None


def _show_unknown(answers: "list[UnknownAnswer]", as_json: bool) -> None:
    if as_json:
        print(json.dumps([each.model_dump(mode="json") for each in answers], ensure_ascii=False))
        return
    for each in answers:
        first, last = screen.bogota(each.first_at), screen.bogota(each.last_at)
        typer.echo(f"{screen.harmless(each.code)} · times: {each.times} · first {first} · last {last}")
        typer.echo(f"{screen.harmless(each.body) or 'Different bodies, beyond those that are kept.'}\n")
    typer.echo(f"{len(answers)} in all")


def _explained(settings: Settings, exchange: "Exchange", answer: Answer) -> Explanation:
    skew = exchange.reply.skew
    seconds = None
    if skew is not None:  # one that may well be none is none
        seconds = 0.0 if skew.clock == "right" else skew.seconds
    return explanation(answer, settings.provider_name, settings.software_name, seconds)


def _show(answer: Answer, told: Explanation | None) -> None:
    typer.echo(f"{answer.answer_class}: {answer.code} {answer.description}")
    for each in answer.ranges:
        key = " (with technical key: for invoices)" if each.has_technical_key else ""
        typer.echo(f"  {each.resolution} {each.prefix} {each.from_number}–{each.to_number} until {each.valid_to}{key}")
    if told is not None:
        typer.echo(f"Qué significa: {told.meaning_es}")
        typer.echo(f"Qué le dice a la empresa: {told.company_es}")
        typer.echo(f"Qué hacer: {told.operator_es}")


def classed(answer: Answer, prefix: str, resolution: str) -> Answer:
    """DIAN's 100 is done only if a range that serves is listed: the one named, or any for documento soporte.

    A range named by both resolution and prefix is refused if it is for invoices: it never will serve.
    """
    if answer.answer_class != AnswerClass.DONE:
        return answer
    look = Look(at=datetime.now(UTC), answer=answer)
    if not prefix and not resolution:
        serving = look.wanted(None)
    else:
        named = {
            DeclaredResolution(resolution=each.resolution, prefix=each.prefix)
            for each in answer.ranges
            if (prefix or each.prefix) == each.prefix and (resolution or each.resolution) == each.resolution
        }
        serving = tuple(each for one in named for each in look.wanted(one))
    if serving:
        return answer
    declared = DeclaredResolution(resolution=resolution, prefix=prefix)
    refused = look.declared_is_for_invoices(declared)
    return answer.model_copy(update={"answer_class": AnswerClass.REFUSED if refused else AnswerClass.PENDING})


def add_to(app: typer.Typer) -> None:
    app.command("ranges")(ranges)
