"""Making two communities one: their stories, topics and collections; the people by `community.merging`.

A merger must not show a story to people who could not read it before, unless whoever does it has said so in the very
figures that hold at that moment. It has no undo: of what members have read and done since, of two memberships and two
decisions about one person that became one, and of rules that let people in, nothing could be told apart again. So the
page says exactly what will happen, and whoever does it types the name of the community that goes.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from wagtail.models import Page, PageLogEntry

from community import access
from community.merging import People, carry_over, hold_both, people_of
from community.models import CommunityPage, Person
from hub import pagecache
from hub.refusal import Refused
from practice.models import Collection, Feature, ReviewState, StoryPage, Topic
from practice.signals import stories_moved


class Shows(Refused):
    """The merger would show something to people who may not see it now, and that was not said to be meant."""


@dataclass(frozen=True)
class Merging:
    """What a merger does, in figures, before it is done."""

    community: CommunityPage
    into: CommunityPage
    people: People
    stories: int
    unpublished: int
    collections: int
    features: int

    @classmethod
    def of(cls, community: CommunityPage, into: CommunityPage) -> "Merging":
        """As it would be now."""
        return cls(
            community,
            into,
            people_of(community, into),
            StoryPage.objects.filter(community=community, shown=True).count(),
            StoryPage.objects.filter(community=community, shown=False, thrown_away_at=None).count(),
            Collection.objects.filter(community=community).count(),
            Feature.objects.standing().filter(community=community).count(),
        )

    @property
    def shows(self) -> list[str]:
        """What becomes visible to whom, a sentence each; nothing where nobody sees more than before."""
        here, there, people = self.community, self.into, self.people
        is_open, opens = _is_open(here), _is_open(there)
        newcomers = people.there - people.here
        said: list[str] = []
        if self.stories and not is_open and opens:
            said.append(
                f"{_many(self.stories, 'story', 'stories')} of {here.title} will be open to everybody, "
                "signed in or not."
            )
        elif self.stories and not is_open and newcomers:
            said.append(
                f"{_many(self.stories, 'story', 'stories')} of {here.title} will be open to "
                f"{_many(len(newcomers), 'more person', 'more people')}: members of {there.title}."
            )
        theirs = StoryPage.objects.filter(community=there, shown=True).count()
        if theirs and not opens and people.coming:
            said.append(
                f"{_many(theirs, 'story', 'stories')} of {there.title} will be open to "
                f"{_many(len(people.coming), 'more person', 'more people')}: members of {here.title}."
            )
        closed = Collection.objects.filter(community=here, for_members=True).count()
        if closed and newcomers:
            said.append(
                f"{_many(closed, 'collection', 'collections')} for members of {here.title} will be open to "
                f"{_many(len(newcomers), 'more person', 'more people')}."
            )
        unpublished = self._unpublished()
        if unpublished:
            said.append(
                f"{_many(unpublished, 'story that waits', 'stories that wait')} to be read, or withdrawn, in either "
                "will be open to the facilitators of both."
            )
        if here.policy.visibility == "hidden" and people.coming and (there.policy.visibility != "hidden" or newcomers):
            said.append(
                f"{_many(len(people.coming), 'member', 'members')} of {here.title}, which is hidden, will be named in "
                f"the list of members of {there.title}."
            )
        return said

    def _unpublished(self) -> int:
        """What facilitators read besides, where others are to facilitate it too."""
        waiting = Q(pk__in=ReviewState.objects.waiting().story_ids()) | Q(first_published_at__isnull=False)
        sent = StoryPage.objects.filter(waiting, shown=False, thrown_away_at=None)
        theirs = set(self.into.memberships.facilitators().values_list("person", flat=True))
        own = set(self.community.memberships.facilitators().values_list("person", flat=True))
        return (sent.filter(community=self.community).count() if theirs - own else 0) + (
            sent.filter(community=self.into).count() if self.people.facilitators else 0
        )

    @property
    def known(self) -> str:
        """What somebody must have said that they know, word for word."""
        return " ".join(self.shows)

    @property
    def figures(self) -> list[str]:
        """What else happens, a sentence each."""
        here, there, people = self.community, self.into, self.people
        both = len(people.here & people.there)
        said = [
            f"{_many(len(people.coming), 'person joins', 'people join')} {there.title}; {both} belong to both already.",
            f"{_many(self.stories, 'published story moves', 'published stories move')}. Each keeps its address.",
        ]
        if self.unpublished:
            many = _many(self.unpublished, "story that is not published moves", "stories that are not published move")
            said.append(f"{many}: drafts, what waits to be read, and what was withdrawn.")
        if people.facilitators:
            said.append(f"{_many(len(people.facilitators), 'person facilitates', 'people facilitate')} it besides.")
        if self.collections:
            said.append(f"{_many(self.collections, 'collection moves', 'collections move')} along.")
        if self.features:
            many = _many(
                self.features, "story that is featured or pinned stays", "stories that are featured or pinned stay"
            )
            said.append(f"{many} so, beside what stands out there.")
        if people.asking:
            said.append(f"{_many(len(people.asking), 'request', 'requests')} to join wait there for an answer.")
        if people.invited:
            said.append(f"{_many(people.invited, 'invitation', 'invitations')} lead there.")
        if people.kept_out:
            said.append(
                f"{_many(len(people.kept_out), 'member was', 'members were')} refused or removed there before: that "
                "stands, and they do not come along."
            )
        if self.stories and _is_open(here) and not _is_open(there):
            said.append(f"Its stories, which everybody reads today, will be for members of {there.title} alone.")
        hidden = (
            " for those who belonged to it; for others it stays as if it had never been"
            if here.policy.visibility == "hidden"
            else ""
        )
        said.append(f"The old address, {here.get_absolute_url()}, leads to the new one for ever{hidden}.")
        return said

    @property
    def rules(self) -> list[str]:
        """Which rules become others for those who come and for what they told, a sentence each."""
        here, there = self.community.policy, self.into.policy
        said = []
        if here.visibility != there.visibility:
            said.append(f"Who may see it: “{there.get_visibility_display()}”, not “{here.get_visibility_display()}”.")
        if here.joining != there.joining:
            said.append(f"Who may join: “{there.get_joining_display()}”, not “{here.get_joining_display()}”.")
        if here.review_first != there.review_first:
            said.append(
                "A facilitator reads each story before it is published, as it was not so far."
                if there.review_first
                else "Stories are published at once, and no facilitator reads them first, as it was so far."
            )
        if here.promise_days != there.promise_days:
            days = _many(there.promise_days, "working day", "working days")
            said.append(f"Facilitators promise to answer within {days}, not {here.promise_days}.")
        return said


def merge_communities(community: CommunityPage, *, into: CommunityPage, by: Person, known: str = "") -> None:
    """Make one community part of another. Where somebody sees more than before, `known` says it as `Merging` does."""
    with transaction.atomic():
        # Creates, moves and deletions together corrupt the page tree: one at a time, held at its root.
        list(Page.objects.filter(depth=1).select_for_update(no_key=True))
        hold_both(community, into, by=by)
        merging = Merging.of(community, into)
        if merging.known != known:
            again = " The figures have changed since you read them." if known else ""
            raise Shows(
                f"{merging.known}{again} Say that this is meant."
                if merging.known
                else f"Read the figures again.{again}"
            )
        carry_over(community, into, by=by)
        community.refresh_from_db()


def take_along(community: CommunityPage, into: CommunityPage, by: Any, **signal: Any) -> None:
    """Move what this room keeps of a community to the one that it becomes part of. Called in the merger."""
    _move_stories(community, into, by)
    Collection.objects.filter(community=community).update(community=into)
    Feature.objects.filter(community=community).update(community=into)
    about = Topic.communities.through.objects
    there = set(about.filter(communitypage=into).values_list("topic", flat=True))
    about.filter(communitypage=community, topic__in=there).delete()
    about.filter(communitypage=community).update(communitypage=into)
    pagecache.bump()


def _move_stories(community: CommunityPage, into: CommunityPage, by: Any) -> None:
    """Put all stories behind those of the other community, in their order: a few statements for any number.

    Treebeard moves one page after another, each with several statements and, under a lock of the whole tree, in half a
    minute for a thousand. Stories are leaves, so that their places can be written in bulk.
    """
    stories = list(Page.objects.child_of(community).order_by("path").only("path", "slug", "url_path", "title"))
    if not stories:
        return
    last = Page.objects.child_of(into).order_by("path").last()
    first = Page._str2int(last.path[-Page.steplen :]) if last else 0
    taken = set(Page.objects.child_of(into).values_list("slug", flat=True))
    target = Page.objects.get(pk=into.pk)
    for step, story in enumerate(stories, first + 1):
        if story.slug in taken:
            story.slug = f"{story.slug[:60]}-{get_random_string(8).lower()}"
        story.path = Page._get_path(target.path, target.depth + 1, step)
        story.url_path = f"{target.url_path}{story.slug}/"
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE wagtailcore_page SET path = %s, slug = %s, url_path = %s WHERE id = %s",
            [(story.path, story.slug, story.url_path, story.pk) for story in stories],
        )
    Page.objects.filter(pk=community.pk).update(numchild=0)
    Page.objects.filter(pk=into.pk).update(numchild=F("numchild") + len(stories))
    StoryPage.objects.filter(community=community).update(community=into)
    kind, now = ContentType.objects.get_for_model(StoryPage), timezone.now()
    data = {
        "source": {"id": community.pk, "title": community.title},
        "destination": {"id": into.pk, "title": into.title},
    }
    PageLogEntry.objects.bulk_create(
        [
            PageLogEntry(
                content_type=kind,
                label=story.title,
                action="wagtail.move",
                user=by,
                timestamp=now,
                uuid=uuid4(),
                data=data,
                page_id=story.pk,
            )
            for story in stories
        ],
        batch_size=500,
    )
    stories_moved.send(sender=StoryPage, stories=[story.pk for story in stories])
    pagecache.bump()


def may_be_merged_by(person: Any, community: CommunityPage) -> Any:
    """The communities that this person may merge it into."""
    places = CommunityPage.objects.visible_to(person).unarchived().exclude(pk=community.pk)
    own = [pk for pk in access.facilitated_by(person) if access.answers_for(person, pk)]
    return places.filter(pk__in=own).select_related("policy").order_by("title")


def _is_open(community: CommunityPage) -> bool:
    return community.stories_audience == access.PUBLIC


def _many(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"
