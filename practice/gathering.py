"""What a community gathers stories about: its facilitators choose from the curated topics."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from community import access
from community.models import CommunityPage, CommunityPolicy, Person
from hub.refusal import Refused
from practice.models import Topic

MOST_TOPICS = 12


def choose_topics(community: CommunityPage, *, by: Person, topics: Iterable[Topic]) -> None:
    """Say which topics a community is about."""
    topics = list(topics)
    if len(topics) > MOST_TOPICS:
        raise Refused(f"Choose {MOST_TOPICS} topics at most: a community about everything is found under nothing.")
    with transaction.atomic():
        CommunityPolicy.held(community)
        by.forget_memberships()
        if not access.facilitates(by, community):
            raise PermissionDenied
        if set(topics) != set(Topic.objects.filter(communities=community)):
            Topic.communities.through.objects.filter(communitypage=community).delete()
            for topic in topics:
                topic.communities.add(community)
            log(community, "community.choose_topics", user=by, data={"topics": [topic.slug for topic in topics]})
