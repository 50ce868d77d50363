"""How suggestions are mixed and marked, alike for every engine."""

from collections.abc import Mapping, Sequence

from search.documents import COMMUNITY, COUNCIL, PERSON, STORY, TOPIC
from search.engines.base import Suggestion, begun, folded
from search.words import words_in

# The kinds in the order in which they are suggested; whatever else there is comes last.
KINDS = (TOPIC, COMMUNITY, COUNCIL, PERSON, STORY)
# Of one kind so many are suggested, as long as there are others.
AT_FIRST = 3


def mixed(found: Mapping[int, Sequence[Suggestion]], size: int, *, one_kind: bool) -> list[Suggestion]:
    """The first of each kind, in the order of kinds, so many in all; more of a kind when there are too few others."""
    most = size if one_kind else AT_FIRST
    while sum(min(len(some), most) for some in found.values()) < size and any(
        len(some) > most for some in found.values()
    ):
        most += 1
    return [each for some in found.values() for each in some[:most]][:size]


def marked(title: str, others: Sequence[str], words: Sequence[str]) -> str:
    """The title, followed by the other name that was typed if the title was not."""
    if _begins(title, words):
        return begun(title, words)
    other = next((name for name in others if _begins(name, words)), "")
    return f"{title} ({begun(other, words)})" if other else begun(title, words)


def number_of(kind: str) -> int:
    """The place of a kind among the others."""
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def _begins(name: str, words: Sequence[str]) -> bool:
    there = words_in(folded(name))
    return all(any(each.startswith(word) for each in there) for word in words)
