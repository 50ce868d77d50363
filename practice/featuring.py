"""Putting stories forward: facilitators feature and pin them in their community, editors pick one for a week.

What is put forward ends by itself: whoever reads asks for the day, and no job takes anything down.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date
from wagtail.log_actions import log

from community import access
from community.models import CommunityPage, CommunityPolicy, Person
from hub import pagecache
from hub.refusal import Refused
from practice.models import Feature, Pick, StoryPage
from practice.models.feature import monday_of

Kind = Feature.Kind
MOST = {Kind.FEATURED: 3, Kind.PINNED: 5}
USUAL_DAYS, MOST_DAYS = 30, 366
WEEKS_AHEAD = 8
_DID = {Kind.FEATURED: "featured", Kind.PINNED: "pinned"}


def feature(story: StoryPage, *, by: Person, kind: str, reason: str, until: date) -> Feature:
    """Put a story forward in its community until a day, or say another reason or day where it stands already."""
    if story.community is None:
        raise PermissionDenied
    with transaction.atomic():
        community, standing = _held(story.community, by)
        if not StoryPage.objects.visible_to(by).filter(pk=story.pk, community=community).exists():
            raise Refused("Only a published story can be put forward, in the community where it was told.")
        _check_day(until)
        reason = " ".join(reason.split())
        if not reason:
            raise Refused("Say in a sentence why others should read it.")
        alike = [each for each in standing if each.kind == kind]
        there = next((each for each in alike if each.story_id == story.pk), None)
        if there is None:
            _check_room(kind, alike)
            # A row whose day has passed is still the one of this story.
            there = Feature.objects.filter(community=community, story=story, kind=kind, ended_at=None).first()
        if there is None:
            there = Feature(community=community, story=story, kind=kind)
        if not any(each.pk == there.pk for each in alike):
            there.place = alike[-1].place + 1 if alike else 1
        there.reason, there.until, there.by = reason, until, by
        there.save()
        _log(community, by, f"{_DID[Kind(kind)]} “{story}” until {format_date(until, 'j F Y')}: {reason}")
    return there


def shift(feature: Feature, *, by: Person, steps: int) -> None:
    """Move it up (below zero) or down among those that stand out in the same way."""
    with transaction.atomic():
        _, standing = _held(feature.community, by)
        alike = [each for each in standing if each.kind == feature.kind]
        here = next((number for number, each in enumerate(alike) if each.pk == feature.pk), None)
        if here is None:
            raise Refused("It does not stand there any more.")
        alike.insert(min(max(here + steps, 0), len(alike) - 1), alike.pop(here))
        for place, each in enumerate(alike, 1):
            each.place = place
        Feature.objects.bulk_update(alike, ["place"])
        pagecache.bump()


def take_down(feature: Feature, *, by: Person) -> None:
    """End it before its day. It can be put back."""
    with transaction.atomic():
        community, _ = _held(feature.community, by)
        held = Feature.objects.select_related("story").filter(pk=feature.pk, ended_at=None).first()
        if held is None:
            raise Refused("Somebody took it down already.")
        held.ended_at = timezone.now()
        held.save()
        _log(community, by, f"took down “{_title(held)}”, which was {_DID[Kind(held.kind)]}")


def put_back(feature: Feature, *, by: Person) -> None:
    """Let it stand again as it stood, until its day."""
    with transaction.atomic():
        community, standing = _held(feature.community, by)
        held = Feature.objects.select_related("story").get(pk=feature.pk)
        alike = [each for each in standing if each.kind == held.kind]
        if held.ended_at is None or any(each.story_id == held.story_id for each in alike):
            raise Refused("It stands there already.")
        if held.until < timezone.localdate():
            raise Refused("Its time is over. Put the story forward again, until another day.")
        _check_room(held.kind, alike)
        Feature.objects.filter(community=community, story=held.story_id, kind=held.kind, ended_at=None).delete()
        held.ended_at, held.place = None, alike[-1].place + 1 if alike else 1
        held.save()
        _log(
            community,
            by,
            f"put “{_title(held)}” back, {_DID[Kind(held.kind)]} until {format_date(held.until, 'j F Y')}",
        )


def pick(story: StoryPage, *, by: Person, week: date, words: str) -> Pick:
    """Choose the story of a week, this one or one of the next. It takes the place of one that was chosen before."""
    if not access.is_editor(by):
        raise PermissionDenied
    if week not in weeks_to_choose():
        raise Refused(f"Choose this week, or one of the {WEEKS_AHEAD - 1} after it.")
    words = " ".join(words.split())
    if not words:
        raise Refused("Say in a sentence why everybody should read it.")
    with transaction.atomic():
        if not StoryPage.objects.visible_to(by).filter(pk=story.pk).exists():
            raise Refused("Only a published story can be picked.")
        before = Pick.objects.filter(week=week).values_list("story", flat=True).first()
        made, _ = Pick.objects.update_or_create(week=week, defaults={"story": story, "words": words, "by": by})
        log(story, "practice.pick", user=by, data={"week": week.isoformat(), "reason": words, "instead_of": before})
    return made


def unpick(pick: Pick, *, by: Person) -> None:
    """Leave a week without a pick again. Weeks that are over stay as they were."""
    if not access.is_editor(by):
        raise PermissionDenied
    with transaction.atomic():
        held = Pick.objects.select_for_update(of=("self",)).select_related("story").filter(pk=pick.pk).first()
        if held is None:
            raise Refused("Somebody took it away already.")
        if held.week not in weeks_to_choose():
            raise Refused("That week is over. What was picked then stays in the list.")
        log(held.story, "practice.unpick", user=by, data={"week": held.week.isoformat()})
        held.delete()


def weeks_to_choose() -> list[date]:
    """The Mondays for which a story can be picked: this week's and the next ones."""
    first = monday_of(timezone.localdate())
    return [first + timedelta(weeks=number) for number in range(WEEKS_AHEAD)]


def _held(community: CommunityPage, by: Person) -> tuple[CommunityPage, Sequence[Feature]]:
    """The community, held for somebody who facilitates it, and what stands there now in its order."""
    CommunityPolicy.held(community)
    by.forget_memberships()
    if not access.facilitates(by, community):
        raise PermissionDenied
    return community, list(Feature.objects.standing().filter(community=community))


def _check_room(kind: str, alike: Sequence[Feature]) -> None:
    if len(alike) >= MOST[Kind(kind)]:
        raise Refused(f"{MOST[Kind(kind)]} {_DID[Kind(kind)]} stories are enough. Take one down first.")


def _check_day(until: date) -> None:
    today = timezone.localdate()
    if until < today:
        raise Refused("That day has passed. Choose one that is still to come.")
    if until > today + timedelta(days=MOST_DAYS):
        raise Refused("Choose a day within a year. It can be put forward again then.")


def _title(feature: Feature) -> str:
    """Its title, unless the story went to another community, whose words are not for the log of this one."""
    here = feature.story.community_id == feature.community_id
    return feature.story.title if here else "a story that is not here any more"


def _log(community: CommunityPage, by: Person, done: str) -> None:
    log(community, "community.put_forward", user=by, data={"done": done})
