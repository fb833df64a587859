"""What DIAN says at each point of a company's story, and what its acts do."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from infra.dian_simulator import nit
from infra.dian_simulator.errors import RefusedError
from infra.dian_simulator.numbering import OTHERS, NumberRange, Question, Wish
from infra.dian_simulator.registry import Registry

from .conftest import NOW, Issue

COMPANY, PROVIDER, SOFTWARE = "900123456", "900999888", "56f2ae4e-9812-4fad-9255-08fcfcd5ccb0"
TODAY = NOW.date()
ASKED = Question(COMPANY, PROVIDER, SOFTWARE)
ANY = Wish()
LAPSED = Wish(valid_from=date(2025, 1, 1), valid_to=date(2026, 11, 23))


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with closing(Registry(tmp_path / "dian.sqlite", PROVIDER, SOFTWARE, sample=False)) as made:
        yield made


def code(registry: Registry, today: date = TODAY) -> str:
    return registry.answer(PROVIDER, ASKED, today)[0].code


def listed(registry: Registry, today: date = TODAY) -> list[NumberRange]:
    return registry.answer(PROVIDER, ASKED, today)[1]


def associate(registry: Registry, wish: Wish = ANY, software: str = SOFTWARE) -> list[NumberRange]:
    return registry.associate(COMPANY, registry.to_associate(COMPANY, wish, software), software, NOW)


def test_the_story(registry: Registry) -> None:
    assert code(registry) == "401"
    registry.enable(COMPANY, NOW)
    assert code(registry) == "401"
    requested = registry.request(COMPANY, Wish(), NOW)
    assert code(registry) == "401", "the association is what authorises the provider"
    (bound,) = associate(registry)
    assert bound.resolution == requested.resolution
    assert (code(registry), listed(registry)) == ("100", [bound])


def test_associating_nothing_is_refused_with_a_sentence(registry: Registry) -> None:
    registry.enable(COMPANY, NOW)
    with pytest.raises(RefusedError, match="request it first"):
        associate(registry)
    registry.request(COMPANY, Wish(prefix="DSX"), NOW)
    with pytest.raises(RefusedError, match="request it first"):
        associate(registry, Wish(prefix="DSY"))


def test_defaults_are_plausible(registry: Registry) -> None:
    made, other = registry.request(COMPANY, Wish(), NOW), registry.request("800197268", Wish(), NOW)
    assert made.resolution != other.resolution
    assert (len(made.resolution), made.resolution[:5]) == (14, "18764")
    assert made.prefix.isalpha()
    assert len(made.prefix) <= 4
    assert (made.from_number, made.to_number, made.kind) == (1, 5_000_000, "dse")
    assert (made.valid_from, made.valid_to) == (TODAY, date(2027, 11, 24))


def test_acts_are_idempotent(registry: Registry) -> None:
    for _ in range(2):
        registry.enable(COMPANY, NOW)
        registry.request(COMPANY, Wish(), NOW)
        associate(registry)
    assert len(registry.ranges(COMPANY)) == 1


def test_a_company_may_have_several_ranges_and_kinds(registry: Registry) -> None:
    for wish in (Wish(), Wish(prefix="DSX"), Wish(resolution="18764000000777"), Wish(kind="invoice")):
        registry.request(COMPANY, wish, NOW)
    associate(registry, Wish(prefix="DSX"))
    assert [each.prefix for each in listed(registry)] == ["DSX"]
    associate(registry)
    all_four = listed(registry)
    assert [bool(each.technical_key) for each in all_four] == [False, False, False, True]
    assert len({(each.resolution, each.prefix) for each in all_four}) == 4


def test_naming_a_known_range_changes_it_and_keeps_its_association(registry: Registry) -> None:
    made = registry.request(COMPANY, Wish(), NOW)
    associate(registry)
    named = Wish(made.resolution, made.prefix, valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 23))
    registry.request(COMPANY, named, NOW)
    assert code(registry) == "301"
    registry.request(COMPANY, Wish(made.resolution, made.prefix, valid_to=TODAY, kind="invoice"), NOW)
    (changed,) = listed(registry)
    assert (changed.kind, changed.valid_to) == ("invoice", TODAY)
    with pytest.raises(RefusedError, match="ends before it begins"):
        registry.request(COMPANY, Wish(made.resolution, made.prefix, to_number=1, from_number=2), NOW)


def test_out_of_date_is_301_and_unbound_302(registry: Registry) -> None:
    registry.request(COMPANY, LAPSED, NOW)
    associate(registry)
    assert code(registry) == "301"
    registry.request(COMPANY, Wish(), NOW)
    assert code(registry) == "302"
    associate(registry)
    assert len(listed(registry)) == 1


def test_what_is_bound_to_another_provider_authorises_nothing(registry: Registry) -> None:
    registry.request(COMPANY, Wish(), NOW)
    associate(registry, software=OTHERS)
    assert code(registry) == "401"
    with pytest.raises(RefusedError, match="undo that association first"):
        associate(registry)
    registry.request(COMPANY, Wish(prefix="DSX"), NOW)
    assert [each.prefix for each in associate(registry)] == ["DSX"], "the other provider's stays as it is"
    assert [each.prefix for each in listed(registry)] == ["DSX"]
    with pytest.raises(RefusedError, match="undo that association first"):
        associate(registry, Wish(prefix="DSX"), OTHERS)


def test_another_software_of_the_provider_authorises_but_lists_nothing(registry: Registry) -> None:
    registry.request(COMPANY, Wish(), NOW)
    associate(registry, software="another")
    assert code(registry) == "302"
    associate(registry)
    assert code(registry) == "100"


def test_an_association_undone_leaves_no_authorisation(registry: Registry) -> None:
    registry.request(COMPANY, Wish(), NOW)
    registry.request(COMPANY, Wish(prefix="DSX"), NOW)
    associate(registry)
    registry.dissociate(COMPANY, Wish(prefix="DSX"), NOW)
    assert len(listed(registry)) == 1
    for _ in range(2):
        registry.dissociate(COMPANY, Wish(), NOW)
        assert code(registry) == "401"
    with pytest.raises(RefusedError, match="no such authorised range"):
        registry.dissociate(COMPANY, Wish(prefix="DSY"), NOW)
    associate(registry)
    assert len(listed(registry)) == 2


def test_a_range_that_is_not_yet_good_is_not_listed(registry: Registry) -> None:
    registry.request(COMPANY, Wish(valid_from=date(2026, 11, 25), valid_to=date(2027, 11, 25)), NOW)
    associate(registry)
    assert [code(registry, day) for day in (TODAY, date(2026, 11, 25))] == ["301", "100"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC), "100"),  # 18:59:59 in Bogotá
        (datetime(2026, 11, 25, 0, 0, 0, tzinfo=UTC), "301"),  # 19:00 in Bogotá, the same day
    ],
)
def test_a_range_vanishes_with_the_utc_date(registry: Registry, at: datetime, expected: str) -> None:
    registry.request(COMPANY, Wish(valid_to=date(2026, 11, 24)), NOW)
    associate(registry)
    assert code(registry, at.date()) == expected


@pytest.mark.parametrize(
    ("caller", "asked", "expected", "words"),
    [
        ("", ASKED, "89", "no informado en el certificado"),
        ("800197268", ASKED, "401", f"del certificado .* asociados del NIT: {PROVIDER}$"),
        (PROVIDER, Question(COMPANY, "800197268", SOFTWARE), "401", "asociados del NIT: 800197268$"),
        (PROVIDER, Question(COMPANY, PROVIDER, "another"), "303", f"corresponde al NIT: {PROVIDER}"),
        (PROVIDER, Question("800197268", PROVIDER, SOFTWARE), "401", "numeración del NIT: 800197268$"),
        (PROVIDER, Question(COMPANY, PROVIDER, SOFTWARE.upper()), "100", "completada"),
        (PROVIDER + "5", ASKED, "100", "completada"),
        (PROVIDER + "6", ASKED, "401", "del certificado"),
    ],
)
def test_who_asks_for_whom(registry: Registry, caller: str, asked: Question, expected: str, words: str) -> None:
    registry.request(COMPANY, Wish(), NOW)
    associate(registry)
    (answer, description), _ = registry.answer(caller, asked, TODAY)
    assert answer == expected
    assert re.search(words, description)


def test_another_software_after_a_restart_has_nothing_bound(tmp_path: Path) -> None:
    file = tmp_path / "dian.sqlite"
    with closing(Registry(file, PROVIDER, SOFTWARE, sample=False)) as before:
        made = before.request(COMPANY, Wish(), NOW)
        associate(before)
        before.enable(COMPANY, NOW)
        before.remember(NOW, ASKED, "100")
    with closing(Registry(file, PROVIDER, "another", sample=False)) as after:
        assert after.answer(PROVIDER, Question(COMPANY, PROVIDER, "another"), TODAY)[0].code == "302"
        assert after.enabled(COMPANY)
        assert [each["code"] for each in after.calls()] == ["100"]
        assert after.ranges(COMPANY)[0].resolution == made.resolution


def test_the_sample_is_listed_beside_the_companys_own_alone(tmp_path: Path) -> None:
    with closing(Registry(tmp_path / "dian.sqlite", PROVIDER, SOFTWARE, sample=True)) as registry:
        assert code(registry) == "401"
        registry.request(COMPANY, Wish(), NOW)
        associate(registry)
        sample, own = listed(registry)
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    assert sample == NumberRange("18760000001", "SEDS", first, 984_000_000, 985_000_000, first, last)
    assert own.prefix != "SEDS"


@pytest.mark.parametrize(
    ("subject", "digits"),
    [
        ({"2.5.4.5": "900999888"}, "900999888"),
        ({"2.5.4.5": "900999888-5"}, "9009998885"),
        ({"2.5.4.5": "NIT 900.999.888"}, "900999888"),
        ({"1.3.6.1.4.1.23267.2.3": "900999888"}, "900999888"),
        ({"1.3.6.1.4.1.31136.1.1.20.2": "900999888"}, "900999888"),
        ({"2.5.4.97": "VATCO-900999888"}, "900999888"),
        ({"2.5.4.97": "1111111", "2.5.4.5": "900999888"}, "900999888"),
        ({"2.5.4.5": "none", "2.5.4.97": "900999888"}, "900999888"),
        ({"2.5.4.3": "Provider S.A.S. 900999888"}, ""),
    ],
)
def test_the_callers_nit_is_in_the_subject(issue: Issue, subject: dict[str, str], digits: str) -> None:
    assert nit.of_certificate(issue(subject, bits=1024).certificate) == digits


@pytest.mark.parametrize("text", ["900123456", "900123456-8", "900.123.456-8", " 900123456 "])
def test_a_nit_is_taken_with_and_without_check_digit(text: str) -> None:
    assert nit.plain(text) == COMPANY


@pytest.mark.parametrize("text", ["", "12345", "12345678901", "900123456-88", "abc", "٩٠٠١٢٣٤٥٦"])
def test_and_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match="6 to 10 digits"):
        nit.plain(text)
