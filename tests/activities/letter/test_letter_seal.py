"""The seal: what we made is read back, what anybody changed is not."""

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.letter.seal import DEVELOPMENT_KEYS, LetterKeys, NoSeal, Seal, read_seal, seal
from domain.nit import check_digit
from tests.activities.letter.paper import KEYS

ALPHANUMERIC = string.digits + string.ascii_uppercase + " $%*+-./:"
"""The characters of QR's alphanumeric mode, in which the seal must fit."""
NITS = st.integers(100_000, 9_999_999_999).map(lambda number: f"{number}-{check_digit(str(number))}")
SEALS = st.builds(
    Seal,
    st.sampled_from(["habilitacion", "produccion"]),
    NITS,
    st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=40),
    st.integers(1, 999_999),
)


def keys(*named: str) -> LetterKeys:
    return LetterKeys.parse(",".join(f"{name}:{base64.b64encode((name * 32).encode()).decode()}" for name in named))


@given(SEALS)
def test_a_seal_is_read_back_and_small_enough_for_its_qr(what: Seal) -> None:
    text = seal(what, KEYS)
    assert read_seal(text, KEYS) == what
    assert set(text) <= set(ALPHANUMERIC)
    assert len(text) <= 97


@given(SEALS, st.data())
def test_any_changed_character_is_refused(what: Seal, data: st.DataObject) -> None:
    text = seal(what, KEYS)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(ALPHANUMERIC + string.ascii_lowercase).filter(lambda sign: sign != text[place]))
    assert isinstance(read_seal(text[:place] + other + text[place + 1 :], KEYS), NoSeal)


@given(SEALS, st.data())
def test_a_lost_or_added_character_is_refused(what: Seal, data: st.DataObject) -> None:
    text = seal(what, KEYS)
    place = data.draw(st.integers(0, len(text) - 1))
    added = data.draw(st.sampled_from(ALPHANUMERIC + "\n"))
    assert isinstance(read_seal(text[:place] + text[place + 1 :], KEYS), NoSeal)
    assert isinstance(read_seal(text[:place] + added + text[place:], KEYS), NoSeal)
    assert isinstance(read_seal(text + added, KEYS), NoSeal)


@given(st.text(max_size=200))
def test_no_text_is_a_seal_by_chance(text: str) -> None:
    assert isinstance(read_seal(text, KEYS), NoSeal)


def test_foreign_codes_differ_from_forged_ones() -> None:
    text = seal(Seal("produccion", "900123456-8", "a1", 1), KEYS)
    assert read_seal("https://catalogo-vpfe.dian.gov.co/document/searchqr", KEYS) == NoSeal.FOREIGN
    assert read_seal(text[:-1] + ("A" if text[-1] != "A" else "B"), KEYS) == NoSeal.FORGED


def test_rotated_keys_still_check_and_only_the_first_makes() -> None:
    what = Seal("produccion", "900123456-8", "a1", 1)
    before, after, gone = keys("k1"), keys("k2", "k1"), keys("k2")
    old, new = seal(what, before), seal(what, after)
    assert "/K2/" in new
    assert read_seal(old, after) == read_seal(new, after) == what
    assert read_seal(old, gone) == NoSeal.FORGED
    assert read_seal(old.replace("/K1/", "/K2/"), after) == NoSeal.FORGED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dev",
        "dev:",
        "dev:%%%",
        "dev:c2hvcnQ=",
        f"Dev:{DEVELOPMENT_KEYS[4:]}",
        f"{DEVELOPMENT_KEYS},{DEVELOPMENT_KEYS}",
    ],
    ids=["nothing", "no key", "empty key", "no base64", "short key", "capital id", "repeated id"],
)
def test_bad_keys_are_refused_without_telling_them(text: str) -> None:
    with pytest.raises(ValueError, match=r"letter key no\. \d") as refusal:
        LetterKeys.parse(text)
    assert DEVELOPMENT_KEYS[4:] not in str(refusal.value)


def test_keys_are_never_shown() -> None:
    assert "development" not in repr(KEYS)


@pytest.mark.parametrize(
    "what",
    [
        Seal("pruebas", "900123456-8", "a1", 1),
        Seal("produccion", "900123456", "a1", 1),
        Seal("produccion", "900123456-8", "A1", 1),
        Seal("produccion", "900123456-8", "a/1", 1),
        Seal("produccion", "900123456-8", "a1", 0),
    ],
    ids=["environment", "no check digit", "capitals", "slash", "revision"],
)
def test_what_does_not_fit_is_not_sealed(what: Seal) -> None:
    with pytest.raises(ValueError, match="doesn't fit"):
        seal(what, KEYS)
