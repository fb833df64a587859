"""CPU time read from /proc, of processes that burn a known amount."""

import os
import subprocess
import sys

import pytest

from benchmarks.cpu import Meter, descendants, seconds, tree

BURN_S = 0.3
BURN = f"import time\nwhile time.process_time() < {BURN_S}: pass\n"
TICK_S = 0.02
"""Two ticks of the kernel's account: it cuts user and system time off."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")


def test_what_an_ended_child_has_used_counts_as_a_childs() -> None:
    own = os.getpid()
    meter = Meter(children=lambda: descendants(own), tree=lambda: tree(own))
    with meter.running():
        subprocess.run([sys.executable, "-c", BURN], check=True)
    assert meter.used["children"] >= BURN_S - TICK_S
    assert meter.used["tree"] >= meter.used["children"] - TICK_S


def test_what_a_living_grandchild_has_used_counts_as_well() -> None:
    lives = BURN + "print('burnt', flush=True)\ninput()"
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {lives!r}])"
    with subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"burnt\n"
        below, itself = descendants(process.pid), seconds(process.pid)
        assert below >= BURN_S - TICK_S
        assert tree(process.pid) >= below + itself - TICK_S
        process.communicate(b"\n")


def test_a_meter_adds_up_the_times_in_which_it_runs() -> None:
    clock = iter([10.0, 12.0, 100.0, 101.5])
    meter = Meter(process=lambda: next(clock))
    for _ in range(2):
        with meter.running():
            pass
    assert meter.used == {"process": 3.5}
