"""Every error that this adapter raises. What DIAN or the network do is never one: that is an `Answer`.

    DianError
    ├── CertificateError    the provider's PKCS#12 can't be used: told when it is loaded, or the client is made
    ├── EndpointError       the address may not be called: told when the client is made
    └── AnswerError         bytes that are no answer of DIAN's; the client classes it, it goes no further

Messages are sentences without personal data, nor any part of what was read.
"""


class DianError(Exception):
    """A stable code for programs, a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CertificateError(DianError):
    """Codes: certificate_unreadable, certificate_incomplete, certificate_key, certificate_nit; of another provider:
    certificate_nit_differs.
    """


class EndpointError(DianError):
    """Codes: endpoint_format, endpoint_insecure."""


class AnswerError(DianError):
    """Codes: empty, html, not_xml, forbidden_xml, too_wide, too_deep, too_many_ranges, not_an_answer."""
