"""The entry point: every command, one way to fail, and an exit code that is kept."""

import json
import logging
import os
import sys
from importlib import import_module

import typer

from domain.reasons import Code, Refusal
from infra.embedded.errors import StackError
from starters.errors import StarterError
from workers import tracing
from workers.settings import SettingsError

COMMANDS = {
    "stack": ("up", "worker", "test"),
    "demo": ("demo",),
    "company": (
        *("start", "invoicing-done", "representative", "letter", "upload", "delete-letter", "continue"),
        *("declare", "act", "associated", "voucher"),
    ),
    "seen": ("status", "wait", "list"),
    "operators": ("review", "extend", "correct", "note", "back", "cancel"),
    "several": ("hold", "resume", "remind", "retry", "assign"),
    "stuck": ("stuck",),
    "timeline": ("timeline",),
    "letters": ("check-letter", "letter-sample"),
    "ranges": ("ranges",),
    "bench": ("bench",),
}
"""Which module holds a verb: only that one is imported, for a verb should answer at once."""


def _verb(arguments: list[str]) -> str:
    """Never what somebody typed in its place."""
    known = {verb for verbs in COMMANDS.values() for verb in verbs}
    return arguments[0] if arguments and arguments[0] in known else "help"


class _Scrubbed(logging.Formatter):
    """What libraries warn of goes to stderr, without personal data."""

    def format(self, record: logging.LogRecord) -> str:
        from workers.scrubber import clean

        return clean(super().format(record))


def app_with(verb: str) -> typer.Typer:
    """The command line with this verb's module, or with all. A new one each time, for typer keeps what it is given."""
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help="Enables companies to issue the documento soporte electrónico: one durable workflow per company.",
    )
    app.callback()(_dse)
    known = [module for module, verbs in COMMANDS.items() if verb in verbs]
    for module in known or COMMANDS:
        import_module(f"starters.cli.{module}").add_to(app)
    return app


def _dse() -> None:
    """Keeps typer from taking a lone verb for the whole command line."""


def main(arguments: list[str]) -> int:
    """The exit code: 0 done, 1 refused or failed, 2 wrong usage."""
    debugging = bool(os.environ.get("DSE_DEBUG"))  # an embedded stack has an environment of its own
    app = app_with(arguments[0] if arguments else "")
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_Scrubbed())
    try:
        with tracing.command(_verb(arguments)):
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
    except Exception as error:
        if debugging:
            raise
        hint = "This is a defect: run it again with DSE_DEBUG=1 for the whole story, and report that."
        return _failed(arguments, "unexpected", f"Something unexpected went wrong ({type(error).__name__}).", hint)
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
