"""Each path, gone again by today's code, takes the commands that are kept: what a change does to them is reviewed."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.replay.export import FIRST_RUN, LAST_RUN, PATHS, played
from tests.replay.fingerprint import FINGERPRINTS, fingerprint, kept
from tests.replay.golden import read
from tests.workflows.server import Stage, server, stage

CHANGED = """{name}: the workflow's commands are no longer those of tests/replay/fingerprints/{name}.txt.
An onboarding under way that has come to this place would be stopped by it. CONTRIBUTING.md, "Change a workflow safely":
put the change behind workflow.patched("what") and keep the old history beside the new; until 1.0 record it anew by
`.venv/bin/python -m tests.replay.export {name}` and say so in CHANGELOG.md."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def today() -> AsyncIterator[Stage]:
    async with server() as env, stage(env) as ready:
        yield ready


@pytest.mark.parametrize("name", [name for name in PATHS if name not in (FIRST_RUN, LAST_RUN)])
async def test_a_path_takes_the_commands_that_are_kept(name: str, today: Stage) -> None:
    """Not the two that are left behind and carried on: time can't be made to stand still across runs."""
    history = await played(today, name)
    assert fingerprint(history.events).splitlines() == kept(name).read_text().splitlines(), CHANGED.format(name=name)


@pytest.mark.parametrize("name", list(PATHS))
def test_a_golden_history_has_the_fingerprint_beside_it(name: str) -> None:
    assert fingerprint(read(name).events) == kept(name).read_text()


def test_every_fingerprint_is_of_a_path() -> None:
    assert {each.stem for each in FINGERPRINTS.glob("*.txt")} == set(PATHS)
