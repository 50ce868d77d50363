"""Stored HTML as a row of blocks (paragraphs, headings, list items), each a row of words with their formatting.

Reads what `hub.richtext.clean_html` writes, and anything else without complaint: text is never lost, tags that a story
does not use are passed over.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

# A word keeps its inner apostrophes, hyphens, points and commas: don't, follow-up, 1,150.50.
WORD = re.compile(r"\w+(?:['’.,-]\w+)*|[^\w\s]")
KINDS = {"p": "p", "h2": "h3", "h3": "h3", "h4": "h4", "blockquote": "blockquote", "li": "li"}
BOLD, ITALIC = {"b", "strong"}, {"i", "em"}


@dataclass(frozen=True)
class Word:
    """One word or sign, what stands before it, and how it is written."""

    text: str
    space: str = ""
    bold: bool = False
    italic: bool = False
    href: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes two words the same word, however they are written."""
        return self.space, self.text


@dataclass(frozen=True)
class Block:
    """One paragraph, heading or list item."""

    kind: str
    words: tuple[Word, ...]
    depth: int = 0
    ordered: bool = False

    @property
    def text(self) -> str:
        """Its words, without formatting."""
        return "".join(word.space + word.text for word in self.words)


@dataclass
class _Reader(HTMLParser):
    """Collects blocks while it walks through the tags."""

    blocks: list[Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[Word] = []
        self.space = ""
        self.kind, self.lists = "p", list[str]()
        self.bold = self.italic = 0
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a list or a way of writing."""
        if tag == "br":
            self.space = "\n"
        elif tag in ("ul", "ol"):
            self.end_block()
            self.lists.append(tag)
        elif tag in KINDS:
            self.end_block()
            self.kind = KINDS[tag]
        elif tag == "a":
            self.hrefs.append(dict(attrs).get("href") or "")
        else:
            self.bold += tag in BOLD
            self.italic += tag in ITALIC

    def handle_endtag(self, tag: str) -> None:
        """End what began."""
        if tag in KINDS or tag in ("ul", "ol"):
            self.end_block()
            if tag in ("ul", "ol") and self.lists:
                self.lists.pop()
            self.kind = "li" if self.lists else "p"
        elif tag == "a" and self.hrefs:
            self.hrefs.pop()
        else:
            self.bold = max(0, self.bold - (tag in BOLD))
            self.italic = max(0, self.italic - (tag in ITALIC))

    def handle_data(self, data: str) -> None:
        """Take the words, each with the space before it."""
        end = 0
        for match in WORD.finditer(data):
            if match.start() > end:
                self.space = self.space or " "
            end = match.end()
            href = self.hrefs[-1] if self.hrefs else ""
            space = self.space if self.words else ""
            self.words.append(Word(match[0], space, bool(self.bold), bool(self.italic), href))
            self.space = ""
        if end < len(data):
            self.space = self.space or " "

    def end_block(self) -> None:
        """Keep the block that was being read, unless there is nothing in it."""
        if self.words:
            in_list = self.kind == "li"
            depth = max(1, len(self.lists)) if in_list else 0
            ordered = in_list and self.lists[-1:] == ["ol"]
            self.blocks.append(Block(self.kind, tuple(self.words), depth, ordered))
        self.words, self.space = [], ""


def blocks_of(html: str) -> list[Block]:
    """The blocks of a piece of stored HTML, in order, without empty ones."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return reader.blocks


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text without formatting."""
    words: list[Word] = []
    end = 0
    for match in WORD.finditer(text):
        words.append(Word(match[0], " " if words and match.start() > end else ""))
        end = match.end()
    return tuple(words)
