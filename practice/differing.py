"""Two texts side by side, each with the words marked that the other has not: for a person who must choose.

`practice.comparing` shows one text with what became of it; here both are whole, and neither is the older one.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from practice.aligning import Effort, align
from practice.blocks import Block, Word, blocks_of, words_of
from practice.comparing import block_pairs, in_lists, written

Both = tuple[SafeString, SafeString]


def html_side_by_side(one: str, other: str) -> Both:
    """Two pieces of stored HTML."""
    effort = Effort()
    left, right = blocks_of(one), blocks_of(other)
    parts: tuple[list[tuple[Block, SafeString]], list[tuple[Block, SafeString]]] = ([], [])
    for i, j in block_pairs(left, right, effort):
        words = _words(left[i].words if i is not None else (), right[j].words if j is not None else (), effort)
        for side, blocks, place, marked in zip(parts, (left, right), (i, j), words, strict=True):
            if place is not None:
                side.append((blocks[place], marked))
    return in_lists(parts[0]), in_lists(parts[1])


def texts_side_by_side(one: str, other: str) -> Both:
    """Two texts without formatting."""
    return _words(words_of(one), words_of(other), Effort())


def lists_side_by_side(one: Sequence[str], other: Sequence[str], between: str = ", ") -> Both:
    """Two rows of short things, thing by thing."""
    mine, theirs = (
        format_html_join(mark_safe(between), "{}", ((_marked(conditional_escape(x), x not in there),) for x in here))
        for here, there in ((one, other), (other, one))
    )
    return mine, theirs


def _words(one: Sequence[Word], other: Sequence[Word], effort: Effort) -> Both:
    pairs = list(align([word.key for word in one], [word.key for word in other], effort))
    same = {(i, j) for i, j in pairs if i is not None and j is not None and one[i] == other[j]}
    return _side(one, {i for i, _ in same}), _side(other, {j for _, j in same})


def _side(words: Sequence[Word], shared: set[int]) -> SafeString:
    html: list[str] = []
    for is_shared, run in groupby(enumerate(words), key=lambda place: place[0] in shared):
        here = [word for _, word in run]
        space = here[0].space.replace("\n", "<br>")
        html.append(space + _marked(written([replace(here[0], space=""), *here[1:]]), not is_shared))
    return mark_safe("".join(html))


def _marked(html: str, is_marked: bool) -> SafeString:
    if not is_marked:
        return mark_safe(html)
    return format_html(
        '<mark><span class="hidden"> [only here: </span>{}<span class="hidden">] </span></mark>', mark_safe(html)
    )
