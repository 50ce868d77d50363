"""A story that begins from something: a document that somebody has already written, told under our questions.

Headings of the document say which question a passage answers. What no heading claims stands where it can be moved
from: nothing of the document is left out but its pictures.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from community.models import CommunityPage, Person
from hub.documents import read_document
from hub.refusal import Refused
from hub.richtext import clean_html, plain_text
from practice import writing
from practice.models import StoryPage

# Words of a heading, and the question that the passage under it answers. The first that fits counts.
HEADINGS: dict[str, str] = {
    "worth_repeating": r"worth repeating|in a nutshell|key message|top tip",
    "summary": r"summary|overview|in brief|abstract|at a glance",
    "learned": r"learn|lessons?\b|reflect|advice|recommend|tips\b|differently|next steps|what next",
    "happened": r"what happened|results?\b|outcomes?\b|impact|evidence|findings?\b|evaluation|difference|benefits?\b",
    "did": r"\bdid\b|approach|actions?\b|method|solution|intervention|delivery|how we|what we",
    "problem": r"problem|wrong|\bwhy\b|background|issue|challenge|context|\bneeds?\b|introduction",
}
SHORT = {"summary": 280, "worth_repeating": 300}
_PIECES = re.compile(r"<h3>(.*?)</h3>", re.DOTALL)


@dataclass
class Beginning:
    """What a document gives a story to begin with."""

    title: str = ""
    values: dict[str, str] = field(default_factory=dict)


def read(given: Any) -> Beginning:
    """Read an uploaded document. Raises Refused with the sentence to show."""
    html = clean_html(read_document(given))
    if not plain_text(html):
        raise Refused("There is no text in that document. If it is a scan, paste or type what matters.")
    return sorted_by_question(html)


def sorted_by_question(html: str) -> Beginning:
    """The passages of a clean text under the questions that they answer."""
    before, *rest = _PIECES.split(html)
    passages = [("", before), *zip(rest[::2], rest[1::2], strict=True)]
    begun = Beginning()
    if not before and len(passages) > 1 and not _question_of(passages[1][0]):
        begun.title = plain_text(passages[1][0]).replace("\n", " ")[:200]
        passages[:2] = [("", passages[1][1])]
    claimed = any(_question_of(heading) for heading, _ in passages)
    part = "problem" if claimed else "did"
    for heading, text in passages:
        if not (heading or text):
            continue
        question = _question_of(heading)
        short = plain_text(text).replace("\n", " ")
        if question in SHORT:
            if short and len(short) <= SHORT[question] and question not in begun.values:
                begun.values[question] = short
                continue
        elif question:
            part = question
            if part not in begun.values:
                begun.values[part] = text
                continue
        _add(begun, part, f"<h3>{heading}</h3>{text}" if heading else text)
    begun.values = {name: text for name, text in begun.values.items() if plain_text(text)}
    return begun


def start_from(begun: Beginning, *, by: Person, community: CommunityPage, title: str) -> StoryPage:
    """Begin a story with what a document gives it."""
    with transaction.atomic():
        story = writing.start(by=by, title=title or begun.title, community=community)
        if begun.values:
            writing.save_draft(story, by=by, base_revision=story.latest_revision_id or 0, values=begun.values)  # type: ignore[arg-type]
    story.refresh_from_db()
    return story


def _question_of(heading: str) -> str:
    words = plain_text(heading).lower()
    if not words or len(words) > 80:
        return ""
    return next((question for question, pattern in HEADINGS.items() if re.search(pattern, words)), "")


def _add(begun: Beginning, part: str, html: str) -> None:
    begun.values[part] = clean_html(begun.values.get(part, "") + html)
