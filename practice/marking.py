"""Passages that somebody remarked on, marked where they stand in a text, each with the way to its remark.

Works on the text as `practice.comparing` writes it, changes marked or not: what is taken out, and what only a screen
reader says, is no part of the words. A passage that does not stand there any more is not marked, and never guessed.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

# What `comparing` puts beside the words, a tag, an entity, or one letter.
PIECE = re.compile(
    r' <small class="remark">.*?</small> |<del>.*?</del>|<span class="hidden">.*?</span>'
    r"|<[^>]*>|&#?\w{1,10};|.",
    re.DOTALL,
)
EDGE = re.compile(r"</?(?:p|h3|h4|blockquote|li|ul|ol)>")


@dataclass(frozen=True)
class Passage:
    """Words of one paragraph. `key` names the remark on them in addresses of the page, `number` to people."""

    key: int
    number: int
    paragraph: str
    words: str


@dataclass
class _Block:
    """The words of one block, and for each of their letters the piece that it came from."""

    text: str = ""
    places: list[int] = field(default_factory=list)

    def take(self, letters: str, place: int) -> None:
        """Add what stands there; several spaces are one."""
        for letter in letters:
            if not letter.isspace():
                self.text += letter
            elif self.text and self.text[-1] != " ":
                self.text += " "
            else:
                continue
            self.places.append(place)


def mark_passages(html: str, passages: Sequence[Passage]) -> SafeString:
    """The text with these passages in `<mark>`, and behind each a link to its remark.

    Words that stand more than once in their paragraph are marked each time, since nobody said which were meant.
    """
    html = conditional_escape(html)
    if not passages:
        return mark_safe(html)
    pieces = PIECE.findall(html)
    blocks = list(_blocks(pieces))
    marked: set[int] = set()
    begins: dict[int, list[Passage]] = defaultdict(list)
    ends: dict[int, list[tuple[Passage, bool]]] = defaultdict(list)
    for passage in passages:
        block = next((each for each in blocks if each.text.rstrip() == passage.paragraph), None)
        for time, (first, last) in enumerate(_stretches(block, passage.words) if block else ()):
            marked.update(range(first, last + 1))
            begins[first].append(passage)
            ends[last].append((passage, time == 0))
    return mark_safe("".join(_written(pieces, marked, begins, ends)))


def _blocks(pieces: Sequence[str]) -> Iterator[_Block]:
    block = _Block()
    for place, piece in enumerate(pieces):
        if EDGE.fullmatch(piece):
            yield block
            block = _Block()
        elif _is_words(piece):
            block.take(" " if piece == "<br>" else unescape(piece), place)
    yield block


def _is_words(piece: str) -> bool:
    return len(piece) == 1 or piece[0] == "&" or piece == "<br>"


def _stretches(block: _Block, words: str) -> list[tuple[int, int]]:
    """The first and the last piece of the words, wherever they stand in the block; as whole words where they do."""
    if not words:
        return []
    plain = re.escape(words)
    before = r"(?<!\w)" if words[0].isalnum() else ""
    after = r"(?!\w)" if words[-1].isalnum() else ""
    found = list(re.finditer(before + plain + after, block.text)) or list(re.finditer(plain, block.text))
    return [(block.places[each.start()], block.places[each.end() - 1]) for each in found]


def _written(
    pieces: Sequence[str],
    marked: set[int],
    begins: dict[int, list[Passage]],
    ends: dict[int, list[tuple[Passage, bool]]],
) -> Iterator[str]:
    """The pieces again. A mark holds letters alone, so that it never crosses a tag; no link stands inside another."""
    is_open, in_link = False, False
    waiting: list[str] = []
    for place, piece in enumerate(pieces):
        inside = place in marked and _is_words(piece) and piece != "<br>"
        if is_open and (not inside or place in begins):
            yield "</mark>"
            is_open = False
        for passage in begins.get(place, ()):
            yield format_html('<span class="hidden"> [remark {} on: </span>', passage.number)
        if inside and not is_open:
            yield "<mark>"
            is_open = True
        yield piece
        in_link = piece.startswith("<a ") or (in_link and piece != "</a>")
        waiting += [_link(*each) for each in ends.get(place, ())]
        if waiting and not in_link:
            if is_open:
                yield "</mark>"
                is_open = False
            yield from waiting
            waiting = []
    if is_open:
        yield "</mark>"


def _link(passage: Passage, is_first: bool) -> str:
    """The number behind a passage, which leads to its remark; the remark leads back to the first of them."""
    return format_html(
        '<span class="hidden">] </span><sup class="remark"><a href="#remark-{0}"{1}>'
        '<span class="hidden">Remark </span>{2}</a></sup>',
        passage.key,
        format_html(' id="passage-{}"', passage.key) if is_first else "",
        passage.number,
    )
