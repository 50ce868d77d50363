"""Remarks on a story, beside the text that they are about."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.safestring import SafeString

from practice.comparing import compare_texts
from practice.models import Remark, StoryPage
from practice.passages import find, label_of, paragraphs_of

register = template.Library()


@dataclass(frozen=True)
class Beside:
    """One remark, as it is shown: whether its passage is still there, and what it would change."""

    said: Remark
    is_there: bool
    marked: SafeString | str

    @property
    def label(self) -> str:
        """What the field is called that it is about."""
        return label_of(self.said.field)


def beside(story: StoryPage, version: StoryPage) -> list[Beside]:
    """Every remark on a story, seen against one version of it, in the order of the text."""
    paragraphs = paragraphs_of(version)
    shown = []
    for said in story.remarks.with_answers():
        place = find(paragraphs, said.field, said.paragraph, said.passage)
        marked = compare_texts(said.paragraph, said.suggested) if said.suggested else ""
        shown.append((paragraphs.index(place) if place else len(paragraphs), Beside(said, place is not None, marked)))
    return [each for _, each in sorted(shown, key=lambda pair: (pair[0], pair[1].said.pk))]


@register.inclusion_tag("practice/review_remarks.html", takes_context=True)
def remarks_on(context: dict[str, Any], story: StoryPage, version: StoryPage) -> dict[str, Any]:
    """All of them, for whoever reads the story before it goes out, with the way to a new one."""
    shown = beside(story, version)
    return {
        "story": story,
        "paragraphs": paragraphs_of(version),
        "remarks": [each for each in shown if not each.said.closed_at],
        "settled": [each for each in shown if each.said.closed_at],
        "request": context["request"],
    }


@register.inclusion_tag("practice/write_remarks.html", takes_context=True)
def remarks_beside(context: dict[str, Any], field: str) -> dict[str, Any]:
    """The open ones on a field of a draft, inside the form that saves it."""
    return {"remarks": [each for each in open_remarks(context) if each.said.field == field]}


@register.simple_tag(takes_context=True)
def open_remarks(context: dict[str, Any]) -> list[Beside]:
    """The open ones on a draft, in the order of its text. Read once for a page, however many fields it has."""
    request, story, draft = context.get("request"), context.get("story"), context.get("draft")
    if request is None or not isinstance(story, StoryPage) or not isinstance(draft, StoryPage):
        return []
    if not hasattr(request, "remarks"):
        there = story.remarks.open().exists()
        request.remarks = [each for each in beside(story, draft) if not each.said.closed_at] if there else []
    remarks: list[Beside] = request.remarks
    return remarks
