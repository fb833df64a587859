"""What DIAN's answer means for a company: where it is stuck, what it should be told, what operators should do."""

from enum import StrEnum

from domain.dian_es import CLOCKS, DIAN_EXPLAINED
from domain.numbering import SAMPLE_PREFIX, Answer, AnswerClass
from domain.state import State
from domain.texts_es import ACT_PATHS
from domain.values import Value

CLOCK_TOLERATED_S = 60


class Meaning(StrEnum):
    """One for each situation in which people need other words; a stable code."""

    RANGE_LISTED = "range_listed"
    WANTED_IS_FOR_INVOICES = "wanted_is_for_invoices"
    NONE_LISTED = "none_listed"
    INVOICE_RANGES_ONLY = "invoice_ranges_only"
    PREFIX_ENDS_IN_DIGIT = "prefix_ends_in_digit"
    SAMPLE_ONLY = "sample_only"
    RANGE_TAKEN = "range_taken"
    OTHER_RANGE_LISTED = "other_range_listed"
    NO_RESOLUTION = "no_resolution"
    NOT_ASSOCIATED = "not_associated"
    NOT_AUTHORISED = "not_authorised"
    UNKNOWN = "unknown"
    # ours
    CERTIFICATE_REFUSED = "certificate_refused"
    CERTIFICATE_WITHOUT_NIT = "certificate_without_nit"
    SOFTWARE_REFUSED = "software_refused"
    INVALID_SECURITY = "invalid_security"
    TLS = "tls"
    CALL_REFUSED = "call_refused"
    # it passes
    AWAY = "away"
    MAINTENANCE = "maintenance"
    OVERLOADED = "overloaded"
    REDIRECTED = "redirected"
    FAILED = "failed"
    NOT_AN_ANSWER = "not_an_answer"


class Explanation(Value):
    """The same answer told three times: what it is, to the company, to operators."""

    code: Meaning
    meaning_es: str
    company_es: str
    operator_es: str


_BY_CODE = {
    "301": Meaning.NO_RESOLUTION,
    "302": Meaning.NOT_ASSOCIATED,
    "303": Meaning.SOFTWARE_REFUSED,
    "89": Meaning.CERTIFICATE_WITHOUT_NIT,
    "tls": Meaning.TLS,
    "timeout": Meaning.AWAY,
    "connection": Meaning.AWAY,
    "html": Meaning.MAINTENANCE,
    "http_503": Meaning.MAINTENANCE,
    "http_408": Meaning.OVERLOADED,
    "http_425": Meaning.OVERLOADED,
    "http_429": Meaning.OVERLOADED,
    **dict.fromkeys(
        (
            *("empty", "not_xml", "forbidden_xml", "too_wide", "too_deep", "too_large", "too_many_ranges"),
            "not_an_answer",
        ),
        Meaning.NOT_AN_ANSWER,
    ),
}


def meaning_of(answer: Answer) -> Meaning:
    """Which situation an answer is. A 100 that is classed as done lists the wanted range; as pending, it doesn't."""
    match answer.answer_class, answer.code:
        case _ if answer.unknown:
            return Meaning.UNKNOWN
        case AnswerClass.DONE, _:
            return Meaning.RANGE_LISTED
        case AnswerClass.REFUSED, _:
            return Meaning.WANTED_IS_FOR_INVOICES
        case _, "100":
            return _of_ranges(answer)
        case AnswerClass.OURS, "401":
            return Meaning.CERTIFICATE_REFUSED
        case _, "401":
            return Meaning.NOT_AUTHORISED
        case _, code if code in _BY_CODE:
            return _BY_CODE[code]
        case AnswerClass.OURS, code:
            return Meaning.CALL_REFUSED if code.startswith("http_") else Meaning.INVALID_SECURITY
        case _, code if code.startswith("http_3"):
            return Meaning.REDIRECTED
        case _:
            return Meaning.FAILED


def _of_ranges(answer: Answer) -> Meaning:
    """What is listed, but not wanted: the nearest to what serves tells most."""
    if not answer.ranges:
        return Meaning.NONE_LISTED
    own = [each for each in answer.ranges if each.prefix != SAMPLE_PREFIX]
    if any(each.serves for each in own):
        return Meaning.OTHER_RANGE_LISTED
    if any(not each.has_technical_key for each in own):
        return Meaning.PREFIX_ENDS_IN_DIGIT
    return Meaning.INVOICE_RANGES_ONLY if own else Meaning.SAMPLE_ONLY


def explanation(answer: Answer, provider: str, software: str, skew_s: float | None = None) -> Explanation:
    """The texts for an answer; provider's and software's names as DIAN lists them.

    `skew_s`: DIAN's clock minus ours, in seconds; None if it isn't known.
    """
    return _told(meaning_of(answer), answer, provider, software, skew_s)


def _told(code: Meaning, answer: Answer, provider: str, software: str, skew_s: float | None = None) -> Explanation:
    values = {**_names(provider, software), "clock": _clock(skew_s), "dian": answer.code}
    meaning, company, operator = (text.format_map(values) for text in DIAN_EXPLAINED[code])
    return Explanation(code=code, meaning_es=meaning, company_es=company, operator_es=operator)


def explained(state: State) -> Explanation | None:
    """What the last look means for this company, by the range that it wants; None before the first."""
    look = state.last_look
    if look is None:
        return None
    answer, names = look.answer, (state.provider_name or "el proveedor", state.software_name or "su software")
    if state.listed is not None and state.listed.at == look.at:
        look = state.listed  # a refused claim has told since who holds a range
    if look.is_taken(state.declared) and not look.wanted(state.declared):
        return _told(Meaning.RANGE_TAKEN, answer, *names)
    if look.declared_is_for_invoices(state.declared):
        answer = answer.model_copy(update={"answer_class": AnswerClass.REFUSED})
    elif answer.answer_class == AnswerClass.DONE and not look.wanted(state.declared):
        answer = answer.model_copy(update={"answer_class": AnswerClass.PENDING})
    return explanation(answer, *names)


def told_to_company(meaning: Meaning, provider: str, software: str) -> str:
    """What the company is to do, for an answer that is about the company."""
    return DIAN_EXPLAINED[meaning][1].format_map(_names(provider, software))


def _names(provider: str, software: str) -> dict[str, str]:
    paths = {act: path.format(provider=provider, software=software) for act, path in ACT_PATHS.items()}
    return {**paths, "provider": provider, "software": software}


def _clock(skew_s: float | None) -> str:
    if skew_s is None:
        return CLOCKS["unknown"]
    if abs(skew_s) <= CLOCK_TOLERATED_S:
        return CLOCKS["right"]
    return CLOCKS["behind" if skew_s > 0 else "ahead"].format(seconds=f"{abs(skew_s):.0f}")
