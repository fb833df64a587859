"""The entry point: every command, one way to fail, and an exit code that is kept."""

import json
import os
import sys

import typer

from domain.reasons import Code, Refusal
from infra.embedded.errors import StackError
from starters.cli import company, demo, letters, operators, ranges, stack
from starters.errors import StarterError
from workers.settings import SettingsError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Enables companies to issue the documento soporte electrónico: one durable workflow per company.",
)
for commands in (stack, demo, company, operators, letters, ranges):
    commands.add_to(app)


def main(arguments: list[str]) -> int:
    """The exit code: 0 done, 1 refused or failed, 2 wrong usage."""
    try:
        app(arguments, prog_name="dse", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    except KeyboardInterrupt:
        return 130
    except Refusal as refusal:
        fields = [each.model_dump(mode="json") for each in refusal.fields]
        return _failed(arguments, refusal.code, str(refusal), refusal.hint, refusal.message_es, fields)
    except StarterError as error:
        return _failed(arguments, error.code, str(error), error.hint)
    except SettingsError as error:
        return _failed(arguments, Code.SETTINGS, str(error), "`.env.example` lists every variable.")
    except StackError as error:
        return _failed(arguments, error.code, str(error), "")
    return 0


def _failed(
    arguments: list[str],
    code: str,
    message: str,
    hint: str,
    message_es: str = "",
    fields: list[dict[str, object]] | None = None,
) -> int:
    if "--json" in arguments:
        error: dict[str, object] = {"code": code, "message": message, "hint": hint}
        error |= {"message_es": message_es} if message_es else {}
        error |= {"fields": fields} if fields else {}
        print(json.dumps({"error": error}, ensure_ascii=False))
    print(f"dse: {message} [{code}]", file=sys.stderr)
    if message_es:
        print(f"     {message_es}", file=sys.stderr)
    for field in fields or []:
        print(f"     {field['field']}: {field['message_es']} [{field['code']}]", file=sys.stderr)
    if hint:
        print(f"     {hint}", file=sys.stderr)
    return 1


def run() -> None:
    """Leaves without Python's own clean-up: a process that ran a Temporal worker can die in it."""
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
