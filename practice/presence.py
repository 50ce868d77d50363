"""Who is writing a story at this moment, so that two do not write the same. Known to the cache for 90 seconds."""

from django.core.cache import cache

from community.models import Person
from practice.models import StoryPage

STAYS = 90


def here(draft: StoryPage, person: Person) -> None:
    """Note that this person has the story open and writes."""
    cache.set(_key(draft, person.pk), True, STAYS)


def others_here(draft: StoryPage, person: Person) -> list[Person]:
    """Its other authors who have it open, in the order of the credits."""
    authors = [authorship.person for authorship in draft.authorships.all() if authorship.person_id != person.pk]
    found = cache.get_many([_key(draft, author.pk) for author in authors]) if authors else {}
    return [author for author in authors if _key(draft, author.pk) in found]


def in_words(people: list[Person]) -> str:
    """Who is there, as a sentence, or nothing."""
    if not people:
        return ""
    names = [str(person) for person in people]
    several = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"{several} {'are' if len(names) > 1 else 'is'} writing this too, right now."


def _key(draft: StoryPage, person: int) -> str:
    return f"writing:{draft.pk}:{person}"
