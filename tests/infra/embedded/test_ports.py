"""Ports are remembered, and never shared by two stacks."""

import json
import socket
from pathlib import Path

from infra.embedded.ports import held


def test_two_stacks_have_different_ports_and_each_finds_its_own_again(tmp_path: Path) -> None:
    with held(tmp_path / "one") as one, held(tmp_path / "two") as two:
        assert not set(one.values()) & set(two.values())
    with held(tmp_path / "one") as again:
        assert again == one


def test_a_port_that_somebody_took_meanwhile_is_replaced(tmp_path: Path) -> None:
    with held(tmp_path / "ports") as before:
        pass
    with socket.create_server(("127.0.0.1", before["temporal"])), held(tmp_path / "ports") as after:
        assert {name for name in before if before[name] != after[name]} == {"temporal"}
        assert json.loads((tmp_path / "ports").read_text()) == after


def test_a_part_can_listen_on_its_port_while_a_stranger_cannot_have_it(tmp_path: Path) -> None:
    with held(tmp_path / "ports") as ports, socket.create_server(("127.0.0.1", ports["mail"])) as part:
        assert part.getsockname()[1] == ports["mail"]
    with held(tmp_path / "ports") as ports, socket.socket() as stranger:
        assert stranger.connect_ex(("127.0.0.1", ports["mail"])) != 0  # nobody listens
