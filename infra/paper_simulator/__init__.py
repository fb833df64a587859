"""The company's paper, pen and scanner, for demo and tests: prints, signs, scans a letter; spoils files."""

from infra.paper_simulator.scanner import Box, scan, sign_and_scan

__all__ = ["Box", "scan", "sign_and_scan"]
