"""The second score: the engine's first hits in an order in which their meaning counts.

Which documents are found, how many, their facets and marks, and all hits after the first hundred stay the engine's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from search.documents import STORY
from search.engines.base import Answer, Candidate, Engine
from search.meaning.asking import Meaning
from search.meaning.encoding import Vector, unpacked
from search.meaning.language import is_english
from search.query import Query, Sort
from search.words import Words

# What meaning weighs against words, each scaled to the list. One or two words say little about what is meant.
WEIGHT, WEIGHT_OF_FEW = 0.3, 0.2
FEW_WORDS = 2
# Less than this is not near: two texts on different things come as far.
FLOOR = 0.35
# A hit that rose so many places, and is near, is said to be there by its meaning.
ROSE = 3


def search(engine: Engine, query: Query, meaning: Meaning) -> Answer:
    """The engine's answer, reordered if the question is one that has a meaning."""
    if query.sort is not Sort.BEST or not has_meaning(query.words):
        return engine.search(query)
    second = Second(query.words, meaning)
    answer = engine.search(query, second=second)
    if not second.rose:
        return answer
    hits = tuple(replace(hit, near=True) if (hit.kind, hit.id) in second.rose else hit for hit in answer.hits)
    return replace(answer, hits=hits)


def has_meaning(words: Words) -> bool:
    """Whether more was asked than certain words: somebody who quotes or excludes words wants those and no others."""
    return bool(words.plain) and not words.exact and not words.without and is_english(words.typed)


class Second:
    """The second score for one question. `rose` are afterwards those that rose by it, as kind and id."""

    def __init__(self, words: Words, meaning: Meaning) -> None:
        self.text = words.typed
        self.weight = WEIGHT_OF_FEW if len(words.plain) <= FEW_WORDS else WEIGHT
        self.meaning = meaning
        self.rose: set[tuple[str, int]] = set()
        meaning.begin(self.text)  # while the engine looks for the words

    def __call__(self, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
        """The candidates in their new order, or as they are when the model does not answer in time."""
        stories = [each.id for each in candidates if each.kind == STORY]
        if len(stories) < 2 or (asked := self.meaning.vector(self.text)) is None:
            return candidates
        try:
            near = cosines(asked, self.meaning.read_vectors(stories))
        except Exception:
            self.meaning.failed("the vectors of the hits could not be read")
            return candidates
        order = reordered(candidates, near, self.weight)
        for place, was in enumerate(order):
            each = candidates[was]
            if each.kind == STORY and was - place >= ROSE and near.get(each.id, 0.0) >= FLOOR:
                self.rose.add((each.kind, each.id))
        return [candidates[was] for was in order]


def cosines(asked: Vector, kept: Mapping[int, bytes]) -> dict[int, float]:
    """How near each of these vectors is to the asked one."""
    if not kept:
        return {}
    return dict(zip(kept, (unpacked(list(kept.values())) @ asked).tolist(), strict=True))


def reordered(candidates: Sequence[Candidate], near: Mapping[int, float], weight: float) -> list[int]:
    """The places of the candidates in their new order. Each score counts as its place between the lowest and highest.

    What has no vector (another kind of thing, another language, a story of this minute) stays with its words' score.
    """
    words = _scaled({place: each.score for place, each in enumerate(candidates)})
    meanings = _scaled(
        {place: near[each.id] for place, each in enumerate(candidates) if each.kind == STORY and each.id in near}
    )
    scores = {
        place: (1 - weight) * score + weight * meanings[place] if place in meanings else score
        for place, score in words.items()
    }
    return sorted(scores, key=lambda place: -scores[place])


def _scaled(scores: Mapping[int, float]) -> dict[int, float]:
    lowest, highest = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    width = highest - lowest
    return {place: (score - lowest) / width if width else 1.0 for place, score in scores.items()}
