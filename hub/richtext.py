"""What a person typed, pasted or imported -> HTML that is safe to show, in one canonical form; and -> plain text.

nh3 decides what is let through. What it let through is then built anew, block by block, into the form that survives
Wagtail's editor unchanged: `<b>` and `<i>`, links outside bold, `<br/>` self-closed, list items without paragraphs,
quotes with text only, nested lists of the kind of their root, no empty blocks. Plain addresses become links only when
a text is shown (`told`), so that what is stored stays what was written.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from itertools import groupby
from typing import Any, NamedTuple

import nh3
from bleach.linkifier import Linker
from django.conf import settings
from markdown_it import MarkdownIt
from wagtail.rich_text import expand_db_html

from hub.refusal import Refused

# The longest text that was published elsewhere and is imported here has 65,000 characters.
MOST_CHARACTERS = 100_000
# Sanitisers take quadratic time on nested tags. Honest text, even out of Word, stays far below this.
MOST_NESTED = 60
DEEPEST_LIST = 3

_SCHEMES = {"http", "https", "mailto"}
_HREF = re.compile(r"(?:https?://|mailto:)[^\s\"'<>\\`]+\Z", re.IGNORECASE)
_KEPT = {"p", "h3", "h4", "b", "i", "ol", "ul", "li", "a", "blockquote", "br"}
_ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}}
_HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_BOUNDARIES = {
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "nav",
    "figure",
    "figcaption",
    "address",
    "dl",
    "dt",
    "dd",
    "pre",
    "table",
    "caption",
    "tr",
    "form",
    "fieldset",
    "details",
    "summary",
    "center",
}
_READ = _KEPT | set(_HEADINGS) | _BOUNDARIES | {"strong", "em", "td", "th", "img", "hr"}
_DROPPED_WHOLE = {"script", "style", "title", "template", "iframe", "object", "noscript", "svg", "math", "select"}

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!")
_UNSAFE_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_SPACES = re.compile(r"\s+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
# These close themselves, so that forgetting to close them nests nothing.
_NEST_NOTHING = {"p", "li", "br", "img", "hr", "input", "meta", "link", "wbr", "col"}


class TooLong(Refused):
    """A text has more characters than one part of a story can hold."""

    def __init__(self) -> None:
        super().__init__(f"This is longer than {MOST_CHARACTERS:,} characters. Shorten it, or attach it as a file.")


def clean_html(text: str) -> str:
    """The canonical, safe form of what a person wrote. Cleaning it again changes nothing. Raises TooLong."""
    text = _UNSAFE_CHARACTERS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > MOST_CHARACTERS:
        raise TooLong
    if _depth(text) > MOST_NESTED:
        text = _paragraphs(html.unescape(re.sub(r"<[^<>]*>", " ", text)))
    elif not _MARKUP.search(text):
        text = _paragraphs(text)
    clean = _canonical(text)
    if len(clean) > MOST_CHARACTERS:
        raise TooLong
    return clean


def from_markdown(text: str) -> str:
    """Markdown, with whatever HTML stands in it, in the form of `clean_html`. Raises TooLong."""
    if len(text) > MOST_CHARACTERS:
        raise TooLong
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3" if token.tag in {"h1", "h2"} else "h4"
    return clean_html(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def plain_text(text: str) -> str:
    """The words alone, a line for each block: for search, summaries and mail."""
    lined = re.sub(r"(?i)<br\s*/?>|</?(?:p|h[1-6]|li|ul|ol|blockquote|div|tr)\b[^<>]*>", "\n", text)
    words = html.unescape(nh3.clean(lined, tags=set(), clean_content_tags=_DROPPED_WHOLE))
    return "\n".join(line for line in (_SPACES.sub(" ", line).strip() for line in words.split("\n")) if line)


@lru_cache(maxsize=512)
def told(text: str) -> str:
    """Stored HTML as it is shown: checked once more, plain addresses made links, all links marked as a person's."""
    if "linktype=" in text:
        text = expand_db_html(text)
    shown = nh3.clean(text, tags=_KEPT, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="nofollow ugc")
    return _LINKER.linkify(shown) if _PLAIN_ADDRESS.search(shown) else shown


def with_addresses(text: str) -> str:
    """What Wagtail's own editor stored, with its links to pages of this site as whole addresses, which `clean_html`
    keeps. Only for what an editor of the site wrote: the address of a page tells its title."""
    if "linktype=" not in text:
        return text
    return re.sub(r'(<a\b[^>]* href=")(?=/(?!/))', rf"\1{settings.SITE_URL}", expand_db_html(text))


def editable(text: str) -> str:
    """Stored HTML as the form on the website shows it: links made in the admin as full addresses, a line a block."""
    text = clean_html(with_addresses(text)) if "linktype=" in text else text
    return re.sub(r"(</(?:p|h3|h4|blockquote|ul|ol)>)(?=.)", r"\1\n", text)


