"""What all tests share: each folder's tests stay together, for they share a server or a stack."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.skipping"]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.xdist_group(item.path.relative_to(HERE).parts[0]))
