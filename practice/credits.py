"""In which order the authors of a story are named, and taking one of them out."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from wagtail.log_actions import log
from wagtail.models import Revision

from community.models import Person
from hub.refusal import Refused
from practice import writing
from practice.models import StoryAuthor, StoryHandover, StoryPage, StoryWriter


def authors_of(draft: StoryPage) -> list[Person]:
    """Those whom a draft names, in their order."""
    authorships = sorted(draft.authorships.all(), key=lambda authorship: authorship.sort_order or 0)
    return _people([authorship.person_id for authorship in authorships])


def authors_in(revision: Revision | None) -> list[Person]:
    """The same, read from a version without making the whole story of it."""
    rows = revision.content.get("authorships", []) if revision else []
    return _people([row["person"] for row in sorted(rows, key=lambda row: row.get("sort_order") or 0)])


def _people(numbers: list[int]) -> list[Person]:
    people = Person.objects.select_related("council").in_bulk(numbers)
    return [people[number] for number in numbers if number in people]


def handed_over(story: StoryPage) -> set[int]:
    """The numbers of those who are credited and have handed the story over."""
    return set(StoryHandover.objects.filter(page=story).values_list("person_id", flat=True))


def move(story: StoryPage, *, by: Person, person: Person, earlier: bool) -> None:
    """Name an author one place earlier or later. At its end of the list, nobody moves."""
    with transaction.atomic():
        held, authors = _held(story, by, person)
        place = authors.index(person)
        other = place - 1 if earlier else place + 1
        if 0 <= other < len(authors):
            authors[place], authors[other] = authors[other], authors[place]
            name(held, authors, by=by)


def take_out(story: StoryPage, *, by: Person, person: Person) -> None:
    """Name an author no more. One who writes it must be left."""
    with transaction.atomic():
        held, authors = _held(story, by, person)
        gone = handed_over(held)
        if not [author for author in authors if author != person and author.pk not in gone and author.is_active]:
            raise Refused("Somebody must write it. Invite a colleague first, or hand it over.")
        log(instance=held, action="practice.take_out_author", user=by, data={"person": person.pk})
        name(held, [author for author in authors if author != person], by=by)
        StoryHandover.objects.filter(page=held, person=person).delete()


def name(held: StoryPage, authors: list[Person], *, by: Person) -> None:
    """Save the draft with these authors, where they are others than before."""
    draft = writing.draft_of(held)
    if authors == authors_of(draft):
        writing.name_writers(held, draft, by=by)
        return
    writing.save_draft(held, by=by, base_revision=held.latest_revision_id or 0, values={"authors": authors})


def _held(story: StoryPage, by: Person, person: Person) -> tuple[StoryPage, list[Person]]:
    held = writing.hold(story)
    if not held.may_be_edited_by(by):
        raise PermissionDenied
    authors = authors_of(writing.draft_of(held))
    if person not in authors:
        raise Refused(f"{person} is no longer one of its authors.")
    return held, authors


def writers_of(story: StoryPage) -> list[Person]:
    """Those who are credited with it or write it, whoever of them may see it."""
    named = [kind.objects.filter(page=story.pk).values("person") for kind in (StoryAuthor, StoryWriter)]
    return list(Person.objects.filter(Q(pk__in=named[0]) | Q(pk__in=named[1])))
