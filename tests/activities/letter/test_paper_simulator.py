"""The simulated company: repeatable, light enough to upload, different from hand to hand."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from activities.letter.geometry import BOX
from domain.letter import MAX_SCAN_BYTES
from infra.paper_simulator import pen, sign_and_scan
from infra.paper_simulator.scanner import printed


def test_the_same_seed_gives_the_same_file(issued: bytes) -> None:
    first, again, other = (sign_and_scan(issued, BOX, seed=seed, dpi=100) for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_several_threads_may_print_at_once(issued: bytes) -> None:
    """PDFium itself allows one: unguarded this ends in errors, or in a process that dies."""
    with ThreadPoolExecutor(8) as threads:
        pages = list(threads.map(lambda _: printed(issued, 100).tobytes(), range(200)))
    assert len(set(pages)) == 1


@pytest.mark.parametrize("gray", [True, False])
def test_even_a_fine_scan_may_be_uploaded(gray: bool, issued: bytes) -> None:
    assert len(sign_and_scan(issued, BOX, seed=1, dpi=300, gray=gray, jpeg_quality=95)) <= MAX_SCAN_BYTES


@pytest.mark.parametrize("seed", range(20))
def test_hands_write_in_the_box(seed: int) -> None:
    dabs = pen.signature(pen.hand(seed), BOX)
    inside = [dab for dab in dabs if BOX.x < dab.x < BOX.x + BOX.w and BOX.y < dab.y < BOX.y + BOX.h]
    assert len(inside) > 0.8 * len(dabs)
    assert max(dab.x for dab in dabs) - min(dab.x for dab in dabs) > 0.4 * BOX.w
