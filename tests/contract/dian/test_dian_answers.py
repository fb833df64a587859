"""What each kind of answer becomes. A new one met in the field is a file in `answers/` or an exchange; and a line here.

Everything goes through the real client over a real connection.
"""

import asyncio
import gzip
import re
import zlib
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import pytest

from activities.dian.certificate import Credentials
from activities.dian.classify import classify
from activities.dian.client import MAX_ANSWER, DianClient
from domain.numbering import Answer, AnswerClass, Range

from . import exchanges
from .conftest import COMPANY, PROVIDER, SOFTWARE, Tls
from .exchanges import ANSWERS, GOOD, MEGABYTE, Exchange, chunked, encoded, endless, head, large, page, says, whole

DONE, PENDING, OURS, TRANSIENT = (
    AnswerClass.DONE,
    AnswerClass.PENDING,
    AnswerClass.OURS,
    AnswerClass.TRANSIENT,
)
SOON, PATIENCE = 0.5, 10.0
SLACK = 5.0


class Row(NamedTuple):
    """How it is sent, and what it must become."""

    sent: int | Exchange
    """A file's HTTP status; or what the server does."""
    becomes: AnswerClass
    code: str
    prefixes: tuple[str, ...] = ()
    unknown: bool = False
    seconds: float = PATIENCE
    tls: str = ""


