"""Mails as mail programs show them: the same words twice, nothing fetched, nothing that a name could smuggle in."""

import re
from html.parser import HTMLParser

import pytest

from activities.store.mail_page import html, text
from domain.mail_words import ARROW, Words, words
from tests.activities.store.mails import ABOUT, NOW, SAMPLES, said

ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "table", "tr", "td", "h1", "p", "ul", "ol", "li", "br"),
    *("span", "code"),
}
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Reads a page: its tags, balanced, and what a person reads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.read, self._open = (
            set[str](),
            list[tuple[str, str]](),
            list[str](),
            list[str](),
        )
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "body" in self._open and data.strip():
            self.read.append(data)


def sentences(says: Words) -> list[str]:
    """Everything that is said, the subject apart, without how it is set."""
    pairs = [part for pair in (*says.facts, *says.commands) for part in pair]
    ways = [part for way in says.ways for part in (way.told, *way.steps)]
    reasons = [says.found, *says.reasons] if says.reasons else []
    one = (says.greeting, *says.told, *reasons, *says.lines, says.todo, says.until, *says.also, says.signed)
    return [part for part in (*one, *pairs, *ways) if part]


@pytest.mark.parametrize("name", SAMPLES)
def test_text_and_page_say_the_same(name: str) -> None:
    says = said(name)
    page = Page(html(says))
    assert sorted(page.read) == sorted([says.subject, *sentences(says)])
    plain = text(says)
    assert all(part in plain for part in sentences(says))
    for way in says.ways:
        assert f"{way.told} {ARROW.join(way.steps)}".strip() in plain
    left = plain
    for part in sorted(sentences(says), key=len, reverse=True):
        left = left.replace(part, "", 1)
    assert re.fullmatch(r"[\s:→-]*", left)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_fetches_nothing_runs_nothing_and_is_read_aloud_in_spanish(name: str) -> None:
    page = Page(html(said(name)))
    assert page.tags <= ALLOWED
    names = {name for name, _ in page.attributes}
    assert not names & {"src", "href", "background", "action", "id"}
    assert not any(name.startswith("on") for name in names)
    assert "url(" not in html(said(name))
    assert ("lang", "es-CO") in page.attributes
    assert len(html(said(name)).encode()) < 20_000  # a large provider cuts mails off beyond 102 kB


def test_what_somebody_typed_stays_text() -> None:
    typed = "<img src=x onerror=alert(1)> & \"Cía\" 'S' $body {nit}"
    about = ABOUT.model_copy(update={"company": typed, "partner": typed})
    for name in ("turn", "overdue"):
        says = words(SAMPLES[name], about, NOW)
        page = Page(html(says))
        assert page.tags <= ALLOWED
        assert any(typed in part for part in page.read)
        assert typed in text(says)


@pytest.mark.parametrize("name", SAMPLES)
def test_blank_lines_part_the_text_and_no_line_is_blank_twice(name: str) -> None:
    plain = text(said(name))
    assert "\n\n\n" not in plain
    assert plain == plain.strip()
    assert all(line == line.strip() for line in plain.splitlines())
