"""Nothing is left out unseen."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SKIPPED = "import pytest\n\n\ndef test_one() -> None:\n    pytest.skip('no reason')\n"
AT_IMPORT = "import pytest\n\npytest.importorskip('nothing_of_that_name')\n"
PASSED = "def test_one() -> None:\n    pass\n"


@pytest.mark.parametrize(("content", "code"), [(SKIPPED, 1), (AT_IMPORT + PASSED, 1), (PASSED, 0)])
def test_a_skipped_test_fails_the_run(tmp_path: Path, content: str, code: int) -> None:
    file = tmp_path / "test_one.py"
    file.write_text(content)
    options = ["-p", "tests.skipping", "-p", "no:cacheprovider", "-c", "/dev/null"]
    command = [sys.executable, "-m", "pytest", *options, str(file)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == code, ended.stdout
