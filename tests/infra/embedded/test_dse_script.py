"""./dse: installs once and whole, then is the command line, from wherever it is called."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.embedded.part import REPOSITORY

COMMAND_LINE = "import os, sys; print(os.getcwd(), *sys.argv[1:])"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose command line tells what reached it, and a uv that installs nothing but counts."""
    root = tmp_path / "repository"
    (root / "starters").mkdir(parents=True)
    (root / "starters" / "__init__.py").touch()
    (root / "starters" / "cli.py").write_text(COMMAND_LINE)
    (root / "requirements.lock").write_text("# nothing\n")
    shutil.copy(REPOSITORY / "dse", root / "dse")
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/installs\n')
    uv.chmod(0o755)
    return root


def dse(root: Path, *words: str, cwd: Path | None = None, path: str | None = None) -> subprocess.CompletedProcess[str]:
    python = str(Path(sys.executable).resolve().parent)
    path = path or os.pathsep.join((str(root.parent / "bin"), python, os.environ["PATH"]))
    env = {"PATH": path}
    return subprocess.run(
        ["/bin/sh", root / "dse", *words], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )


def installs(root: Path) -> list[str]:
    log = root.parent / "installs"
    return log.read_text().splitlines() if log.exists() else []


def test_it_installs_once_and_hands_over_words_and_folder(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "starters").mkdir()  # what lies in the caller's folder is not taken for ours
    first, second = (dse(repository, "start", "a b", cwd=tmp_path) for _ in range(2))
    assert first.stdout == second.stdout == f"{tmp_path} start a b\n"
    assert "once" in first.stderr
    assert second.stderr == ""
    assert len(installs(repository)) == 1
    assert "--require-hashes -r requirements.lock" in installs(repository)[0]


def test_it_works_through_a_link(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("repository/dse")
    (tmp_path / "bin" / "dse").symlink_to(tmp_path / "link")
    script = shutil.which("dse", path=str(tmp_path / "bin"))
    environment = {"PATH": f"{tmp_path}/bin:{Path(sys.executable).resolve().parent}:{os.environ['PATH']}"}
    said = subprocess.run([str(script), "list"], env=environment, cwd="/", capture_output=True, text=True, check=True)
    assert said.stdout == "/ list\n"


def test_a_changed_lock_and_an_interrupted_install_are_installed_again(repository: Path) -> None:
    dse(repository)
    (repository / "requirements.lock").write_text("# something else\n")
    dse(repository)
    assert len(installs(repository)) == 2
    (repository / ".venv" / "installing").touch()
    (repository / ".venv" / "half").touch()
    dse(repository)
    assert len(installs(repository)) == 3
    assert not (repository / ".venv" / "half").exists()


def test_a_venv_that_somebody_else_made_is_filled_and_kept(repository: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", repository / ".venv"], check=True)
    (repository / ".venv" / "theirs").touch()
    assert dse(repository).returncode == 0
    assert (repository / ".venv" / "theirs").exists()


def test_without_python_it_says_so_in_one_line(repository: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("dirname", "readlink"):
        (tools / name).symlink_to(str(shutil.which(name)))
    said = dse(repository, "up", path=str(tools))
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "dse: Python 3.11 or later is missing: install it and try again.\n"
