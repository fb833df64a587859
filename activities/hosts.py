"""Hosts by their place: what never leaves this machine needs neither proxy nor encryption."""

import ipaddress


def is_loopback(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
