"""Each folder's tests run in one process, one after the other, for they share a server or a stack."""

from typing import Any

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling  # type: ignore[import-untyped]

pytest_plugins = ["tests.skipping"]


class ByFolder(LoadScopeScheduling):  # type: ignore[misc]
    """`tests/FOLDER/...` goes to one process as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("/")[1]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    return ByFolder(config, log)
