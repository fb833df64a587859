"""Every reason why something is refused, rejected or doubted: one code each. Its Spanish sentence is in texts_es."""

from collections.abc import Iterable
from enum import StrEnum

from domain.reasons_es import REASONS
from domain.values import Value


class Code(StrEnum):
    """A stable code that clients may branch on; they only grow."""

    # identity
    NIT_FORMAT = "nit_format"
    NIT_CHECK_DIGIT_MISSING = "nit_check_digit_missing"
    NIT_CHECK_DIGIT = "nit_check_digit"
    # fields
    REQUIRED = "required"
    TOO_LONG = "too_long"
    UNPRINTABLE = "unprintable"
    EMAIL_FORMAT = "email_format"
    MOBILE_FORMAT = "mobile_format"
    DOCUMENT_TYPE = "document_type"
    DOCUMENT_NUMBER = "document_number"
    MUNICIPALITY_CODE = "municipality_code"
    TIME_FORMAT = "time_format"
    TIME_IN_FUTURE = "time_in_future"
    TIME_IN_PAST = "time_in_past"
    TIME_TOO_FAR = "time_too_far"
    DATE_FORMAT = "date_format"
    ASSIGNEE_FORMAT = "assignee_format"
    CHOICE = "choice"
    NUMBER_FORMAT = "number_format"
    BOOLEAN_FORMAT = "boolean_format"
    RESOLUTION_FORMAT = "resolution_format"
    PREFIX_FORMAT = "prefix_format"
    PREFIX_ENDS_IN_DIGIT = "prefix_ends_in_digit"
    PREFIX_NOT_DECLARED = "prefix_not_declared"
    NEXT_NUMBER_OUTSIDE = "next_number_outside"
    CHOOSE_RANGE = "choose_range"
    RANGE_NOT_OFFERED = "range_not_offered"
    INVALID_FIELDS = "invalid_fields"
    # legality
    NOT_LEGAL_HERE = "not_legal_here"
    STALE_VERSION = "stale_version"
    HELD_ALREADY = "held_already"
    NOT_HELD = "not_held"
    NOT_BLOCKED = "not_blocked"
    NOT_TICKED = "not_ticked"
    NO_DUE_DATE = "no_due_date"
    DUE_LATER_ALREADY = "due_later_already"
    NOTHING_TO_CORRECT = "nothing_to_correct"
    NOBODY_TO_REMIND = "nobody_to_remind"
    REMINDED_ALREADY = "reminded_already"
    MAIL_BOUNCED = "mail_bounced"
    BACK_TARGET = "back_target"
    WRONG_ARGUMENTS = "wrong_arguments"
    SCAN_CHANGED = "scan_changed"
    # starting
    ALREADY_READY = "already_ready"
    ALREADY_IN_PROGRESS = "already_in_progress"
    CANCELLING = "cancelling"
    NAME_DIFFERS = "name_differs"
    RUNNING_ALREADY = "running_already"
    CERTIFICATE_MUST_BE_UPDATED = "certificate_must_be_updated"
    NOT_FOUND = "not_found"
    # the scan: what refuses it before it is stored
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_NOT_PDF = "file_not_pdf"
    FILE_UNREADABLE = "file_unreadable"
    # the scan: what its check finds
    KEY_OUTSIDE_SCANS = "key_outside_scans"
    KEY_USED = "key_used"
    SCAN_IS_CURRENT = "scan_is_current"
    SCAN_TOO_LATE = "scan_too_late"
    SCANS_TOO_MANY = "scans_too_many"
    SCAN_MISSING = "scan_missing"
    SCAN_ALTERED = "scan_altered"
    PDF_DAMAGED = "pdf_damaged"
    PDF_ENCRYPTED = "pdf_encrypted"
    PDF_ACTIVE_CONTENT = "pdf_active_content"
    PDF_ATTACHMENTS = "pdf_attachments"
    PDF_TOO_MANY_PAGES = "pdf_too_many_pages"
    PAGE_BLANK = "page_blank"
    CODE_UNREADABLE = "code_unreadable"
    CODE_FORGED = "code_forged"
    WRONG_COMPANY = "wrong_company"
    WRONG_ENVIRONMENT = "wrong_environment"
    WRONG_REVISION = "wrong_revision"
    WRONG_LETTER = "wrong_letter"
    UNSIGNED = "unsigned"
    SIGNATURE_DOUBTFUL = "signature_doubtful"
    DIGITALLY_SIGNED = "digitally_signed"
    NOT_THE_REPRESENTATIVE = "not_the_representative"
    REJECTED_BY_PERSON = "rejected_by_person"
    # ranges and voucher types
    RANGE_IS_FOR_INVOICES = "range_is_for_invoices"
    RANGE_TAKEN = "range_taken"
    VOUCHER_CODE_TAKEN = "voucher_code_taken"
    VOUCHER_MISSING = "voucher_missing"
    ASSOCIATION_DENIED = "association_denied"
    GRANT_EXPIRED = "grant_expired"
    # ours
    PROVIDER_CERTIFICATE = "provider_certificate"
    EFFECT_FAILED = "effect_failed"
    UNDONE = "undone"
    QUERY_NOT_UNDERSTOOD = "query_not_understood"
    NOTHING_SELECTED = "nothing_selected"
    SELECTION_TOO_LARGE = "selection_too_large"
    UNAVAILABLE = "unavailable"
    SETTINGS = "settings"
    TIMEOUT = "timeout"

    def es(self, **values: object) -> str:
        """The Spanish sentence that people read."""
        return REASONS[self.value][0].format_map({"step": "", "right": "", "given": "", **values})

    def en(self, **values: object) -> str:
        """The English sentence for logs and developers."""
        return REASONS[self.value][1].format_map({"step": "", "right": "", "given": "", **values})


class Reason(Value):
    """A code with the Spanish sentence that its reader saw."""

    code: Code
    message_es: str

    @classmethod
    def of(cls, code: Code, **values: object) -> "Reason":
        return cls(code=code, message_es=code.es(**values))


class FieldError(Value):
    """What is wrong with one field."""

    field: str
    code: Code
    message_es: str

    @classmethod
    def of(cls, field: str, code: Code, **values: object) -> "FieldError":
        return cls(field=field, code=code, message_es=code.es(**values))


class Refusal(Exception):
    """Something asked for is refused: why, in both languages, and what to do. Nothing has changed."""

    def __init__(self, code: Code, *, fields: Iterable[FieldError] = (), hint: str = "", **values: object) -> None:
        super().__init__(code.en(**values))
        self.code = code
        self.message_es = code.es(**values)
        self.fields = tuple(fields)
        self.hint = hint
