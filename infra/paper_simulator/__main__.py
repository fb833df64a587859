"""`python -m infra.paper_simulator LETTER.pdf SCAN.pdf`: prints a letter, signs it in the box, scans it."""

import argparse
from pathlib import Path

from infra.paper_simulator import Box, sign_and_scan

BOX: Box = (71.0, 615.0, 296.0, 93.0)
"""Where our letter has its signature box, in points from the top left: a person sees that, a program must be told."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.paper_simulator", description=__doc__)
    parser.add_argument("letter", type=Path)
    parser.add_argument("scan", type=Path)
    parser.add_argument("--seed", type=int, default=1, help="another seed, another hand")
    parser.add_argument("--unsigned", action="store_true", help="forget to sign")
    given = parser.parse_args()
    scanned = sign_and_scan(given.letter.read_bytes(), BOX, seed=given.seed, signed=not given.unsigned)
    given.scan.write_bytes(scanned)


main()
