"""Whatever somebody wrote stays text in Markdown: on one line, cut, with nothing that steers."""

import re

from hypothesis import given
from hypothesis import strategies as st

from domain.markdown import LONGEST, code, plain

STEERING = st.text(st.sampled_from("\\`*_[]<>#|~&$@:/w. \n\t-1añ\u202e\x00\u2028"), max_size=80)
ANY = st.text(max_size=80) | STEERING


def shown(markdown: str) -> str:
    """What a reader sees once the escapes are taken away."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


@given(ANY)
def test_text_reads_as_it_was_written_but_for_blanks_and_what_cannot_be_seen(text: str) -> None:
    written = "".join(each if each.isprintable() else "�" for each in " ".join(text.split()))
    assert shown(plain(text)) == written
    assert code(text) == f"`{written.replace('`', '’') or '—'}`"


@given(ANY)
def test_nothing_that_steers_is_left_bare(text: str) -> None:
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", plain(text))
    assert not set("\\`*_[]<>#|~&$\n") & set(bare)
    assert not re.search(r"[^\\]:\S|www\.", plain(text))
    assert code(text).count("`") == 2


def test_what_is_long_is_cut() -> None:
    assert plain("á" * (LONGEST + 1)) == "á" * (LONGEST - 1) + "…"
    assert plain("á" * LONGEST) == "á" * LONGEST
    assert plain("á " * 10**6).endswith("…")
    assert len(plain("*" * 10**6, 20)) == 2 * 19 + 1
    assert code("") == "`—`"