def _depth(text: str) -> int:
    """How many tags are open at once at most, counted without a parser. May say too many, hardly ever too few."""
    opened: dict[str, int] = {}
    depth = deepest = 0
    for closing, name in _TAG.findall(text):
        name = name.lower()
        if name in _NEST_NOTHING:
            continue
        if not closing:
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
        elif opened.get(name):
            opened[name] -= 1
            depth -= 1
    return deepest


def _paragraphs(text: str) -> str:
    """Plain text as HTML: a blank line parts paragraphs, a new line breaks one."""
    blocks = _BLANK_LINE.split(text.strip())
    return "".join(f"<p>{html.escape(block.strip(), quote=False).replace(chr(10), '<br>')}</p>" for block in blocks)


def _canonical(text: str) -> str:
    """Let nh3 decide, build what is left anew, and let nh3 look at the result."""
    read = nh3.clean(
        text,
        tags=_READ,
        clean_content_tags=_DROPPED_WHOLE,
        attributes={**_ATTRIBUTES, "img": {"alt"}},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    builder = _Builder()
    builder.feed(_UNSAFE_CHARACTERS.sub("", read))  # once more: now those that were written as numbers are there
    builder.close()
    built = "".join(_serialise(builder.blocks))
    safe = nh3.clean(built, tags=_KEPT, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
    return safe.replace("<br>", "<br/>")


class _Marks(NamedTuple):
    """How a run of text looks."""

    href: str = ""
    bold: bool = False
    italic: bool = False

    def shared_with(self, other: "_Marks", between: str) -> "_Marks":
        """What both have: the look of the space or the break between them. At the edge of a link, and for a break in
        one, it is plain, since Wagtail's editor makes it so."""
        if self.href != other.href or (self.href and between == "\n"):
            return _Marks()
        return _Marks(self.href, self.bold and other.bold, self.italic and other.italic)


@dataclass
class _Block:
    """One paragraph, heading, quote or list item. A newline in a run is a line break."""

    kind: str
    depth: int = 0
    runs: list[tuple[str, _Marks]] = field(default_factory=list)

    def tidied(self) -> "Iterator[_Block]":
        """Itself without needless space, or several paragraphs where two line breaks stand together, or nothing."""
        block = _Block(self.kind, self.depth)
        gap, breaks = "", 0
        for text, marks in self.runs:
            for piece in re.findall(r"\n| +|[^\n ]+(?: [^\n ]+)*", text):
                if piece == "\n":
                    breaks += 1
                elif not piece.strip(" "):
                    gap = " "
                else:
                    if breaks > 1 and block.runs and self.kind == "p":
                        yield block
                        block = _Block(self.kind)
                    elif block.runs and (breaks or gap):
                        between = "\n" if breaks and self.kind not in {"h3", "h4"} else " "
                        block.runs.append((between, block.runs[-1][1].shared_with(marks, between)))
                    block.runs.append((piece, marks))
                    gap, breaks = "", 0
        if block.runs:
            yield block


class _Builder(HTMLParser):
    """Reads what nh3 let through, which is well-formed, into a flat list of blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[_Block] = []
        self.block: _Block | None = None
        self.lists: list[str] = []
        self.links: list[str] = []
        self.open: dict[str, int] = {}
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, or note how the text that follows looks."""
        if tag == "br":
            self.say("\n")
            return
        if tag == "img":
            if alt := _SPACES.sub(" ", dict(attrs).get("alt") or "").strip():
                self.say(f"(Image: {alt})")
            return
        if tag == "hr":
            self.part()
            return
        self.open[tag] = self.open.get(tag, 0) + 1
        if tag == "a":
            href = dict(attrs).get("href") or ""
            self.links.append(href if _HREF.match(href) else "")
        elif tag in {"ul", "ol"}:
            self.block = None
            self.lists.append(tag)
        elif tag == "li":
            self.begin(self.lists[0] if self.lists else "ul")
        elif tag in _HEADINGS and not (self.lists or self.inside("blockquote", "tr", *_HEADINGS, but=tag)):
            self.begin(_HEADINGS[tag])
        elif tag in {"td", "th"}:
            self.cells += 1
            if self.cells > 1:
                self.say(" | ")
        elif tag == "tr":
            self.cells = 0
            self.part()
        elif tag == "blockquote" and not self.lists and self.open[tag] == 1:
            self.block = None
        elif tag in _HEADINGS or tag in _BOUNDARIES or tag == "blockquote":
            self.part()

    def handle_endtag(self, tag: str) -> None:
        """End a block, or a look."""
        if not self.open.get(tag):
            return
        self.open[tag] -= 1
        if tag == "a":
            self.links.pop()
        elif tag in {"ul", "ol"}:
            self.lists.pop()
            self.block = None
        elif tag == "li" or (tag == "blockquote" and not self.lists and not self.open[tag]):
            self.block = None
        elif tag in _HEADINGS or tag in _BOUNDARIES or tag == "blockquote":
            self.part()

    def handle_data(self, data: str) -> None:
        """Say some words."""
        if self.inside("pre"):
            lines: list[str] = data.split("\n")
            for number, line in enumerate(lines):
                if number:
                    self.say("\n")
                self.say(_SPACES.sub(" ", line))
        elif self.block is None and not any(self.open.values()):
            # Loose text, as it is typed below the tags where there is no script.
            for number, paragraph in enumerate(_BLANK_LINE.split(data)):
                if number:
                    self.part()
                self.say(_SPACES.sub(" ", paragraph))
        else:
            self.say(_SPACES.sub(" ", data))

    def say(self, words: str) -> None:
        """Add words to the block that is open, or to a new one of the kind that stands here."""
        if self.block is None:
            if not words.strip():
                return
            self.begin(self.lists[0] if self.lists else "blockquote" if self.inside("blockquote") else "p")
        assert self.block is not None
        bold, italic = self.inside("b", "strong"), self.inside("i", "em")
        self.block.runs.append((words, _Marks(self.links[-1] if self.links else "", bold, italic)))

    def begin(self, kind: str) -> None:
        """Open a block."""
        self.block = _Block(kind, max(len(self.lists) - 1, 0))
        self.blocks.append(self.block)

    def part(self) -> None:
        """A block begins or ends here: a new paragraph, or a new line where a paragraph cannot stand."""
        if self.inside("tr") or (
            self.block is not None and self.block.kind in {"h3", "h4"} and self.inside(*_HEADINGS)
        ):
            self.say(" ")
        elif self.lists or self.inside("blockquote"):
            self.say("\n")
        else:
            self.block = None

    def inside(self, *tags: str, but: str = "") -> bool:
        """Whether any of these is open, not counting the one that was just opened."""
        return any(self.open.get(tag, 0) > (tag == but) for tag in tags)


def _serialise(blocks: list[_Block]) -> Iterator[str]:
    """Blocks as HTML. Lists that touch become one; an item is at most one level below the item before it."""
    tidy = [tidied for block in blocks for tidied in block.tidied()]
    depth, root = -1, ""
    for block in tidy:
        if block.kind not in {"ul", "ol"}:
            yield f"</li></{root}>" * (depth + 1)
            depth = -1
            yield f"<{block.kind}>{_inline(block)}</{block.kind}>"
            continue
        wanted = min(block.depth, depth + 1, DEEPEST_LIST - 1)
        if depth >= 0 and wanted == 0 and block.kind != root:
            yield f"</li></{root}>" * (depth + 1)
            depth = -1
        if wanted > depth:
            if depth < 0:
                root = block.kind
            yield f"<{root}>"
        else:
            yield f"</li></{root}>" * (depth - wanted) + "</li>"
        yield f"<li>{_inline(block)}"
        depth = wanted
    yield f"</li></{root}>" * (depth + 1)


def _inline(block: _Block) -> str:
    """The words of a block: links outside, then bold, then italic."""
    marks: tuple[tuple[Callable[[tuple[str, _Marks]], Any], Callable[[Any], tuple[str, str]]], ...] = (
        (lambda run: run[1].href, lambda href: (f'<a href="{html.escape(href)}">', "</a>") if href else ("", "")),
        (lambda run: run[1].bold, lambda bold: ("<b>", "</b>") if bold else ("", "")),
        (lambda run: run[1].italic, lambda italic: ("<i>", "</i>") if italic else ("", "")),
    )

    def wrapped(runs: list[tuple[str, _Marks]], level: int) -> str:
        if level == len(marks):
            return html.escape("".join(text for text, _ in runs), quote=False).replace("\n", "<br/>")
        key, tags = marks[level]
        out = []
        for value, group in groupby(runs, key):
            before, after = tags(value)
            out.append(before + wrapped(list(group), level + 1) + after)
        return "".join(out)

    return wrapped(block.runs, 0)


def _mark_as_a_persons(attrs: dict[Any, str], new: bool = False) -> dict[Any, str]:
    """Tell search engines that a person, not the site, chose this link."""
    attrs[(None, "rel")] = "nofollow ugc"
    return attrs


_PLAIN_ADDRESS = re.compile(r"(?<![\"'@\w/])(?:https?://|www\.)\w")
_LINKER = Linker(
    callbacks=[_mark_as_a_persons],
    # Only what says that it is an address. By ending alone, "at ten.In June" would be one.
    url_re=re.compile(
        r"\(*\b(?<![@./])(?:https?://|www\.)(?:[\w-]+\.)+\w+(?:[/:?#][^\s<>\"'{}|\\^`]*)?", re.IGNORECASE
    ),
)
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
