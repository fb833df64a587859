"""`./dse bench NAME`: one of `benchmarks/`, which are no part of what is deployed."""

from importlib import import_module

import typer

BENCHES: tuple[str, ...] = ("chaos", "dian-outage", "hostile", "letters", "looks", "onboardings", "parked", "sweep")


def add_to(app: typer.Typer) -> None:
    bench = typer.Typer(no_args_is_help=True, help="Measurements, each on an embedded stack of its own.")
    for name in BENCHES:
        bench.command(name)(import_module(f"benchmarks.{name.replace('-', '_')}.bench").run)
    app.add_typer(bench, name="bench")
