"""Remarks on a story, beside the text that they are about."""

from dataclasses import dataclass, replace
from typing import Any

from django import template
from django.utils.safestring import SafeString

from practice.comparing import compare_texts
from practice.marking import Passage, mark_passages
from practice.models import Remark, StoryPage
from practice.passages import Paragraph, find, label_of, paragraphs_of

register = template.Library()


@dataclass(frozen=True)
class Beside:
    """One remark, as it is shown: where its passage stands now, if it does, and what it would change. An open one has
    a number."""

    said: Remark
    place: Paragraph | None
    marked: SafeString | str
    number: int = 0

    @property
    def is_there(self) -> bool:
        """Whether its passage stands in the text."""
        return self.place is not None

    @property
    def label(self) -> str:
        """What the field is called that it is about."""
        return label_of(self.said.field)


def beside(story: StoryPage, version: StoryPage) -> list[Beside]:
    """Every remark on a story, seen against one version of it, in the order of the text."""
    paragraphs = paragraphs_of(version)
    order = {paragraph: place for place, paragraph in enumerate(paragraphs)}
    shown = []
    for said in story.remarks.with_answers():
        place = find(paragraphs, said.field, said.paragraph, said.passage)
        starts = place.text.find(said.passage) if place else 0
        marked = compare_texts(said.paragraph, said.suggested) if said.suggested else ""
        shown.append((order[place] if place else len(order), starts, said.pk, Beside(said, place, marked)))
    number, numbered = 0, []
    for *_, each in sorted(shown, key=lambda row: row[:3]):
        number += not each.said.closed_at
        numbered.append(each if each.said.closed_at else replace(each, number=number))
    return numbered


def _read_once(context: dict[str, Any], story: StoryPage, version: StoryPage) -> list[Beside]:
    """All of them, read once for a page, however often it asks. A page shows one version."""
    request = context["request"]
    if not hasattr(request, "remarks"):
        request.remarks = beside(story, version) if story.remarks.exists() else []
    remarks: list[Beside] = request.remarks
    return remarks


@register.inclusion_tag("practice/review_remarks.html", takes_context=True)
def remarks_on(context: dict[str, Any], story: StoryPage, version: StoryPage) -> dict[str, Any]:
    """All of them, for whoever reads the story before it goes out, with the way to a new one."""
    shown = _read_once(context, story, version)
    return {
        "story": story,
        "paragraphs": paragraphs_of(version),
        "remarks": [each for each in shown if each.number],
        "settled": [each for each in shown if not each.number],
        "request": context["request"],
    }


@register.simple_tag(takes_context=True)
def passages_in(
    context: dict[str, Any], story: StoryPage, version: StoryPage, field: str, text: SafeString | str
) -> SafeString:
    """The text of one field of a version, with the passages marked on which somebody remarked."""
    here = [each for each in _read_once(context, story, version) if each.number and each.said.field == field]
    return mark_passages(
        text, [Passage(each.said.pk, each.number, each.place.text, each.said.passage) for each in here if each.place]
    )


@register.inclusion_tag("practice/write_remarks.html", takes_context=True)
def remarks_beside(context: dict[str, Any], field: str) -> dict[str, Any]:
    """The open ones on a field of a draft, inside the form that saves it."""
    return {"remarks": [each for each in open_remarks(context) if each.said.field == field]}


@register.simple_tag(takes_context=True)
def open_remarks(context: dict[str, Any]) -> list[Beside]:
    """The open ones on a draft, in the order of its text."""
    request, story, draft = context.get("request"), context.get("story"), context.get("draft")
    if request is None or not isinstance(story, StoryPage) or not isinstance(draft, StoryPage):
        return []
    return [each for each in _read_once(context, story, draft) if each.number]
