"""What changed between two versions of a story: block by block, words added and taken out, formatting seen.

Knows nothing of who asks or why. `compare(old, new)` gives the fields in the order in which a story is read, each as
HTML in which every word is escaped and changes stand in <ins> and <del>, with words that only a screen reader says.
Takes bounded time: texts that have too little in common to be worth tracing are shown as taken out and added whole.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from practice.aligning import Effort, Pair, align
from practice.blocks import Block, Word, blocks_of, words_of
from practice.models import StoryPage
from practice.reading import months

# How alike two paragraphs must be to be shown as one that changed: in all their words, or in those of the shorter one.
ALIKE, CONTAINED = 0.4, 0.7
SHORT = 5
# So few words that stayed, between two changes, are shown as changed with them: crumbs do not read well.
CRUMB = 2
SAFE_LINKS = ("https://", "http://", "mailto:")
KIND_NAMES = {"p": "a paragraph", "h3": "a heading", "h4": "a small heading", "blockquote": "a quotation"}

Change = tuple[Word | None, Word | None]


@dataclass(frozen=True)
class Field:
    """One field of a story, in two versions."""

    name: str
    label: str
    marked: SafeString
    changed: bool
    is_rich: bool


def compare(old: StoryPage | None, new: StoryPage) -> list[Field]:
    """Every field that has anything in it, then or now. Without an old version nothing is marked."""
    fields = []
    effort = Effort()
    for name, label, show, read in FIELDS:
        after = read(new)
        before = after if old is None else read(old)
        if before or after:
            fields.append(Field(name, label, show(before, after, effort), before != after, show is compare_html))
    return fields


def compare_texts(old: str, new: str, effort: Effort | None = None) -> SafeString:
    """Two texts without formatting, word by word."""
    return _marked_words(words_of(old), words_of(new), effort or Effort())


def compare_html(old: str, new: str, effort: Effort | None = None) -> SafeString:
    """Two pieces of stored HTML, block by block, then word by word."""
    effort = effort or Effort()
    before, after = blocks_of(old), blocks_of(new)
    parts: list[tuple[Block, SafeString]] = []
    for i, j in block_pairs(before, after, effort):
        if i is not None and j is not None:
            note = _note(_kind_change(before[i], after[j]))
            parts.append((after[j], note + _marked_words(before[i].words, after[j].words, effort)))
        elif i is not None:
            parts.append((before[i], _wrap("-", written(before[i].words))))
        elif j is not None:
            parts.append((after[j], _wrap("+", written(after[j].words))))
    return in_lists(parts)


def compare_lists(old: Sequence[str], new: Sequence[str], effort: Effort | None = None) -> SafeString:
    """Two rows of short things, such as tags, thing by thing."""
    marked: list[str] = []
    for i, j in align(old, new, effort or Effort()):
        op = "+" if i is None else "-" if j is None else " "
        marked.append(_wrap(op, conditional_escape(new[j] if j is not None else old[i or 0])))
    return format_html_join(", ", "{}", ((thing,) for thing in marked))


def compare_values(old: str, new: str, effort: Effort | None = None) -> SafeString:
    """Two values that were chosen, not written: shown whole."""
    parts = [(" ", new)] if old == new else [("-", old), ("+", new)]
    return format_html_join(" ", "{}", ((_wrap(op, conditional_escape(value)),) for op, value in parts if value))


# --- The fields of a story, in reading order -------------------------------------------------------------------------


def _field(name: str, show: Callable[..., SafeString]) -> "Reading":
    label = str(StoryPage._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return name, label[0].upper() + label[1:], show, lambda story: getattr(story, name)


def _when(story: StoryPage) -> str:
    return months(story.began_on, story.ended_on)


def _picture(story: StoryPage) -> str:
    return f"{story.picture.title} (picture {story.picture.pk})" if story.picture else ""


def _attachments(story: StoryPage) -> list[str]:
    return [f"{each.title} ({each.name}, {each.size:,} bytes)" for each in story.attachments.all()]


def _gallery(story: StoryPage) -> list[str]:
    return [f"{each.alt or 'Not described'} (picture {each.picture_id})" for each in story.gallery.all()]


Reading = tuple[str, str, Callable[..., SafeString], Callable[[StoryPage], Any]]
FIELDS: list[Reading] = [
    _field("title", compare_texts),
    _field("summary", compare_texts),
    _field("worth_repeating", compare_texts),
    _field("problem", compare_html),
    _field("did", compare_html),
    _field("happened", compare_html),
    _field("learned", compare_html),
    ("took_people", "What it took: people", compare_texts, lambda story: story.took_people),
    ("took_money", "What it took: money", compare_texts, lambda story: story.took_money),
    ("took_time", "What it took: time", compare_texts, lambda story: story.took_time),
    ("council", "Council", compare_values, lambda story: story.council.name if story.council else ""),
    ("when", "When", compare_values, _when),
    ("practice_status", "How it stands", compare_values, lambda story: story.get_practice_status_display()),
    ("topics", "Topics", compare_lists, lambda story: sorted(topic.title for topic in story.topics.all())),
    ("tags", "Tags", compare_lists, lambda story: sorted(tag.name for tag in story.tags.all())),
    ("authors", "Authors", compare_lists, lambda story: [str(each.person) for each in story.authorships.all()]),
    _field("credited", compare_texts),
    _field("correction", compare_texts),
    ("picture", "Picture", compare_values, _picture),
    _field("picture_alt", compare_texts),
    _field("picture_caption", compare_texts),
    _field("picture_credit", compare_texts),
    ("gallery", "More pictures", compare_lists, _gallery),
    ("attachments", "Attachments", compare_lists, _attachments),
    ("based_on", "Grew out of", compare_values, lambda story: story.based_on.title if story.based_on else ""),
]

# --- Blocks ----------------------------------------------------------------------------------------------------------


def block_pairs(old: list[Block], new: list[Block], effort: Effort) -> Iterable[Pair]:
    """As `align`, but a block that was changed is paired with what became of it."""
    for has_stayed, run in groupby(align(old, new, effort), key=lambda pair: None not in pair):
        pairs = list(run)
        if has_stayed:
            yield from pairs
            continue
        out = [i for i, _ in pairs if i is not None]
        come = [j for _, j in pairs if j is not None]
        yield from _matched(old, new, out, come, effort)


def _matched(old: list[Block], new: list[Block], out: list[int], come: list[int], effort: Effort) -> Iterable[Pair]:
    """The blocks that went and those that came, in order, those that are alike together."""
    if not effort.spend(20 * len(out) * len(come)):
        return [*((i, None) for i in out), *((None, j) for j in come)]
    best = {(a, 0): 0.0 for a in range(len(out) + 1)} | {(0, b): 0.0 for b in range(len(come) + 1)}
    likeness: dict[tuple[int, int], float] = {}
    words = {("-", i): Counter(word.text for word in old[i].words) for i in out}
    words |= {("+", j): Counter(word.text for word in new[j].words) for j in come}
    for a, i in enumerate(out, start=1):
        for b, j in enumerate(come, start=1):
            likeness[a, b] = _likeness(words["-", i], words["+", j])
            if len(out) == len(come) == 1 and old[i].kind == new[j].kind:
                likeness[a, b] = 1.0
            best[a, b] = max(best[a - 1, b], best[a, b - 1], best[a - 1, b - 1] + likeness[a, b])
    a, b = len(out), len(come)
    pairs: list[Pair] = []
    while a or b:
        if a and b and likeness[a, b] and best[a, b] == best[a - 1, b - 1] + likeness[a, b]:
            a, b = a - 1, b - 1
            pairs.append((out[a], come[b]))
        elif b and best[a, b] == best[a, b - 1]:
            b -= 1
            pairs.append((None, come[b]))
        else:
            a -= 1
            pairs.append((out[a], None))
    return pairs[::-1]


def _likeness(old: Counter[str], new: Counter[str]) -> float:
    """How alike two paragraphs are, or 0 where they are too unlike to be one that changed."""
    same, shorter = (old & new).total(), min(old.total(), new.total())
    alike = 2 * same / (old.total() + new.total())
    return alike if alike >= ALIKE or (shorter >= SHORT and same / shorter >= CONTAINED) else 0.0


def _kind_change(old: Block, new: Block) -> str:
    if (old.kind, old.depth, old.ordered) == (new.kind, new.depth, new.ordered):
        return ""
    if old.kind == new.kind == "li" and old.ordered == new.ordered:
        return "moved in the list"
    return f"now {_kind_name(new)}, was {_kind_name(old)}"


def _kind_name(block: Block) -> str:
    return KIND_NAMES.get(block.kind) or ("a numbered list" if block.ordered else "a list")


def in_lists(parts: Iterable[tuple[Block, SafeString]]) -> SafeString:
    """The blocks, with the lists that they stand in."""
    html: list[str] = []
    lists: list[str] = []

    def close(depth: int) -> None:
        while len(lists) > depth:
            html.append(f"</li></{lists.pop()}>")

    for block, inner in parts:
        if block.kind != "li":
            close(0)
            html.append(f"<{block.kind}>{inner}</{block.kind}>")
            continue
        tag, depth = "ol" if block.ordered else "ul", min(block.depth, len(lists) + 1)
        close(depth)
        if len(lists) == depth and lists[-1] != tag:
            close(depth - 1)
        if len(lists) == depth:
            html.append("</li><li>")
        else:
            lists.append(tag)
            html.append(f"<{tag}><li>")
        html.append(inner)
    close(0)
    return mark_safe("".join(html))


# --- Words -----------------------------------------------------------------------------------------------------------


def _marked_words(old: Sequence[Word], new: Sequence[Word], effort: Effort) -> SafeString:
    changes: list[Change] = [
        (None if i is None else old[i], None if j is None else new[j])
        for i, j in align([word.key for word in old], [word.key for word in new], effort)
    ]
    html: list[str] = []
    runs = list(_without_crumbs(changes))
    for place, (has_changed, run) in enumerate(runs):
        if has_changed:
            after = runs[place + 1][1][0][1] if place + 1 < len(runs) else None
            html.append(_marked_run(run, after))
        else:
            for note, same in groupby(run, key=_writing_change):
                html.append(written([new for _, new in same if new]) + _note(note))
    return mark_safe("".join(html))


def _marked_run(run: list[Change], after: Word | None) -> str:
    """Words that went and words that came in their place. A space before both, or before the word after, stays out."""
    gone = [before for before, _ in run if before]
    come = [now for _, now in run if now]
    firsts = [words[0] for words in (gone, come) if words]
    if all(word.space == " " for word in firsts) and (len(firsts) == 2 or after is None or after.space):
        gone, come = ([replace(word, space="") for word in words[:1]] + words[1:] for words in (gone, come))
        return f" {_wrap('-', written(gone))}{_wrap('+', written(come))}"
    return _wrap("-", written(gone)) + _wrap("+", written(come))


def _without_crumbs(changes: list[Change]) -> Iterable[tuple[bool, list[Change]]]:
    """Runs of words that changed and of words that stayed, without very short ones of these between changes."""
    runs = [(has_changed, list(run)) for has_changed, run in groupby(changes, key=lambda pair: None in pair)]
    merged: list[tuple[bool, list[Change]]] = []
    for place, (has_changed, run) in enumerate(runs):
        is_inner = 0 < place < len(runs) - 1
        is_crumb = not has_changed and is_inner and len(run) <= CRUMB
        if is_crumb and len(run) < min(len(runs[place - 1][1]), len(runs[place + 1][1])):
            has_changed = True
        if merged and merged[-1][0] == has_changed:
            merged[-1][1].extend(run)
        else:
            merged.append((has_changed, list(run)))
    return merged


def _writing_change(change: Change) -> str:
    """What changed in how a word is written that stayed the same word."""
    before, after = change
    if before is None or after is None:
        return ""
    notes = []
    for name in ("bold", "italic"):
        if getattr(before, name) != getattr(after, name):
            notes.append(f"now {name}" if getattr(after, name) else f"no longer {name}")
    if before.href != after.href:
        notes.append(f"now a link to {after.href}" if after.href else f"no longer a link to {before.href}")
    return ", ".join(notes)


def written(words: Sequence[Word]) -> SafeString:
    """Words with their formatting."""
    html: list[str] = []
    for (href, bold, italic), run in groupby(words, key=lambda word: (word.href, word.bold, word.italic)):
        text = "".join(word.space + word.text for word in run)
        inner: str = conditional_escape(text.lstrip()).replace("\n", "<br>")
        inner = f"<i>{inner}</i>" if italic else inner
        inner = f"<b>{inner}</b>" if bold else inner
        if href.startswith(SAFE_LINKS):
            inner = format_html('<a href="{}" rel="nofollow ugc">{}</a>', href, mark_safe(inner))
        space = text[: len(text) - len(text.lstrip())].replace("\n", "<br>")
        html.append(space + inner)
    return mark_safe("".join(html))


def _wrap(op: str, html: str) -> SafeString:
    """Mark as added (+) or taken out (-), for the eye and for the ear."""
    if op == " " or not html:
        return mark_safe(html)
    tag, words = ("ins", "added") if op == "+" else ("del", "taken out")
    return mark_safe(f'<{tag}><span class="hidden"> [{words}: </span>{html}<span class="hidden">] </span></{tag}>')


def _note(words: str) -> SafeString:
    """A remark on how something is written, which is no part of the text."""
    return format_html(' <small class="remark">[{}]</small> ', words) if words else SafeString("")
