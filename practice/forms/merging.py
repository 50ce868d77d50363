"""When two people saved the same draft: who changed what, field by field.

The page that a text was typed on carries a mark of each field as it was then. So a later save can tell a field that
only one of the two changed, which needs no choice, from one that both changed, which a person must choose for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from community.models import Council
from practice.differing import html_side_by_side, lists_side_by_side, texts_side_by_side
from practice.forms.pictures import ORDER, WORDS, order_of, titles_of
from practice.forms.writing import SAVED, WriteForm, initial_of, mark_of, shown
from practice.models import StoryPage, Topic
from practice.models.completeness import PARTS


@dataclass(frozen=True)
class Clash:
    """A field that both changed, with both texts."""

    name: str
    label: str
    theirs: SafeString
    mine: SafeString
    is_rich: bool


@dataclass(frozen=True)
class Merged:
    """What can be saved on top of what somebody else saved, and what must be chosen."""

    values: dict[str, Any]
    clashes: list[Clash]
    theirs_alone: list[str]


def merge(form: WriteForm, there: StoryPage, seen: dict[str, str], *, trusted: bool = False) -> Merged:
    """Weigh what was sent against what is there now, by the marks of what was there when the page was made.

    `trusted`: nobody has saved since, so a field without a mark was changed here alone.
    """
    now = initial_of(there)
    values: dict[str, Any] = {}
    clashes, theirs_alone = [], []
    for name in SAVED:
        if name not in form.cleaned_data:
            continue
        mine = shown(name, form.cleaned_data[name])
        if mine == now[name] or not (mine or now[name]):
            continue
        mark = seen.get(name, mark_of(now[name]) if trusted else "")
        if mark == mark_of(now[name]):
            values[name] = form.cleaned_data[name]
        elif mark == mark_of(mine):
            theirs_alone.append(name)
        else:
            stored = getattr(there, name) if name in PARTS else now[name]
            label = str(form.fields[name].label)
            clashes.append(Clash(name, label, *_side_by_side(name, stored, mine), name in PARTS))
    return Merged(values, clashes, theirs_alone)


def choose(values: dict[str, Any], there: StoryPage, choices: dict[str, str]) -> dict[str, Any]:
    """What is saved once a person has chosen, for each clash, "mine", "theirs" or "both"."""
    chosen = dict(values)
    for name, choice in choices.items():
        if choice == "theirs":
            chosen.pop(name, None)
        elif choice == "both" and name in PARTS and name in chosen:
            chosen[name] = getattr(there, name) + chosen[name]
    return chosen


def as_sent(draft: StoryPage, name: str) -> dict[str, list[str]]:
    """A field of a draft as a browser would send it, by the names of its controls."""
    value = initial_of(draft)[name]
    if name in {"began_on", "ended_on"}:
        return {
            f"{name}_month": [str(value.month)] if value else [],
            f"{name}_year": [str(value.year)] if value else [],
        }
    if name == "topics":
        return {name: [str(pk) for pk in value]}
    if name == "gallery":
        rows = list(draft.gallery.all())
        words = {f"gallery-{row.picture_id}-{word}": [getattr(row, word)] for row in rows for word in WORDS}
        return {**words, ORDER: [order_of(rows)]}
    if name == "titles":
        return {f"title-{key}": [title] for key, title in titles_of(draft).items()}
    return {name: [str(value)] if value not in (None, "") else []}


def _side_by_side(name: str, theirs: Any, mine: Any) -> tuple[SafeString, SafeString]:
    """Two values of the form, as a person reads them, with what is different marked."""
    if name in PARTS:
        return html_side_by_side(theirs, mine)
    if name == "topics":
        titles = dict(Topic.objects.filter(pk__in=[*theirs, *mine]).values_list("pk", "title"))
        left, right = ([titles[pk] for pk in side if pk in titles] for side in (theirs, mine))
        return lists_side_by_side(left, right)
    if name == "titles":
        return lists_side_by_side(theirs.splitlines(), mine.splitlines(), "<br>")
    if name == "gallery":
        return lists_side_by_side(*_pictures(theirs.splitlines(), mine.splitlines()), "<br>")
    if name == "tags":
        return lists_side_by_side(theirs.split(", "), mine.split(", "))
    if name in CHOSEN:
        return texts_side_by_side(CHOSEN[name](theirs), CHOSEN[name](mine))
    return texts_side_by_side(theirs or "", mine or "")


def _pictures(theirs: list[str], mine: list[str]) -> tuple[list[str], list[str]]:
    """The words to the pictures; numbered where the two put those that both have into another order."""
    sides = [
        {number: _said(words) for number, _, words in (line.partition(": ") for line in side)}
        for side in (theirs, mine)
    ]
    both = [[number for number in side if number in sides[0] and number in sides[1]] for side in sides]
    if both[0] == both[1]:
        return list(sides[0].values()), list(sides[1].values())
    left, right = ([f"{n}. {words}" for n, words in enumerate(side.values(), start=1)] for side in sides)
    return left, right


def _said(words: str) -> str:
    """What is said of a picture, without what is not."""
    return " | ".join(filter(None, words.split(" | "))) or "Not described"


def _month(value: Any) -> str:
    return f"{value:%B %Y}" if value else ""


# What is chosen and not written: as a person reads it.
CHOSEN: dict[str, Callable[[Any], str]] = {
    "council": lambda pk: str(Council.objects.filter(pk=pk).first() or "") if pk else "",
    "practice_status": lambda value: dict(StoryPage.Status.choices).get(value, ""),
    "began_on": _month,
    "ended_on": _month,
}
