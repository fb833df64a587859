"""Properties of reading and classing: whatever the bytes, an answer; nothing private in it."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.dian.answer import Fault, Listing, parse
from activities.dian.classify import classify, outcome, scrubbed
from activities.dian.errors import AnswerError
from domain.numbering import AnswerClass

GOOD_FILE = Path(__file__).parents[2] / "contract/dian/answers/100_one_range.xml"
SAMPLES = [each for each in sorted(GOOD_FILE.parent.glob("*.xml")) if each.stat().st_size]
GOOD = GOOD_FILE.read_bytes()
SOAP = "http://www.w3.org/2003/05/soap-envelope"

status = st.sampled_from([200, 201, 204, 301, 302, 400, 403, 404, 415, 429, 500, 502, 503, 504, 599])


def parsed_or_refused(body: bytes) -> Listing | Fault | None:
    with suppress(AnswerError):
        return parse(body)
    return None


@settings(deadline=None)
@given(body=st.binary(max_size=400))
def test_arbitrary_bytes_raise_nothing_else(body: bytes) -> None:
    assert parsed_or_refused(body) is None


@settings(deadline=None)
@given(sample=st.sampled_from(SAMPLES), data=st.data())
def test_nor_do_answers_with_bytes_changed(sample: Path, data: st.DataObject) -> None:
    body = bytearray(sample.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=6))
        if not body:
            return
    parsed_or_refused(bytes(body))


@settings(deadline=None)
@given(end=st.integers(0, len(GOOD.rstrip()) - 1))
def test_no_truncated_answer_is_read(end: int) -> None:
    assert parsed_or_refused(GOOD[:end]) is None


@settings(deadline=None)
@given(text=st.text(max_size=60), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp500"]))
def test_nor_does_text_in_any_encoding(text: str, encoding: str) -> None:
    written = f'<?xml version="1.0" encoding="{encoding}"?><s:Envelope xmlns:s="{SOAP}">{text}</s:Envelope>'
    assert parsed_or_refused(written.encode(encoding, "replace")) is None


@settings(deadline=None)
@given(status=status, body=st.one_of(st.binary(max_size=200), st.sampled_from(SAMPLES).map(Path.read_bytes)))
def test_everything_has_a_class_and_fits(status: int, body: bytes) -> None:
    answer = classify(status, body)
    assert answer.answer_class in AnswerClass
    assert answer.answer_class is not AnswerClass.REFUSED, "only the domain refuses"
    assert len(answer.description) <= 300
    assert len(answer.code) <= 40
    assert answer.code
    assert bool(answer.ranges) == (answer.answer_class is AnswerClass.DONE)
    assert status < 300 or answer.answer_class in (AnswerClass.OURS, AnswerClass.TRANSIENT)


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE s:Envelope [<!ENTITY e "x">]>',
        '<!DOCTYPE s:Envelope SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE s:Envelope PUBLIC "x" "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_refused_and_nothing_is_fetched(prologue: str, encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?>{prologue}<s:Envelope xmlns:s="{SOAP}"/>'
    with pytest.raises(AnswerError) as refused:
        parse(body.encode(encoding))
    assert refused.value.code == "forbidden_xml"


@pytest.mark.parametrize(
    ("depth", "code"), [(32, "not_an_answer"), (33, "too_deep"), (1_000, "not_xml"), (100_000, "too_wide")]
)
def test_depth_is_bounded(depth: int, code: str) -> None:
    with pytest.raises(AnswerError) as refused:
        parse(b"<a>" * depth + b"</a>" * depth)
    assert refused.value.code == code


def test_a_byte_order_mark_and_utf_16_are_read() -> None:
    good = parse(GOOD)
    assert parse(b"\xef\xbb\xbf" + GOOD) == good
    text = GOOD.decode().partition("?>")[2]
    assert parse(text.encode("utf-16")) == good


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (301, AnswerClass.TRANSIENT),
        (302, AnswerClass.TRANSIENT),
        (400, AnswerClass.OURS),
        (403, AnswerClass.OURS),
        (404, AnswerClass.OURS),
        (408, AnswerClass.TRANSIENT),
        (415, AnswerClass.OURS),
        (429, AnswerClass.TRANSIENT),
        (500, AnswerClass.TRANSIENT),
        (503, AnswerClass.TRANSIENT),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>", GOOD])
def test_http_statuses(status: int, expected: AnswerClass, body: bytes) -> None:
    answer = classify(status, body)
    assert (answer.answer_class, answer.code, answer.ranges) == (expected, f"http_{status}", ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  one\n\ttwo  ", "one two"),
        ("write to ana.maria+x@empresa.com.co, please", "write to […] please"),
        ("key fc8eac422eba16e22ffd8c6f94b3f40a6e38162c!", "key […]!"),
        ("NIT: 900999888 and software 56f2ae4e-9812-4fad-9255-08fcfcd5ccb0",) * 2,
        ("x " * 400, ("x " * 150)),
    ],
)
def test_descriptions_are_scrubbed(text: str, expected: str) -> None:
    assert scrubbed(text) == expected
    assert outcome(AnswerClass.TRANSIENT, "x", text).description == expected
