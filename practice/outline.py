"""What a story can hold, section by section, and what of it is there: an invitation, never a score."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from hub.richtext import plain_text
from practice.models.completeness import PARTS


class Part(NamedTuple):
    """One section of the page on which a story is written."""

    anchor: str
    words: str
    done: bool
    needed: bool = False


# What helps readers most, in this order, and why.
WHY = {
    "head": "A summary. It stands in every list, and decides who reads on.",
    "did": "What you did, in the order it happened. A colleague who wants to do the same needs that most.",
    "happened": "What happened, and how you know. Readers look for it first; what did not work counts too.",
    "worth": "The part worth repeating: a sentence or two that a colleague should copy.",
    "took": "What it took. Money and time are what colleagues are asked about first.",
    "where": "Where and when, and whether it still runs: people look for what lasts, and for councils like their own.",
    "learned": "What you learned: what you would do again, and what you would leave out.",
    "problem": "What was wrong before, so that others see whether it is their problem too.",
    "found": "A topic, so that those who look for it find it.",
    "files": "A picture, a form or a letter that others can use, if you have one.",
}


class Next(NamedTuple):
    """What would help readers most next."""

    anchor: str
    words: str


def next_of(content: Mapping[str, Any]) -> Next | None:
    """What would help readers most next, or nothing where all is told."""
    open_parts = {part.anchor for part in outline_of(content) if not part.done}
    return next((Next(anchor, words) for anchor, words in WHY.items() if anchor in open_parts), None)


def outline_of(content: Mapping[str, Any]) -> list[Part]:
    """The sections in their order. `content` is what a revision keeps of a story, or `draft.serializable_data()`."""
    told = {part: bool(plain_text(content.get(part) or "")) for part in PARTS}
    where = ("council", "began_on", "practice_status")
    return [
        Part("head", "Title and summary", _all(content, "title", "summary"), needed=True),
        Part("worth", "The part worth repeating", _all(content, "worth_repeating")),
        Part("problem", "What was wrong?", told["problem"]),
        Part("did", "What did you do?", told["did"], needed=not any(told.values())),
        Part("took", "What did it take?", _any(content, "took_people", "took_money", "took_time")),
        Part("happened", "What happened?", told["happened"]),
        Part("learned", "What did you learn?", told["learned"]),
        Part("where", "Where and when", _all(content, *where), needed=not content.get("council")),
        Part("found", "How it is found", _any(content, "topics")),
        Part("who", "Who tells it", _any(content, "authorships")),
        Part("files", "Pictures and files", _any(content, "picture", "gallery", "attachments")),
    ]


def _all(content: Mapping[str, Any], *names: str) -> bool:
    return all(content.get(name) for name in names)


def _any(content: Mapping[str, Any], *names: str) -> bool:
    return any(content.get(name) for name in names)
