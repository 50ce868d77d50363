"""What goes along with a story that is merged into another one, and comes back when that is undone.

Each pair of functions moves one kind of thing: there, returning what it takes to move it back as JSON keeps it, and
back. What the other story has already of the same person or place stands once. Called in the merger and in its undoing.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from community.models import Person
from hub import pagecache
from practice import reporting
from practice.models import Collection, CollectionItem, Feature, Pick, Question, Repetition, Report, StoryPage


def bring_along(gone: StoryPage, kept: StoryPage, *, by: Person) -> dict[str, Any]:
    """Move what others said and did with it, where it stands out, and its places; answer what was reported of it."""
    moved = {
        "repeats": _repeats(gone, kept),
        "questions": _questions(gone, kept),
        "grown": _grown_out_of(gone, kept),
        "picks": _picks(gone, kept),
        **_features(gone, kept),
        **_places(gone, kept),
        "reports": reporting.settle(gone, by=by),
    }
    pagecache.bump()
    return moved


def bring_back(gone: StoryPage, kept: StoryPage, moved: dict[str, Any], *, by: Person) -> None:
    """Move back what has stayed with the other story since, and let the reports wait again."""
    _repeats_back(gone, kept, moved["repeats"])
    Question.objects.filter(pk__in=moved.get("questions", []), story=kept).update(story=gone)
    StoryPage.objects.filter(pk__in=moved["grown"], based_on=kept).update(based_on=gone)
    Pick.objects.filter(pk__in=moved["picks"], story=kept).update(story=gone)
    _features_back(gone, kept, moved)
    _places_back(gone, kept, moved)
    reporting.wait_again(moved["reports"], by=by)
    pagecache.bump()


def _repeats(gone: StoryPage, kept: StoryPage) -> list[int]:
    """What was said of repeating it, with what was reported of that."""
    said = set(kept.authorships.values_list("person_id", flat=True))
    said |= set(kept.repetitions.values_list("person_id", flat=True))
    rows = list(Repetition.objects.filter(story=gone).exclude(person__in=said))
    for row in rows:
        row.story = kept
        row.save(update_fields=["story"])
    Report.objects.filter(repetition__in=rows).update(story=kept)
    pagecache.bump()
    return [row.pk for row in rows]


def _repeats_back(gone: StoryPage, kept: StoryPage, moved: list[int]) -> None:
    rows = list(Repetition.objects.filter(pk__in=moved, story=kept))
    for row in rows:
        row.story = gone
        row.save(update_fields=["story"])
    Report.objects.filter(repetition__in=rows).update(story=gone)
    pagecache.bump()


def _questions(gone: StoryPage, kept: StoryPage) -> list[int]:
    """What was asked about it, and answered."""
    return _moved(Question.objects.filter(story=gone), story=kept)


def _grown_out_of(gone: StoryPage, kept: StoryPage) -> list[int]:
    return _moved(StoryPage.objects.filter(based_on=gone).exclude(pk=kept.pk), based_on=kept)


def _picks(gone: StoryPage, kept: StoryPage) -> list[int]:
    """The weeks of which it is the pick, also those that are over or to come: each has one story."""
    return _moved(Pick.objects.filter(story=gone), story=kept)


def _moved(rows: QuerySet[Any], **to: StoryPage) -> list[int]:
    moved = list(rows.values_list("pk", flat=True))
    rows.update(**to)
    pagecache.bump()
    return moved


def _features(gone: StoryPage, kept: StoryPage) -> dict[str, Any]:
    """Where it stands out in its community, if the other one is told there too; elsewhere that ends.

    Where both stand out in the same way, the other one does so for the reason and the time that it has.
    """
    now, today = timezone.now(), timezone.localdate()
    there = {each.kind: each for each in Feature.objects.filter(story=kept, community=kept.community, ended_at=None)}
    moved, ended = [], []
    for each in Feature.objects.filter(story=gone):
        goes_along = each.community_id == gone.community_id == kept.community_id
        if each.ended_at is None:
            other = there.get(each.kind)
            twice = goes_along and other is not None
            less = other if twice and other and other.until < today <= each.until else each
            if twice or not goes_along:
                less.ended_at = now
                less.save(update_fields=["ended_at"])
                ended.append(less.pk)
        if goes_along:
            each.story = kept
            each.save(update_fields=["story"])
            moved.append(each.pk)
    return {"features": moved, "ended": ended, "ended_at": now}


def _features_back(gone: StoryPage, kept: StoryPage, moved: dict[str, Any]) -> None:
    for each in Feature.objects.filter(pk__in=moved["features"], story=kept):
        each.story = gone
        each.save(update_fields=["story"])
    then = parse_datetime(moved["ended_at"])
    for each in Feature.objects.filter(pk__in=moved["ended"], story__in=[gone, kept]).exclude(ended_at=None):
        same = Feature.objects.filter(community=each.community, story=each.story, kind=each.kind, ended_at=None)
        # JSON keeps milliseconds. Whoever put it back and took it down again since meant that.
        if each.ended_at and then and abs((each.ended_at - then).total_seconds()) < 0.01 and not same.exists():
            each.ended_at = None
            each.save(update_fields=["ended_at"])


def _places(gone: StoryPage, kept: StoryPage) -> dict[str, Any]:
    """Its places in collections. Where the other one stands in the same, it stands there once."""
    there = set(Collection.objects.filter(items__story=kept).values_list("pk", flat=True))
    moved, left = [], []
    for item in CollectionItem.objects.filter(story=gone):
        if item.collection_id in there:
            left.append({"collection": item.collection_id, "place": item.place, "note": item.note})
            item.delete()
        else:
            item.story = kept
            item.save(update_fields=["story"])
            moved.append(item.pk)
    return {"places": moved, "left": left}


def _places_back(gone: StoryPage, kept: StoryPage, moved: dict[str, Any]) -> None:
    for item in CollectionItem.objects.filter(pk__in=moved["places"], story=kept):
        item.story = gone
        item.save(update_fields=["story"])
    still = set(
        Collection.objects.filter(pk__in=[each["collection"] for each in moved["left"]]).values_list("pk", flat=True)
    )
    for each in moved["left"]:
        if each["collection"] in still:
            CollectionItem.objects.create(
                collection_id=each["collection"], story=gone, place=each["place"], note=each["note"]
            )
