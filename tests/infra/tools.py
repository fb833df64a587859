"""Programs that check files of ours and come from elsewhere: `.ci/run` installs them."""

import os
import shutil
from pathlib import Path

import pytest

CHECKS = Path(__file__).parents[2] / ".tools" / "checks"
WHERE = f"{CHECKS / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"


def tool(name: str, install: str) -> str:
    """Its path. Who hasn't got it skips these tests; what stands between a change and main doesn't."""
    path = shutil.which(name, path=WHERE)
    if path is not None:
        return path
    missing = f"{name} is missing: {install}"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def promtool() -> str:
    return tool("promtool", "as root, apt-get install prometheus")
