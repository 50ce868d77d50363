"""What a person is to an engine: what their public page says, and nothing else.

A profile is public, and so is its document. It has no titles of stories and no communities: a community that is shut is
shut at once, with all that is told in it, and a person cannot be gone with it. Stories name their authors, so people
are found through what they told by those who may read it.
"""

from collections.abc import Sequence

from django.db.models import QuerySet

from community.access import PUBLIC
from community.models import Person
from community.models.person import PersonQuerySet
from search.documents.councils import of_council
from search.documents.document import PERSON, Document, Label


def read_people(ids: Sequence[int]) -> list[Document]:
    """The documents of those of these people whose page says something."""
    people = (
        _everybody()
        .filter(pk__in=ids)
        .select_related("council__replaced_by__replaced_by")
        .prefetch_related("skill_items__tag")
    )
    return [person_document(person) for person in people]


def person_document(person: Person) -> Document:
    """What a person is to an engine."""
    fields = of_council(person.council)
    place = fields["council"].words if fields else ""
    said = (person.biography, person.why_i_take_part, person.offers, person.looks_for)
    return Document(
        kind=PERSON,
        id=person.pk,
        audience=PUBLIC,
        title=person.name,
        url=person.get_absolute_url(),
        summary=", ".join(filter(None, (person.role_title, place))),
        text="\n".join(filter(None, said)),
        tags=tuple(Label(item.tag.slug, item.tag.name) for item in person.skill_items.all()),
        source=person.source,
        **fields,
    )


def person_ids() -> QuerySet[Person, int]:
    """Everybody who can be found, in the order of their numbers."""
    return _everybody().order_by("pk").values_list("pk", flat=True)


def _everybody() -> PersonQuerySet:
    return Person.objects.visible_to(None).with_something_to_show()
