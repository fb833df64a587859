"""Runbooks as they are written: their sections, and the commands in them, each of a language that can be checked."""

import re
import shlex
from pathlib import Path

from tests.infra.prometheus.rules import ROOT

RUNBOOKS = ROOT / "infra" / "runbooks"
SECTIONS = ["Meaning", "Impact", "Diagnosis", "Mitigation", "Over when"]
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#]+)\)")


def sections(text: str) -> list[str]:
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def blocks(text: str, language: str) -> list[str]:
    return [body for spoken, body in _BLOCK.findall(text) if spoken == language]


def languages(text: str) -> set[str]:
    return {spoken for spoken, _ in _BLOCK.findall(text)}


def commands(text: str) -> list[list[str]]:
    """Each line of each shell block, as words."""
    lines = [line for body in blocks(text, "sh") for line in body.splitlines()]
    return [shlex.split(line, comments=True) for line in lines if line.strip()]


def links(file: Path) -> list[Path]:
    """Files that this one points to."""
    found = _LINK.findall(_BLOCK.sub("", file.read_text()))
    return [(file.parent / link).resolve() for link in found if "://" not in link]
