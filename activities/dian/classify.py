"""What an outcome means for us: one class each, stated once.

A code that isn't in the table is pending and told apart, never guessed into an error.
"""

import unicodedata

from activities.dian.answer import Fault, Listing, parse
from activities.dian.errors import AnswerError
from activities.dian.sanitised import masked
from domain.numbering import Answer, AnswerClass

MAX_DESCRIPTION = 300
INVALID_SECURITY = "InvalidSecurity"
"""What WCF calls every trouble with envelope, clock or certificate."""
_LOOKED_AT = 4_000
"""Signs of a text: DIAN's own descriptions have some 200."""
_WSSE = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
_OVERLOADED = (408, 425, 429)
_CLASSES = {
    "301": AnswerClass.PENDING,  # no authorised range in date
    "302": AnswerClass.PENDING,  # none bound to our software
    "303": AnswerClass.OURS,  # the software is not the provider's
    "89": AnswerClass.OURS,  # no NIT in our certificate
    "500": AnswerClass.TRANSIENT,
}


def classify(status: int, body: bytes) -> Answer:
    """The meaning of a whole HTTP answer."""
    if 300 <= status < 500:
        # Not how DIAN refuses anything: a redirect (not followed) may pass, the rest is about our address.
        transient = status < 400 or status in _OVERLOADED
        return outcome(AnswerClass.TRANSIENT if transient else AnswerClass.OURS, f"http_{status}")
    try:
        found = parse(body)
    except AnswerError as error:
        code = f"http_{status}" if status >= 500 else error.code
        return outcome(AnswerClass.TRANSIENT, code, str(error))
    if isinstance(found, Fault):
        return _fault(found)
    return _listing(found) if status < 300 else outcome(AnswerClass.TRANSIENT, f"http_{status}")


def outcome(answer_class: AnswerClass, code: str, description: str = "") -> Answer:
    """An answer without ranges, such as the client makes of a connection that fails."""
    return Answer.model_validate({"class": answer_class, "code": code, "description": scrubbed(description)})


def scrubbed(text: str) -> str:
    """Fit to be kept and shown: one line, no e-mail addresses, nothing like a key, at most 300 characters."""
    words = text[:_LOOKED_AT].split()
    if len(text) > _LOOKED_AT and len(words) > 1:
        words.pop()  # it may be the half of a key
    return masked(" ".join(words))[:MAX_DESCRIPTION]


def _fault(fault: Fault) -> Answer:
    """A fault that speaks of security is about our envelope, clock or certificate; every other passes."""
    name = fault.subcodes[-1].rpartition("}")[2] if fault.subcodes else "fault"
    security = any(each.startswith(_WSSE) or each.endswith(f"}}{INVALID_SECURITY}") for each in fault.subcodes)
    return outcome(AnswerClass.OURS if security else AnswerClass.TRANSIENT, scrubbed(name)[:40], fault.reason)


def _listing(listing: Listing) -> Answer:
    known = _class_of(listing)
    answer = outcome(known or AnswerClass.PENDING, scrubbed(listing.code)[:40], listing.description)
    ranges = listing.ranges if listing.code == "100" else ()
    return answer.model_copy(update={"unknown": known is None, "ranges": ranges})


def _class_of(listing: Listing) -> AnswerClass | None:
    """None: a code that we don't know."""
    match listing.code:
        case "100":  # done for this adapter; whether the wanted range is listed, the onboarding's row decides
            return AnswerClass.DONE if listing.ranges else AnswerClass.PENDING
        case "401":
            return _unauthorised(listing.description)
        case code:
            return _CLASSES.get(code)


def _unauthorised(description: str) -> AnswerClass | None:
    """401 has two meanings, told apart by DIAN's words alone, whatever their accents, case and blanks."""
    plain = unicodedata.normalize("NFKD", description[:_LOOKED_AT]).encode("ascii", "ignore").decode().lower()
    words = " ".join(plain.split())
    if "del certificado no autorizado" in words:
        return AnswerClass.OURS
    return AnswerClass.PENDING if "no autorizado para consultar rangos" in words else None
