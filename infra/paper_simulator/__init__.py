"""The company's paper, pen and scanner, for demo and tests: prints a letter, signs and scans it; spoils files too."""

from infra.paper_simulator.scanner import Box, scan, sign_and_scan

__all__ = ["Box", "scan", "sign_and_scan"]