DSA = ("DSA",)
FAULT = 500
TABLE = {
    # 100, with ranges of every form
    "100_one_range.xml": Row(200, DONE, "100", DSA),
    "100_one_range.xml as text/html": Row(exchanges.file("100_one_range.xml", kind="text/html"), DONE, "100", DSA),
    "100_one_range.xml of no type": Row(exchanges.file("100_one_range.xml", kind=""), DONE, "100", DSA),
    "100_one_range.xml said to be UTF-16": Row(
        exchanges.file("100_one_range.xml", kind="application/soap+xml; charset=utf-16"), DONE, "100", DSA
    ),
    "100_one_line.xml": Row(200, DONE, "100", DSA),
    "100_other_prefixes.xml": Row(200, DONE, "100", DSA),
    "100_letters_swapped.xml": Row(200, DONE, "100", DSA),
    "100_comments_and_cdata.xml": Row(200, DONE, "100", DSA),
    "100_several_ranges.xml": Row(200, DONE, "100", ("DSA", "DSB", "DSC")),
    "100_renewed_same_prefix.xml": Row(200, DONE, "100", ("DSA", "DSA")),
    "100_listed_twice.xml": Row(200, DONE, "100", ("DSA", "DSA")),
    "100_invoice_and_support.xml": Row(200, DONE, "100", ("FE", "DSA")),
    "100_only_invoices.xml": Row(200, DONE, "100", ("FE", "FEB")),
    "100_sample_only.xml": Row(200, DONE, "100", ("SEDS",)),
    "100_prefix_ends_in_digit.xml": Row(200, DONE, "100", ("DS1",)),
    # 100, with elements that are nil, missing or unreadable
    "100_no_prefix_dates_with_time.xml": Row(200, DONE, "100", ("",)),
    "100_prefix_missing.xml": Row(200, DONE, "100", ("",)),
    "100_technical_key_missing.xml": Row(200, DONE, "100", DSA),
    "100_technical_key_empty.xml": Row(200, DONE, "100", DSA),
    "100_dates_mixed.xml": Row(200, DONE, "100", DSA),
    "100_dates_missing.xml": Row(200, DONE, "100", ("DSB",)),
    "100_dates_nil.xml": Row(200, PENDING, "100"),
    "100_dates_of_another_form.xml": Row(200, PENDING, "100"),
    "100_a_row_unreadable.xml": Row(200, DONE, "100", ("DSB",)),
    "100_numbers_absurd.xml": Row(200, DONE, "100", ("DSB",)),
    "100_list_nil.xml": Row(200, PENDING, "100"),
    "100_list_missing.xml": Row(200, PENDING, "100"),
    "100_list_empty.xml": Row(200, PENDING, "100"),
    # letters
    "100_utf16.xml": Row(200, DONE, "100", DSA),
    "100_utf16_big_endian.xml": Row(200, DONE, "100", DSA),
    "100_byte_order_mark.xml": Row(200, DONE, "100", DSA),
    "100_latin1.xml": Row(200, DONE, "100", DSA),
    "301_utf8_said_latin1.xml": Row(200, PENDING, "301"),
    "301_latin1_said_utf8.xml": Row(200, TRANSIENT, "not_xml"),
    "301_utf8_said_utf16.xml": Row(200, TRANSIENT, "not_xml"),
    "301_encoding_unheard_of.xml": Row(200, TRANSIENT, "not_xml"),
    "301_encoding_utf7.xml": Row(200, TRANSIENT, "not_xml"),
    # every other code
    "301.xml": Row(200, PENDING, "301"),
    "301_list_missing.xml": Row(200, PENDING, "301"),
    "301_with_blanks.xml": Row(200, PENDING, "301"),
    "301_with_a_range.xml": Row(200, PENDING, "301"),
    "302.xml": Row(200, PENDING, "302"),
    "302_description_missing.xml": Row(200, PENDING, "302"),
    "302_description_nil.xml": Row(200, PENDING, "302"),
    "303.xml": Row(200, OURS, "303"),
    "89.xml": Row(200, OURS, "89"),
    "401_company.xml": Row(200, PENDING, "401"),
    "401_company_shouted.xml": Row(200, PENDING, "401"),
    "401_certificate.xml": Row(200, OURS, "401"),
    "401_other_words.xml": Row(200, PENDING, "401", unknown=True),
    "401_without_words.xml": Row(200, PENDING, "401", unknown=True),
    "500.xml": Row(200, TRANSIENT, "500"),
    "500.xml with 500": Row(exchanges.file("500.xml", 500), TRANSIENT, "http_500"),
    "999_unknown.xml": Row(200, PENDING, "999", unknown=True),
    "code_absurd.xml": Row(200, PENDING, "[…]", unknown=True),
    "code_missing.xml": Row(200, TRANSIENT, "not_an_answer"),
    "no_code.xml": Row(200, TRANSIENT, "not_an_answer"),
    "description_long.xml": Row(200, PENDING, "302"),
    "description_with_secrets.xml": Row(200, PENDING, "302"),
    # faults
    "fault_internal.xml": Row(FAULT, TRANSIENT, "InternalServiceFault"),
    "fault_internal.xml with 200": Row(exchanges.file("fault_internal.xml"), TRANSIENT, "InternalServiceFault"),
    "fault_without_subcode.xml": Row(FAULT, TRANSIENT, "fault"),
    "fault_without_reason.xml": Row(FAULT, TRANSIENT, "InternalServiceFault"),
    "fault_empty.xml": Row(FAULT, TRANSIENT, "fault"),
    "fault_nested_subcodes.xml": Row(FAULT, TRANSIENT, "QuotaExceeded"),
    "fault_action_not_supported.xml": Row(FAULT, TRANSIENT, "ActionNotSupported"),
    "fault_soap_1_1.xml": Row(FAULT, TRANSIENT, "InternalServiceFault"),
    "fault_invalid_security.xml": Row(FAULT, OURS, "InvalidSecurity"),
    "fault_invalid_security_other_namespace.xml": Row(FAULT, OURS, "InvalidSecurity"),
    "fault_nested_security.xml": Row(FAULT, OURS, "InvalidSecurity"),
    "fault_failed_authentication.xml": Row(FAULT, OURS, "FailedAuthentication"),
    "fault_soap_1_1_security.xml": Row(FAULT, OURS, "InvalidSecurity"),
    # pages and other things that are no SOAP
    "maintenance.html": Row(200, TRANSIENT, "html"),
    "maintenance.html with 503": Row(page(503), TRANSIENT, "http_503"),
    "maintenance_in_capitals.html": Row(200, TRANSIENT, "html"),
    "maintenance.xhtml": Row(200, TRANSIENT, "html"),
    "gateway.html": Row(502, TRANSIENT, "http_502"),
    "maintenance.txt": Row(503, TRANSIENT, "http_503"),
    "maintenance.txt with 200": Row(exchanges.file("maintenance.txt"), TRANSIENT, "not_xml"),
    "maintenance.json": Row(200, TRANSIENT, "not_xml"),
    "empty.xml": Row(200, TRANSIENT, "empty"),
    "whitespace.xml": Row(200, TRANSIENT, "empty"),
    "noise.bin": Row(200, TRANSIENT, "not_xml"),
    "nul_bytes.xml": Row(200, TRANSIENT, "not_xml"),
    # SOAP, but not what was asked for
    "body_empty.xml": Row(200, TRANSIENT, "not_an_answer"),
    "body_missing.xml": Row(200, TRANSIENT, "not_an_answer"),
    "other_root.xml": Row(200, TRANSIENT, "not_an_answer"),
    "other_namespace.xml": Row(200, TRANSIENT, "not_an_answer"),
    "other_operation.xml": Row(200, TRANSIENT, "not_an_answer"),
    "result_missing.xml": Row(200, TRANSIENT, "not_an_answer"),
    "soap_1_1.xml": Row(200, TRANSIENT, "not_an_answer"),
    # broken off, or with something behind
    "truncated.xml": Row(200, TRANSIENT, "not_xml"),
    "truncated_in_the_declaration.xml": Row(200, TRANSIENT, "not_xml"),
    "truncated_in_the_header.xml": Row(200, TRANSIENT, "not_xml"),
    "truncated_in_a_tag.xml": Row(200, TRANSIENT, "not_xml"),
    "truncated_in_a_letter.xml": Row(200, TRANSIENT, "not_xml"),
    "truncated_in_a_range.xml": Row(200, TRANSIENT, "not_xml"),
    "truncated_between_ranges.xml": Row(200, TRANSIENT, "not_xml"),
    "truncated_at_the_end.xml": Row(200, TRANSIENT, "not_xml"),
    "junk_after_the_end.xml": Row(200, TRANSIENT, "not_xml"),
    "twice.xml": Row(200, TRANSIENT, "not_xml"),
    # entities
    "entity.xml": Row(200, TRANSIENT, "forbidden_xml"),
    "bomb_internal.xml": Row(200, TRANSIENT, "forbidden_xml"),
    "bomb_attribute.xml": Row(200, TRANSIENT, "forbidden_xml"),
    "bomb_external.xml": Row(200, TRANSIENT, "forbidden_xml"),
    "bomb_parameter.xml": Row(200, TRANSIENT, "forbidden_xml"),
    "bomb_dtd_alone.xml": Row(200, TRANSIENT, "forbidden_xml"),
    "bomb_utf16.xml": Row(200, TRANSIENT, "forbidden_xml"),
    # size and shape
    "ten megabytes": Row(large(lambda: whole(exchanges.padded(MAX_ANSWER))), DONE, "100", DSA),
    "a byte more": Row(large(lambda: whole(exchanges.padded(MAX_ANSWER + 1))), TRANSIENT, "too_large"),
    "a body without end": Row(
        endless(head(200, "Transfer-Encoding: chunked"), b"%x\r\n%b\r\n" % (MEGABYTE, b" " * MEGABYTE)),
        TRANSIENT,
        "too_large",
    ),
    "a million elements": Row(large(lambda: whole(b"<r>" + b"<a/>" * MEGABYTE + b"</r>")), TRANSIENT, "too_wide"),
    "deep": Row(says(whole(exchanges.deep(33))), TRANSIENT, "too_deep"),
    "very deep": Row(says(whole(exchanges.deep(1_000))), TRANSIENT, "not_xml"),
    # compression
    "gzip": Row(encoded("gzip", gzip.compress(GOOD)), DONE, "100", DSA),
    "deflate": Row(encoded("deflate", zlib.compress(GOOD)), DONE, "100", DSA),
    "raw deflate": Row(encoded("deflate", zlib.compress(GOOD, wbits=-15)), DONE, "100", DSA),
    "gzip in two members": Row(
        encoded("gzip", gzip.compress(GOOD[:300]) + gzip.compress(GOOD[300:])), DONE, "100", DSA
    ),
    "gzip broken off": Row(encoded("gzip", gzip.compress(GOOD)[:200]), TRANSIENT, "not_xml"),
    "plain that is said to be gzip": Row(encoded("gzip", GOOD), TRANSIENT, "connection"),
    "gzip that isn't said": Row(says(whole(gzip.compress(GOOD))), TRANSIENT, "not_xml"),
    "brotli, which we never offer": Row(encoded("br", GOOD), TRANSIENT, "connection"),
    "zstandard, which we never offer": Row(encoded("zstd", GOOD), TRANSIENT, "connection"),
    "a gzip bomb": Row(exchanges.bomb("gzip", 1_000), TRANSIENT, "too_large"),
    "a deflate bomb": Row(exchanges.bomb("deflate", 1_000), TRANSIENT, "too_large"),
    "gzip of very many members": Row(encoded("gzip", exchanges.members(20_000)), TRANSIENT, "connection"),
    # HTTP
    "chunked": Row(chunked(GOOD[:700], GOOD[700:]), DONE, "100", DSA),
    "HTTP 1.0": Row(says(b"HTTP/1.0 200 OK\r\n\r\n" + GOOD), DONE, "100", DSA),
    "100 Continue first": Row(says(head("100 Continue") + whole(GOOD)), DONE, "100", DSA),
    "100 Continue for ever": Row(endless(b"", head("100 Continue") * 100), TRANSIENT, "timeout", seconds=SOON),
    "chunks that lie": Row(chunked(end=b"ZZ\r\n"), TRANSIENT, "connection"),
    "no last chunk": Row(chunked(GOOD, end=b""), TRANSIENT, "connection"),
    "shorter than it says": Row(says(head(200, "Content-Length: 100") + b"short"), TRANSIENT, "connection"),
    "no HTTP": Row(says(b"junk\r\n\r\n"), TRANSIENT, "connection"),
    "a status of words": Row(says(b"HTTP/1.1 abc OK\r\n\r\n"), TRANSIENT, "connection"),
    "a huge header": Row(says(head(200, "X: " + "x" * MEGABYTE)), TRANSIENT, "connection"),
    "headers without end": Row(
        endless(b"HTTP/1.1 200 OK\r\n", b"X: " + b"x" * 4_000 + b"\r\n"), TRANSIENT, "connection"
    ),
    "a header in no known letters": Row(says(head(200).replace(b"x", b"\xff\xfe") + GOOD), DONE, "100", DSA),
    **{f"HTTP {status}": Row(page(status), OURS, f"http_{status}") for status in (400, 401, 403, 404, 405, 413, 415)},
    **{f"HTTP {status}": Row(page(status), TRANSIENT, f"http_{status}") for status in (408, 425, 429)},
    **{f"HTTP {status}": Row(page(status), TRANSIENT, f"http_{status}") for status in (500, 501, 502, 503, 504, 599)},
    **{
        f"HTTP {status}": Row(exchanges.redirect(status), TRANSIENT, f"http_{status}")
        for status in (301, 302, 303, 307, 308)
    },
    "HTTP 404 with a good body": Row(exchanges.file("100_one_range.xml", 404), OURS, "http_404"),
    "HTTP 500 with a good body": Row(exchanges.file("100_one_range.xml", 500), TRANSIENT, "http_500"),
    "HTTP 204": Row(says(head(204)), TRANSIENT, "empty"),
    # the line
    "nothing": Row(says(b""), TRANSIENT, "connection"),
    "silence": Row(exchanges.silent, TRANSIENT, "timeout", seconds=SOON),
    "a slow drip": Row(exchanges.dripping(whole(GOOD)), TRANSIENT, "timeout", seconds=SOON),
    "a slow drip of headers": Row(exchanges.dripping(head(200, "X: y" * 90)), TRANSIENT, "timeout", seconds=SOON),
    "reset at once": Row(exchanges.reset(b""), TRANSIENT, "connection"),
    "reset in the headers": Row(exchanges.reset(b"HTTP/1.1 200 OK\r\nConte"), TRANSIENT, "connection"),
    "reset in the body": Row(exchanges.reset(whole(GOOD)[:700]), TRANSIENT, "connection"),
    # TLS
    "https": Row(says(whole(GOOD)), DONE, "100", DSA, tls="trusted"),
    "https, reset in the body": Row(exchanges.reset(whole(GOOD)[:700]), TRANSIENT, "connection", tls="trusted"),
    "https with whom we don't trust": Row(says(whole(GOOD)), OURS, "tls", tls="untrusted"),
    "https out of date": Row(says(whole(GOOD)), OURS, "tls", tls="expired"),
    "https of another host": Row(says(whole(GOOD)), OURS, "tls", tls="other_host"),
    "https of old": Row(says(whole(GOOD)), TRANSIENT, "connection", tls="old"),
    "https that isn't": Row(says(whole(GOOD)), TRANSIENT, "connection", tls="not_spoken"),
}


