"""How a community is set up: making one, saying what it is about, and who may see it, join it and publish in it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.text import slugify
from wagtail.log_actions import log
from wagtail.models import Page

from community import access
from community.joining import let_in
from community.models import CommunityPage, CommunityPolicy, Membership, Person
from community.models.community import RESERVED_SLUGS
from community.signals import policy_changed
from hub.models import HomePage
from hub.notifications.notify import notify
from hub.refusal import Refused
from hub.richtext import clean_html

Visibility = CommunityPolicy.Visibility
# From the one who sees most to the one who sees least.
OPENNESS = [Visibility.OPEN, Visibility.MEMBERS, Visibility.HIDDEN]
POLICY = ("visibility", "joining", "review_first", "promise_days")
MOST_PROMISED_DAYS = 60


def found(
    *,
    by: Person | None,
    title: str,
    purpose: str,
    slug: str = "",
    introduction: str = "",
    ground_rules: str = "",
    hue: int = 310,
    facilitators: Iterable[Person] = (),
    source: str = "",
    **policy: Any,
) -> CommunityPage:
    """Make a community. `by` is an editor of the site, or None for its operator on the command line.

    Without facilitators whoever founds it is the first one. `policy` is as in `set_policy`; what it does not say stays
    as safe as it can be: hidden, by invitation, reviewed first.
    """
    if by is not None and not access.is_editor(by):
        raise PermissionDenied
    slug = slug or slugify(title)
    if slug in RESERVED_SLUGS or Page.objects.child_of(HomePage.objects.get()).filter(slug=slug).exists():
        raise Refused(f"The address “{slug}” is taken. Choose another one.")
    with transaction.atomic():
        # Pages made at the same time corrupt the tree unless each waits for the one before.
        list(Page.objects.filter(depth=1).select_for_update(no_key=True))
        community = CommunityPage(
            title=title.strip(),
            slug=slug,
            purpose=purpose.strip(),
            introduction=clean_html(introduction),
            ground_rules=ground_rules.strip(),
            hue=hue,
            owner=by,
            source=source,
        )
        HomePage.objects.get().add_child(instance=community)
        community.save_revision(user=by)
        log(community, "community.found", user=by)
        _keep_policy(community, _checked(policy))
        for person in facilitators or ([by] if by else []):
            let_in(community, person, Membership.Role.FACILITATOR)
            notify(
                [person],
                "facilitator-made",
                about=community,
                subject=f"You are a facilitator of {community.title}",
                url=community.get_absolute_url(),
                by=by,
            )
    return community


def set_policy(
    community: CommunityPage, *, by: Person | None, published_too: bool = False, **changes: Any
) -> CommunityPolicy:
    """Say who may see a community, join it and publish in it: any of visibility, joining, review_first, promise_days.

    Opening a community publishes what was told among its members, so whoever does it must have said that they know
    (`published_too`). `by` is a facilitator, an editor, or None for the operator on the command line.
    """
    changes = _checked(changes)
    with transaction.atomic():
        policy = CommunityPolicy.held(community)
        if by is not None:
            by.forget_memberships()
            if not access.answers_for(by, community):
                raise PermissionDenied
        before = {name: getattr(policy, name) for name in changes}
        after = {name: value for name, value in changes.items() if value != before[name]}
        if not after:
            return policy
        visibility = after.get("visibility", policy.visibility)
        if opens(policy.visibility, visibility) and not published_too:
            raise Refused(what_opens(community, visibility))
        log(community, "community.set_policy", user=by, data={"before": {k: before[k] for k in after}, "after": after})
        _keep_policy(community, after)
    return community.policy


def describe(
    community: CommunityPage,
    *,
    by: Person,
    base_revision: int | None,
    purpose: str,
    introduction: str,
    ground_rules: str,
    hue: int,
) -> CommunityPage:
    """Say what a community is about, as a new published version of its page.

    `base_revision` is the latest one that the writer had seen: somebody else's newer words are never overwritten.
    """
    with transaction.atomic():
        CommunityPolicy.held(community)
        by.forget_memberships()
        if not access.facilitates(by, community):
            raise PermissionDenied
        page = CommunityPage.objects.select_for_update(of=("self",)).get(pk=community.pk)
        if page.latest_revision_id != base_revision:
            raise Refused("Somebody else changed this page while you were writing. Read it again, then save yours.")
        page.purpose, page.introduction = purpose.strip(), clean_html(introduction)
        page.ground_rules, page.hue = ground_rules.strip(), hue
        page.full_clean()
        page.save_revision(user=by).publish(user=by, skip_permission_checks=True)
    community.refresh_from_db()
    return community


def opens(before: str, after: str) -> bool:
    """Whether more people see a community after this change than before."""
    return OPENNESS.index(Visibility(after)) < OPENNESS.index(Visibility(before))


def what_opens(community: CommunityPage, visibility: str) -> str:
    """What everybody could read after opening it as far as this, in one sentence."""
    if visibility == Visibility.MEMBERS:
        return "Everybody could find it, and read its front page, its ground rules and who facilitates it."
    stories = community.get_children().live().count()
    told = {0: "No story has been published in it yet.", 1: "Its one story would be published."}
    return f"Everybody could read it. {told.get(stories, f'Its {stories} stories would be published.')}"


def _keep_policy(community: CommunityPage, changes: dict[str, Any]) -> None:
    policy = CommunityPolicy.held(community)
    for name, value in changes.items():
        setattr(policy, name, value)
    policy.save()
    policy_changed.send(CommunityPage, community=community)


def _checked(policy: dict[str, Any]) -> dict[str, Any]:
    """Only what a policy has, with values that it may have."""
    if unknown := set(policy) - set(POLICY):
        raise TypeError(f"A policy has no {', '.join(sorted(unknown))}")
    try:
        CommunityPolicy(**policy).clean_fields(exclude={"community", *POLICY} - set(policy))
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    if not 1 <= policy.get("promise_days", 1) <= MOST_PROMISED_DAYS:
        raise Refused(f"Promise an answer within 1 to {MOST_PROMISED_DAYS} working days.")
    return policy
