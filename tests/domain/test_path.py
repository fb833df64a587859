"""The path itself: a cooperative world gets to ready, from wherever it begins and in whatever order facts come."""

from tests.domain.world import begun, drive_to_ready


def test_a_cooperative_world_gets_to_ready() -> None:
    world = drive_to_ready(begun())
    assert [each.document_type for each in world.state.voucher_types] == ["05", "95"]
