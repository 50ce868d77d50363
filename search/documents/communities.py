"""What a community is to an engine: its front page, as those see it who may."""

from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet

from community.models import CommunityPage, CommunityPolicy, Membership
from hub.richtext import plain_text
from search.documents.document import COMMUNITY, Document, Label
from search.documents.topics import with_groups


def read_communities(ids: Sequence[int]) -> list[Document]:
    """The documents of those of these communities that are published now."""
    facilitators = Membership.objects.facilitators().select_related("person").order_by("person__name", "person_id")
    communities = (
        CommunityPage.objects.filter(pk__in=ids, live=True, policy__isnull=False)
        .select_related("policy")
        .prefetch_related("topics__parent", Prefetch("memberships", facilitators, to_attr="facilitated"))
    )
    return [community_document(community) for community in communities]


def community_document(community: CommunityPage) -> Document:
    """What a community is to an engine.

    Of a community for members only, the front page is all that is public: what its members tell of stays inside, and
    so do its topics. A document that says no more than that is shut by hiding the community, any other one by closing
    it.
    """
    front_page_only = community.policy.visibility == CommunityPolicy.Visibility.MEMBERS
    topics = () if front_page_only else with_groups(community.topics.all())
    return Document(
        kind=COMMUNITY,
        id=community.pk,
        audience=community.audience,
        title=community.title,
        url=community.get_absolute_url(),
        summary=community.purpose,
        text="\n".join(filter(None, (plain_text(community.introduction), community.ground_rules))),
        topics=tuple(topics),
        people=tuple(str(membership.person) for membership in community.facilitated),  # type: ignore[attr-defined]
        community_id=front_page_of(community.pk) if front_page_only else community.pk,
        source=community.source,
        extra={"community": (Label(community.slug, community.title),)},
    )


def community_ids() -> QuerySet[CommunityPage, int]:
    """Every published community, in the order of their numbers."""
    communities = CommunityPage.objects.filter(live=True, policy__isnull=False)
    return communities.order_by("pk").values_list("pk", flat=True)


def front_page_of(community_id: int) -> int:
    """What `Query.closed` has for a community's front page: closing it leaves that open, hiding it shuts it."""
    return -community_id
