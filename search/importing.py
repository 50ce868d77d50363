"""What people of an import look for: the board's wishes, and the searches that keep looking for them."""

from django.contrib.auth.models import AnonymousUser

from community.models import Person
from practice.importing.places import Places
from practice.importing.rows import BadRow, Row
from search import demand, standing
from search.finding import find
from search.query import Query


def put_wish(row: Row, places: Places, source: str) -> tuple[int, bool]:
    """Words that several people looked for in vain, which is counted for each; some of them ask to be told."""
    typed = row.text("words", required=True)
    query = Query.ask(typed, person=AnonymousUser())
    counted = demand.counted_of(find(query))
    if counted is None or not counted.wish:
        raise BadRow(f"{typed!r} was told already, or is nothing that may be remembered, so nobody can wish for it")
    for person in _people(row, places, "looked"):
        demand.count(counted, demand.sign_of(person))
    wish = None
    for person in _people(row, places, "wants"):
        wish = demand.ask_for(query.words, by=person)
    if wish is None:
        raise BadRow("wants names nobody, so nobody would be told")
    return wish.pk, True


def put_search(row: Row, places: Places, source: str) -> tuple[int, bool]:
    """A search that somebody keeps."""
    people = _people(row, places, "by")
    if not people:
        raise BadRow("by is missing")
    (by, *_) = people
    filters = row.values.get("filters") or {}
    query = Query.ask(row.text("words"), person=by, filters=filters)
    return standing.keep(query, by=by, name=row.text("name")).pk, True


def _people(row: Row, places: Places, name: str) -> list[Person]:
    sources = row.list(name)
    if unknown := [source for source in sources if source not in places.people]:
        raise BadRow(f"{name} names {', '.join(unknown)}, who are not here")
    return [places.people[source] for source in sources]
