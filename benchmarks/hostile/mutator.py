"""Hostile files without end, each kind in turn: a pure function of a seed and a number."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from activities.letter.verdict import Expected
from benchmarks.hostile import absurd, active, bombs, crowded, cycles, lies, noise, pictures
from benchmarks.hostile.bases import ISSUED, OTHER, OWN, bases

Mutation = Callable[[Random, bytes], bytes]
"""A base changed, by dice."""

HARMFUL: Final[dict[str, Mutation]] = {
    "JavaScript": active.javascript,
    "Launch": active.launch,
    "SubmitForm": active.submit_form,
    "OpenAction": active.on_opening,
    "AA": active.additional_actions,
    "EmbeddedFile": active.embedded_file,
    "XFA": active.form,
    "RichMedia": active.rich_media,
    "said twice": active.said_twice,
    "encrypted": active.encrypted,
    "over size": absurd.over_size,
}
"""What must not be accepted even where it is the very letter that is waited for, truly signed."""


def _either(*mutations: Mutation) -> Mutation:
    return lambda rng, pdf: rng.choice(mutations)(rng, pdf)


KINDS: Final[dict[str, Mutation]] = {
    "few bits": noise.few_bits,
    "many bits": noise.many_bits,
    "cut": _either(noise.cut_short, noise.without_middle),
    "moved": _either(noise.swapped, noise.doubled),
    "patched": _either(noise.blanked, noise.spliced),
    "inside streams": noise.inside_streams,
    "other words": _either(noise.renumbered, noise.renamed),
    "xref": _either(lies.offsets, lies.start),
    "Length": _either(lies.lengths, cycles.length),
    "Size": _either(lies.size, lies.count),
    "without ends": lies.without_ends,
    "generations": lies.generations,
    "without trailer": lies.without_trailer,
    "types": lies.types,
    "object stream": _either(lies.object_stream, cycles.object_stream),
    "xref stream": lies.cross_reference_stream,
    "inflating page": bombs.inflating_page,
    "inflating structure": _either(bombs.inflating_objects, bombs.inflating_table),
    "filters": _either(bombs.nested_filters, bombs.predictor),
    "LZW": _either(bombs.lzw_page, bombs.run_length_page),
    "painting for ever": bombs.painting_for_ever,
    "shading": bombs.shading,
    "picture": pictures.samples,
    "JBIG2": pictures.jbig2,
    "JPX": pictures.jpx,
    "CCITT": pictures.ccitt,
    "DCT": pictures.dct,
    "inline picture": pictures.inline,
    "crowded": _either(crowded.codes, crowded.restless),
    "page tree cycle": _either(cycles.page_tree, cycles.parents),
    "drawing cycle": cycles.drawing,
    "reference cycle": cycles.references,
    "revision cycle": cycles.revisions,
    "outline cycle": cycles.outline,
    "MediaBox": _either(absurd.media_box, absurd.rotation),
    "many pages": absurd.many_pages,
    "nesting": _either(absurd.nesting, absurd.long_words),
    "many objects": _either(absurd.many_objects, absurd.floods),
    "polyglot": absurd.polyglot,
    **HARMFUL,
}
"""At most fifty, so that a short run has all."""


@dataclass(frozen=True)
class Mutant:
    """One hostile file."""

    number: int
    kind: str
    base: str
    pdf: bytes = field(repr=False)
    expected: Expected
    """The letter it is to be judged against: its own if it is harmful, else one that no base is of.

    A bit flipped in a comment leaves a true scan, rightly accepted as what it is; it must pass for nothing else.
    """


def mutants(seed: int, count: int) -> Iterator[Mutant]:
    """The same seed gives the same bytes, and a longer run begins with a shorter one's files."""
    return (mutant(seed, number) for number in range(count))


def mutant(seed: int, number: int) -> Mutant:
    """One of them, whatever came before it."""
    rng, files, kinds = Random(f"{seed}/{number}"), bases(), list(KINDS)
    kind = kinds[number % len(kinds)]
    base = rng.choice([name for name in files if kind not in HARMFUL or name != ISSUED])
    return Mutant(number, kind, base, KINDS[kind](rng, files[base]), OWN if kind in HARMFUL else OTHER)
