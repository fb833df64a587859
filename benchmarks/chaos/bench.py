"""Nothing lost, nothing doubled: onboardings under a storm of kills, three ledgers compared, and a control arm."""

import asyncio
import json
import sys
import time
from typing import Annotated, Any

import typer
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from benchmarks.chaos import afterwards
from benchmarks.chaos.arm import Ended, play
from benchmarks.room import refuse_without_room
from starters.cli.common import Json

DISK_MB, DISK_EACH_MB = 700, 3
MEMORY_MB = 2500
"""What a run needs: stores and logs of one arm; three workers, a stack and the clients."""


def run(
    n: Annotated[int, typer.Option("--n", min=1, max=5000, help="Onboardings.")] = 50,
    kills: Annotated[int, typer.Option(min=0, help="Parts killed or stopped meanwhile.")] = 16,
    seed: Annotated[int, typer.Option(help="Of the kills' schedule and of all that clients do.")] = 1,
    as_json: Json = False,
) -> None:
    """Onboardings driven to ready while parts are killed, and again with the effects' keys switched off."""
    refuse_without_room(DISK_MB + DISK_EACH_MB * n, MEMORY_MB)
    _hush()
    begun = time.monotonic()
    _say(f"{n} onboardings, {kills} kills, seed {seed}")
    proof, control = asyncio.run(_both(n, kills, seed))
    report = _report(n, seed, proof, control, time.monotonic() - begun)
    for sentence in [*proof.found.lost, *proof.found.duplicated, *proof.found.illegal]:
        print(f"  {sentence}", file=sys.stderr)
    if as_json:
        print(json.dumps(report))
    else:
        for name, value in report.items():
            print(f"{name:>20}  {value}")
    failed = report["lost"] or report["duplicated"] or report["illegal_transitions"]
    if not report["control_duplicates"]:
        print("The control arm doubled nothing: this run proves nothing. Take more onboardings.", file=sys.stderr)
    raise typer.Exit(1 if failed or not report["control_duplicates"] else 0)


async def _both(n: int, kills: int, seed: int) -> tuple[Ended, Ended]:
    """The proof's histories are replayed while the control arm gets ready: it leaves a core to spare."""
    proof = await play("proof", n, kills, seed)
    _say(f"{proof.found.ready} ready; and the same with the effects' keys switched off")
    replayed = afterwards.unreplayable(proof.histories)
    unreplayable, control = await asyncio.gather(replayed, play("control", n, kills, seed))
    proof.found.lost += unreplayable
    return proof, control


def _report(n: int, seed: int, proof: Ended, control: Ended, wall_s: float) -> dict[str, Any]:
    said = proof.told.said
    return {
        "n": n,
        "ready": proof.found.ready,
        "lost": len(proof.found.lost),
        "kills": dict(sorted(proof.kills.items())),
        "signals_sent": sum(each.times for each in said if each.is_signal),
        "commands_sent": sum(each.times for each in said if not each.is_signal),
        "unanswered": sum(each.unanswered for each in said),
        "effects_expected": proof.found.expected,
        "effects_done": proof.found.done,
        "duplicated": len(proof.found.duplicated),
        "illegal_transitions": len(proof.found.illegal),
        "control_duplicates": control.found.done_again,
        "recovery_p95_s": round(proof.told.recovery_p95(proof.moments), 1),
        "seed": seed,
        "wall_s": round(wall_s, 1),
    }


def _hush() -> None:
    """The SDK warns of each call that it repeats: here they are the point."""
    levels = TelemetryFilter(core_level="ERROR", other_level="ERROR").formatted()
    quiet = TelemetryConfig(logging=LoggingConfig(filter=levels))
    Runtime.set_default(Runtime(telemetry=quiet), error_if_already_set=False)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
