"""One issued letter and one signed scan of it serve all tests that don't change them."""

import pytest

from activities.letter.geometry import BOX
from activities.letter.render import render
from infra.paper_simulator import sign_and_scan
from tests.activities.letter.paper import KEYS, LETTER


@pytest.fixture(scope="session")
def issued() -> bytes:
    return render(LETTER, KEYS)


@pytest.fixture(scope="session")
def signed(issued: bytes) -> bytes:
    return sign_and_scan(issued, BOX, seed=1)


@pytest.fixture(scope="session")
def unsigned(issued: bytes) -> bytes:
    return sign_and_scan(issued, BOX, seed=1, signed=False)
