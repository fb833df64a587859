"""Ports are remembered, and never shared by two stacks."""

import json
import socket
from pathlib import Path

import pytest

from infra.embedded import ports as chosen
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


def test_a_new_port_has_no_sockets_that_somebody_else_s_killed_store_has_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held(tmp_path / "ports") as free:
        pass
    left = free["s3.filer"]
    rest = [port for port in chosen.CHOICE if port not in free.values()]
    monkeypatch.setattr("random.sample", lambda among, count: [left, *rest])
    with socket.socket(socket.AF_UNIX) as store:
        store.bind(f"/tmp/seaweedfs-filer-grpc-{left}.sock")
        try:
            with held(tmp_path / "others") as others:
                assert left not in others.values()
        finally:
            Path(f"/tmp/seaweedfs-filer-grpc-{left}.sock").unlink()
    with held(tmp_path / "mine") as mine:
        assert left in mine.values()
