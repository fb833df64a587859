"""One signed call to DIAN, without any stack."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.numbering import Answer, AnswerClass, DeclaredResolution, Look
from starters.cli.common import Json, Nit, wait_for
from workers import adapters
from workers.settings import load


def ranges(
    nit: Nit,
    endpoint: Annotated[str, typer.Option(help="DIAN's endpoint (default: DSE_DIAN_ENDPOINT).")] = "",
    prefix: Annotated[str, typer.Option(help="Done means that a range with this prefix is listed.")] = "",
    resolution: Annotated[str, typer.Option(help="Done means that a range of this resolution is listed.")] = "",
    as_json: Json = False,
) -> None:
    """Ask DIAN which numbering ranges it lists for a company."""

    async def ask() -> Answer:
        settings = load()
        async with adapters.dian(settings, endpoint or settings.dian_endpoint) as dian:
            return await dian.numbering_ranges(nit)

    answer = classed(wait_for(ask()), prefix.upper(), resolution)
    document = answer.model_dump(mode="json")
    if as_json:
        print(json.dumps(document, ensure_ascii=False))
    else:
        typer.echo(f"{answer.answer_class}: {answer.code} {answer.description}")
        for each in answer.ranges:
            key = " (with technical key: for invoices)" if each.has_technical_key else ""
            typer.echo(
                f"  {each.resolution} {each.prefix} {each.from_number}–{each.to_number} until {each.valid_to}{key}"
            )
    raise typer.Exit(0 if answer.answer_class in (AnswerClass.DONE, AnswerClass.PENDING) else 1)


def classed(answer: Answer, prefix: str, resolution: str) -> Answer:
    """DIAN's 100 is done only if a range that serves is listed: the one named, or any for documento soporte."""
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
    return answer if serving else answer.model_copy(update={"answer_class": AnswerClass.PENDING})


def add_to(app: typer.Typer) -> None:
    app.command("ranges")(ranges)
