"""What may go wrong with the embedded stack, each with a code and a sentence that tells what to do.

StackError
├── DataInUse        another supervisor holds the data folder
├── DataUnusable     the data folder cannot be written
├── NoRoom           the machine has too little disk or memory for what was asked
├── ProgramMissing   a part's binary is not installed
└── PartFailed       a part did not start, or died at start again and again
"""

from collections.abc import Iterable
from pathlib import Path


class StackError(Exception):
    """The embedded stack cannot run; the message is for the person who started it."""

    code = "stack_failed"


class DataInUse(StackError):
    code = "data_in_use"

    def __init__(self, data: Path, holder: str) -> None:
        by = f" by process {holder}" if holder else ""
        super().__init__(f"{data} is in use{by}: stop that stack first, or name another folder with --data.")
        self.data = data


class DataUnusable(StackError):
    code = "data_unusable"

    def __init__(self, data: Path, reason: OSError) -> None:
        super().__init__(f"{data} cannot be used ({reason.strerror}): name a folder of yours with --data.")


class NoRoom(StackError):
    code = "no_room"

    def __init__(self, needed: str, there: str) -> None:
        super().__init__(f"This needs {needed}, and there are {there}: free some, or ask for less.")


class ProgramMissing(StackError):
    code = "program_missing"

    def __init__(self, program: str, hint: str) -> None:
        super().__init__(f"{program} was not found: {hint}.")


class PartFailed(StackError):
    code = "part_failed"

    def __init__(self, part: str, reason: str, log: Path, last_lines: Iterable[str]) -> None:
        said = "\n".join(f"  {line}" for line in last_lines) or "  (it printed nothing)"
        super().__init__(f"{part} {reason}. Its log is {log}; it last said:\n{said}")
        self.part = part
