"""What people decided, summed up: by what was in doubt, by quarters of the ink's area."""

from datetime import UTC, datetime

import pytest

from activities.store.reading import Reviewed
from benchmarks.letters.reviewed import show, summary


def case(area: float | None, decision: str = "accepted", *doubts: str) -> Reviewed:
    return Reviewed(
        environment="habilitacion",
        nit="900123456-8",
        decided_at=datetime(2026, 11, 26, tzinfo=UTC),
        decision=decision,
        reason="unsigned" if decision == "rejected" else None,
        engine="letter-2",
        doubts=doubts or ("signature_doubtful",),
        measures={} if area is None else {"ink_area": area},
    )


def test_none_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    show([], as_json=False)
    assert capsys.readouterr().out == "No letter has been decided on by a person yet.\n"
    assert summary([])["by_ink_area"] == []


def test_each_case_is_in_one_quarter_and_under_each_of_its_doubts() -> None:
    cases = [case(float(area), "rejected" if area < 20 else "accepted") for area in range(10, 50)]
    cases.append(case(None, "accepted", "digitally_signed", "code_unreadable"))
    found = summary(cases)
    assert (found["cases"], found["accepted"], found["rejected"]) == (41, 31, 10)
    assert found["by_reason"] == {
        "code_unreadable": {"accepted": 1, "rejected": 0},
        "digitally_signed": {"accepted": 1, "rejected": 0},
        "signature_doubtful": {"accepted": 30, "rejected": 10},
    }
    assert [each["accepted"] + each["rejected"] for each in found["by_ink_area"]] == [10] * 4
    assert [each["rejected"] for each in found["by_ink_area"]] == [10, 0, 0, 0]
    assert (found["by_ink_area"][0]["from"], found["by_ink_area"][-1]["to"]) == (10.0, 49.0)


@pytest.mark.parametrize("areas", [[7.0], [7.0, 7.0], [1.0, 7.0], [1.0, 7.0, 7.0, 7.0, 7.0]])
def test_few_or_equal_areas_are_counted_once(areas: list[float]) -> None:
    found = summary([case(area) for area in areas])["by_ink_area"]
    assert sum(each["accepted"] for each in found) == len(areas)
