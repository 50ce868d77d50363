"""Search by meaning, beside words: off until MEANING_MODEL_DIR names the folder of a model.

The engine answers as ever. Its first stories are put into another order by how near their meaning is to the question;
where nothing has the words, the nearest in meaning are shown under a heading of their own. Nothing here is waited for:
without a vector, with a model that is slow or broken, words alone decide.

Only what is imported inside functions needs the extra `meaning`: a site without it never reaches there.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from practice.models.stories import StoryQuerySet
    from search.engines.base import Answer, Engine
    from search.meaning.asking import Meaning
    from search.query import Query


def is_on() -> bool:
    """Whether the site is to search by meaning."""
    return bool(settings.MEANING_MODEL_DIR)


def site() -> "Meaning | None":
    """What this site asks for meaning, or nothing where it is off."""
    return _of(settings.MEANING_MODEL_DIR) if settings.MEANING_MODEL_DIR else None


def search(engine: "Engine", query: "Query") -> "Answer":
    """The engine's answer, its first hits in an order in which their meaning counts."""
    meaning = site()
    if meaning is None:
        return engine.search(query)
    from search.meaning import background
    from search.meaning.reordering import search

    background.look()
    return search(engine, query, meaning)


def nearest_to_words(text: str, stories: "StoryQuerySet", *, most: int, floor: float | None = None) -> list[int]:
    """The ids of those of these stories, and of no others, that are nearest in meaning; none where it is off."""
    if not is_on():
        return []
    from search.meaning import nearest

    return nearest.to_words(text, stories, most=most, floor=floor or nearest.FLOOR)


def nearest_to_story(id: int, stories: "StoryQuerySet", *, most: int) -> list[int]:
    """The ids of those of these stories, and of no others, that are nearest to a story; none where it is off."""
    if not is_on():
        return []
    from search.meaning import nearest

    return nearest.to_story(id, stories, most=most)


@dataclass(frozen=True, slots=True)
class Standing:
    """How search by meaning stands. `counts` are of this process since it began."""

    trouble: str = ""
    model: str = ""
    sha256: str = ""
    dimensions: int = 0
    recipe: str = ""
    stories: int = 0
    made: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """How it stands, as a sentence for those who look after the site."""
        if self.trouble:
            return f"Search goes by words alone. {self.trouble}"
        lack = "" if self.made == self.stories else ", the others are made in the background or by rebuild_meaning"
        return f"{self.made:,} of {self.stories:,} stories have a vector{lack}; model sha256 {self.sha256}"

    @property
    def slips(self) -> list[str]:
        """What this process could not do in time, or not at all."""
        return [sentence.format(self.counts[name]) for name, sentence in SLIPS.items() if self.counts.get(name)]


SLIPS = {
    "too_slow": "{:,} times the model was not in time, or not loaded yet: words alone answered.",
    "unread": "{:,} times the vectors of the stories were still being read: nothing was shown as near in meaning.",
    "cut_short": "{:,} times there was no time to compare all stories: what is near in meaning came from the newest.",
    "failed": "{:,} times something failed, and the log says what: words alone answered.",
}


def standing() -> Standing | None:
    """How it stands, or nothing where it is off. Loads the model if need be."""
    meaning = site()
    if meaning is None:
        return None
    from search.meaning import vectors
    from search.meaning.folder import Unusable

    try:
        folder = meaning.load().folder
    except Unusable as error:
        return Standing(str(error))
    progress = vectors.progress(folder.recipe)
    return Standing(
        "",
        str(folder.model),
        folder.sha256,
        folder.dimensions,
        folder.recipe,
        progress.stories,
        progress.made,
        asdict(meaning.counts),
    )


@cache
def _of(place: str) -> "Meaning":
    from search.meaning.asking import Meaning

    return Meaning(place)
