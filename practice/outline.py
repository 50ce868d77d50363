"""What a story can hold, section by section, and what of it is there: an invitation, never a score."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from hub.richtext import plain_text
from practice.models.story import PARTS


class Part(NamedTuple):
    """One section of the page on which a story is written."""

    anchor: str
    words: str
    done: bool
    needed: bool = False


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
        Part("files", "Picture and files", _any(content, "picture", "attachments")),
    ]


def _all(content: Mapping[str, Any], *names: str) -> bool:
    return all(content.get(name) for name in names)


def _any(content: Mapping[str, Any], *names: str) -> bool:
    return any(content.get(name) for name in names)
