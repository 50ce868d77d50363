"""When two people saved the same draft: who changed what, field by field.

The page that a text was typed on carries a mark of each field as it was then. So a later save can tell a field that
only one of the two changed, which needs no choice, from one that both changed, which a person must choose for.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from community.models import Council
from hub.richtext import told
from practice.forms.writing import SAVED, WriteForm, initial_of, mark_of, shown
from practice.models import StoryPage, Topic
from practice.models.story import PARTS
from practice.writing import Draft


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

    values: Draft
    clashes: list[Clash]
    theirs_alone: list[str]


def changes_of(form: WriteForm, draft: StoryPage) -> Draft:
    """What of a valid field differs from the draft."""
    there = initial_of(draft)
    return {  # type: ignore[return-value]
        name: value
        for name, value in form.cleaned_data.items()
        if name in SAVED and shown(name, value) != there[name] and not (not value and not there[name])
    }


def merge(form: WriteForm, theirs: StoryPage, seen: dict[str, str]) -> Merged:
    """Weigh what was sent against what somebody else saved since the page was made."""
    there = initial_of(theirs)
    values: dict[str, Any] = {}
    clashes, theirs_alone = [], []
    for name, mine in changes_of(form, theirs).items():
        if mark_of(there[name]) == seen.get(name):
            values[name] = mine
        elif mark_of(shown(name, mine)) == seen.get(name):
            theirs_alone.append(name)
        else:
            stored = getattr(theirs, name) if name in PARTS else there[name]
            label = str(form.fields[name].label)
            clashes.append(Clash(name, label, _show(name, stored), _show(name, shown(name, mine)), name in PARTS))
    return Merged(values, clashes, theirs_alone)  # type: ignore[arg-type]


def choose(form: WriteForm, draft: StoryPage, choices: dict[str, str]) -> Draft:
    """What is saved once a person has chosen, for each clash, "mine", "theirs" or "both"."""
    values: dict[str, Any] = dict(changes_of(form, draft))
    for name, choice in choices.items():
        if choice == "theirs":
            values.pop(name, None)
        elif choice == "both" and name in PARTS and name in values:
            values[name] = getattr(draft, name) + values[name]
    return values  # type: ignore[return-value]


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
    return {name: [str(value)] if value not in (None, "") else []}


def _show(name: str, value: Any) -> SafeString:
    """A value of the form, as a person reads it."""
    if name in PARTS:
        return SafeString(told(value))
    if name == "council":
        value = str(Council.objects.filter(pk=value).first() or "") if value else ""
    elif name == "topics":
        value = ", ".join(Topic.objects.filter(pk__in=value).values_list("title", flat=True))
    elif name == "practice_status":
        value = dict(StoryPage.Status.choices).get(value, "")
    elif hasattr(value, "strftime"):
        value = f"{value:%B %Y}"
    return format_html_join("", "<p>{}</p>", ([line] for line in str(value or "").split("\n") if line))