def exchange_of(name: str) -> Exchange:
    sent = TABLE[name].sent
    return exchanges.file(name, sent) if isinstance(sent, int) else sent


@pytest.mark.parametrize("name", TABLE)
async def test_what_it_becomes(
    name: str, credentials: Credentials, tls: Callable[[str], Tls], caplog: pytest.LogCaptureFixture
) -> None:
    row = TABLE[name]
    spoken = tls(row.tls or "trusted")
    server = None if row.tls in ("", "not_spoken") else spoken.server
    listens = row.tls != "not_spoken"
    async with exchanges.serving(exchange_of(name), server, listens=listens) as port:
        client = DianClient(
            credentials,
            f"{'https' if row.tls else 'http'}://{'localhost' if row.tls else exchanges.HOST}:{port}/",
            PROVIDER,
            SOFTWARE,
            environment="habilitacion",
            seconds=row.seconds,
            tls=spoken.client,
        )
        async with asyncio.timeout(row.seconds + SLACK), client:
            answer = await client.numbering_ranges(COMPANY)
    assert (answer.answer_class, answer.code, answer.unknown) == (row.becomes, row.code, row.unknown)
    assert tuple(each.prefix for each in answer.ranges) == row.prefixes
    assert fit_to_be_kept(answer)
    assert not [each for each in caplog.records if each.exc_info]


