"""What DIAN's answers are said to mean: each has its words, and they tell the right thing to the right people."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dian_es import CLOCKS, DIAN_EXPLAINED
from domain.explaining import CLOCK_TOLERATED_S, Meaning, explanation, meaning_of
from domain.numbering import SAMPLE_PREFIX, Answer, AnswerClass, Range
from domain.texts_es import ACT_PATHS

DONE, PENDING, REFUSED, OURS, TRANSIENT = AnswerClass
PROVIDER, SOFTWARE = "Proveedor S.A.S.", "Factura Fácil"


def listed(prefix: str, *, key: bool = False) -> Range:
    return Range(
        resolution="18764012345678",
        prefix=prefix,
        from_number=1,
        to_number=100,
        valid_from=date(2026, 1, 1),
        valid_to=date(2027, 1, 1),
        has_technical_key=key,
    )


def answer(answer_class: AnswerClass, code: str, *ranges: Range, unknown: bool = False) -> Answer:
    return Answer(answer_class=answer_class, code=code, ranges=ranges, unknown=unknown)


INVOICE, DIGIT, SAMPLE, OWN = listed("FE", key=True), listed("DS1"), listed(SAMPLE_PREFIX), listed("DSA")
CASES = [
    (answer(DONE, "100", OWN), Meaning.RANGE_LISTED),
    (answer(REFUSED, "100", INVOICE), Meaning.WANTED_IS_FOR_INVOICES),
    (answer(PENDING, "100"), Meaning.NONE_LISTED),
    (answer(PENDING, "100", INVOICE), Meaning.INVOICE_RANGES_ONLY),
    (answer(PENDING, "100", INVOICE, SAMPLE), Meaning.INVOICE_RANGES_ONLY),
    (answer(PENDING, "100", INVOICE, DIGIT), Meaning.PREFIX_ENDS_IN_DIGIT),
    (answer(PENDING, "100", SAMPLE), Meaning.SAMPLE_ONLY),
    (answer(PENDING, "100", INVOICE, DIGIT, OWN), Meaning.OTHER_RANGE_LISTED),
    (answer(PENDING, "301"), Meaning.NO_RESOLUTION),
    (answer(PENDING, "302"), Meaning.NOT_ASSOCIATED),
    (answer(PENDING, "401"), Meaning.NOT_AUTHORISED),
    (answer(PENDING, "401", unknown=True), Meaning.UNKNOWN),
    (answer(PENDING, "999", unknown=True), Meaning.UNKNOWN),
    (answer(OURS, "401"), Meaning.CERTIFICATE_REFUSED),
    (answer(OURS, "89"), Meaning.CERTIFICATE_WITHOUT_NIT),
    (answer(OURS, "303"), Meaning.SOFTWARE_REFUSED),
    (answer(OURS, "InvalidSecurity"), Meaning.INVALID_SECURITY),
    (answer(OURS, "FailedAuthentication"), Meaning.INVALID_SECURITY),
    (answer(OURS, "tls"), Meaning.TLS),
    (answer(OURS, "http_403"), Meaning.CALL_REFUSED),
    (answer(TRANSIENT, "timeout"), Meaning.AWAY),
    (answer(TRANSIENT, "connection"), Meaning.AWAY),
    (answer(TRANSIENT, "html"), Meaning.MAINTENANCE),
    (answer(TRANSIENT, "http_503"), Meaning.MAINTENANCE),
    (answer(TRANSIENT, "http_429"), Meaning.OVERLOADED),
    (answer(TRANSIENT, "http_307"), Meaning.REDIRECTED),
    (answer(TRANSIENT, "500"), Meaning.FAILED),
    (answer(TRANSIENT, "http_500"), Meaning.FAILED),
    (answer(TRANSIENT, "InternalServiceFault"), Meaning.FAILED),
    (answer(TRANSIENT, "not_xml"), Meaning.NOT_AN_ANSWER),
    (answer(TRANSIENT, "too_large"), Meaning.NOT_AN_ANSWER),
]


@pytest.mark.parametrize(("given", "meaning"), CASES, ids=lambda each: each if isinstance(each, Meaning) else each.code)
def test_each_answer_has_its_meaning(given: Answer, meaning: Meaning) -> None:
    assert meaning_of(given) == meaning


def test_every_meaning_has_its_words_and_an_answer_that_has_it() -> None:
    assert set(DIAN_EXPLAINED) == {each.value for each in Meaning}
    assert set(Meaning) == {meaning for _, meaning in CASES} | {Meaning.RANGE_TAKEN}  # our records tell who holds it
    for texts in DIAN_EXPLAINED.values():
        for text in texts:
            assert text.endswith(".")
            asked = {name for _, name, _, _ in string.Formatter().parse(text) if name}
            assert asked <= {*ACT_PATHS, "provider", "software", "clock", "dian"}


@given(
    answer_class=st.sampled_from(AnswerClass),
    code=st.sampled_from(["100", "301", "401", "nunca visto", "http_418", "http_303", "http_599", ""]),
    ranges=st.lists(st.sampled_from([INVOICE, DIGIT, SAMPLE, OWN])),
    unknown=st.booleans(),
    skew=st.one_of(st.none(), st.floats(-(10**6), 10**6)),
)
def test_whatever_comes_is_explained(
    answer_class: AnswerClass, code: str, ranges: list[Range], unknown: bool, skew: float | None
) -> None:
    told = explanation(answer(answer_class, code, *ranges, unknown=unknown), PROVIDER, SOFTWARE, skew)
    assert all((told.meaning_es, told.company_es, told.operator_es))
    assert not set("{}") & set(told.meaning_es + told.company_es + told.operator_es)


def test_the_company_is_told_where_it_is_stuck_with_dians_menu_path() -> None:
    paths = {act: path.format(provider=PROVIDER, software=SOFTWARE) for act, path in ACT_PATHS.items()}
    for code, acts in (("301", ["request"]), ("302", ["associate"]), ("401", ["enable", "request", "associate"])):
        told = explanation(answer(PENDING, code), PROVIDER, SOFTWARE)
        assert [act for act, path in paths.items() if path in told.company_es] == acts
    assert PROVIDER in explanation(answer(PENDING, "302"), PROVIDER, SOFTWARE).company_es
    assert "Sincronizar a Producción" in explanation(answer(PENDING, "401"), PROVIDER, SOFTWARE).company_es


@pytest.mark.parametrize("given", [each for each, _ in CASES if each.answer_class in (OURS, TRANSIENT)])
def test_what_is_not_the_companys_asks_nothing_of_it(given: Answer) -> None:
    assert explanation(given, PROVIDER, SOFTWARE).company_es.startswith("No tienes que hacer nada:")


@pytest.mark.parametrize(
    ("skew", "clock"),
    [
        (None, CLOCKS["unknown"]),
        (0.0, CLOCKS["right"]),
        (-CLOCK_TOLERATED_S, CLOCKS["right"]),
        (-312.4, CLOCKS["ahead"].format(seconds=312)),
        (7200.0, CLOCKS["behind"].format(seconds=7200)),
    ],
)
def test_operators_are_told_how_the_clock_stands(skew: float | None, clock: str) -> None:
    assert clock in explanation(answer(OURS, "InvalidSecurity"), PROVIDER, SOFTWARE, skew).operator_es
