"""What facilitators and editors did with the stories of an import: collections, what stands out, and people to ask."""

from datetime import timedelta

from django.utils import timezone

from community.models import Arrangement, CommunityPage, Front, Membership, Person, PersonToAsk
from hub.richtext import from_markdown
from practice import featuring
from practice.importing.places import Places
from practice.importing.rows import BadRow, Row, shorten
from practice.models import Collection, CollectionItem, Feature, ImportedRow, Pick, StoryPage
from practice.models.feature import monday_of

PICK = "pick"
WAYS = {**{kind.value: kind.value for kind in Feature.Kind}, PICK: PICK}


def put_collection(row: Row, places: Places, source: str) -> tuple[int, bool]:
    """A collection with its stories in their order; `start` leads newcomers of its community to it."""
    community = _community(row, places) if row.text("community") else None
    before = ImportedRow.objects.filter(kind="collection", source=source).first()
    collection = Collection.objects.filter(pk=before.object_id).first() if before else None
    made = collection is None
    collection = collection or Collection()
    collection.title = row.text("title", limit=120, required=True)
    collection.introduction = from_markdown(row.prose("introduction"))
    collection.community = community
    collection.for_members = bool(row.values.get("for_members")) and community is not None
    collection.save()
    collection.items.all().delete()
    for place, item in enumerate(row.values.get("stories") or [], 1):
        if not isinstance(item, dict):
            raise BadRow("stories is not a list of objects with a story and a note")
        note = shorten(str(item.get("note") or ""), 300)
        story = _story(str(item.get("story") or ""))
        CollectionItem.objects.create(collection=collection, story=story, place=place, note=note)
    if community and row.values.get("start"):
        front, _ = Front.objects.get_or_create(community=community)
        front.published = {**Arrangement.of(front.published).kept(), "start": collection.pk}
        front.save()
    return collection.pk, made


def put_forward(row: Row, places: Places, source: str) -> tuple[int, bool]:
    """A story that is featured or pinned in its community for so many days, or picked for a week, counted from now."""
    way = row.choice("way", WAYS, Feature.Kind.FEATURED.value)
    story, reason = _story(row.text("story", required=True)), row.text("reason", limit=200, required=True)
    by = _person(row.text("by", required=True), places)
    today = timezone.localdate()
    if way == PICK:
        week = monday_of(today) + timedelta(weeks=int(row.number("weeks") or 0))
        pick, made = Pick.objects.update_or_create(week=week, defaults={"story": story, "words": reason, "by": by})
        return pick.pk, made
    until = today + timedelta(days=int(row.number("days") or featuring.USUAL_DAYS))
    return featuring.feature(story, by=by, kind=way, reason=reason, until=until).pk, True


def settle_people_to_ask(row: Row, places: Places) -> str | None:
    """Name the members whom others may ask, once all are there. Answers who could not be found."""
    community, unknown = _community(row, places, "slug"), []
    for place, item in enumerate(row.values.get("people_to_ask") or [], 1):
        source, words = str(item.get("person") or ""), str(item.get("about") or "")
        person = places.people.get(source)
        membership = Membership.objects.active().filter(community=community, person=person).first() if person else None
        if membership is None or not words:
            unknown.append(source)
            continue
        values = {"words": shorten(words, 160), "place": place}
        PersonToAsk.objects.update_or_create(membership=membership, defaults=values)
    return f"nobody among the members to ask: {', '.join(unknown)}" if unknown else None


def _community(row: Row, places: Places, name: str = "community") -> CommunityPage:
    community = places.communities.get(row.text(name))
    if community is None:
        raise BadRow(f"{name} is {row.text(name)!r}, which is not here")
    return community


def _story(source: str) -> StoryPage:
    story = StoryPage.objects.filter(source=source).select_related("community").first()
    if story is None:
        raise BadRow(f"story is {source!r}, which is not here")
    return story


def _person(source: str, places: Places) -> Person:
    person = places.people.get(source)
    if person is None:
        raise BadRow(f"by is {source!r}, who is not here")
    return person