def fit_to_be_kept(answer: Answer) -> bool:
    words = answer.description
    private = "\n" in words or "@" in words or re.search(r"[0-9a-f]{32}", words)
    return not private and len(words) <= 300 and 0 < len(answer.code) <= 40


def test_every_file_is_in_the_table() -> None:
    assert {each.name for each in ANSWERS.iterdir()} == {
        name for name, row in TABLE.items() if isinstance(row.sent, int)
    }


def test_a_range_is_read_whole() -> None:
    first, second = classify(200, (ANSWERS / "100_invoice_and_support.xml").read_bytes()).ranges
    assert second == Range.model_validate(
        {
            "resolution": "18764012345678",
            "prefix": "DSA",
            "from": 1,
            "to": 5_000_000,
            "valid_from": date(2026, 11, 20),
            "valid_to": date(2027, 11, 20),
        }
    )
    assert (first.has_technical_key, second.has_technical_key) == (True, False)


def test_a_renewed_range_is_told_apart_by_its_resolution() -> None:
    before, after = classify(200, (ANSWERS / "100_renewed_same_prefix.xml").read_bytes()).ranges
    assert before.prefix == after.prefix
    assert not before.same_as(after)
    assert (after.from_number, after.valid_to) == (5_000_001, date(2027, 11, 20))


def test_dates_may_carry_midnight() -> None:
    (found,) = classify(200, (ANSWERS / "100_no_prefix_dates_with_time.xml").read_bytes()).ranges
    assert (found.valid_from, found.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))


def test_no_technical_key_goes_further() -> None:
    body = (ANSWERS / "100_invoice_and_support.xml").read_bytes()
    assert b"693ff6f2a553c3646a063436fd4dd9ded0311471" in body
    assert "693ff6f2" not in classify(200, body).model_dump_json()
