"""Every URL pattern of the site, what it is about, and who it is for. A pattern that is not here fails the tests."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hub.models import InfoPage
from practice.reading import PICTURE_WIDTHS
from tests.access import world

# What an address is about, and who may have it:
#   public      everybody
#   signed-in   anybody with an account; visitors are sent to sign in
#   read        whoever may read the story
#   published   the same, of a published story alone
#   repeat      the same, if they are signed in
#   write       the story's authors, and editors
#   moderate    those who moderate the story's community
#   manage      the story's authors, and those who moderate its community
#   preview     the story's authors, and once it is sent those who moderate its community
#   collection  whoever may read the collection, as they may a published story of its community
#   tend        the facilitators of the collection's community, and editors
#   change-tag  whoever may read the published story with it and facilitates any community
#   collect     whoever may read the published story and facilitates any community
#   feature     those who moderate the published story's community
#   pick        the editors of the site, where the story is published
#   confirm     the authors of the published story, and editors
#   find        whoever may find the community
#   enter       whoever may find the community and is signed in
#   belong      the members of the community, and editors
#   facilitate  the facilitators of the community, and editors
#   care        the facilitators of any community, and editors
#   edit        the editors of the site
#   own         the person whose it is
#   account     a package's page about one's own account: looked at for leaks and errors alone
RULES: dict[str, str] = {
    "home": "public",
    "search": "public",
    "search-feed": "public",
    "suggest": "public",
    "told-already": "public",
    "similar-stories": "published",
    "searches": "signed-in",
    "save-search": "signed-in",
    "standing-search": "own",
    "change-search": "own",
    "stop-search": "account",
    "wanted": "public",
    "ask-for-story": "signed-in",
    "want": "own",
    "care-wish": "own",
    "search-report": "care",
    "search-report-file": "care",
    "other-words": "care",
    "chosen-answers": "care",
    "change-curation": "own",
    "stories": "public",
    "stories-feed": "public",
    "story-short": "read",
    "story": "read",
    "story-picture": "read",
    "story-attachment": "read",
    "collections": "public",
    "new-collection": "edit",
    "collection-short": "collection",
    "collection": "collection",
    "tend-collection": "tend",
    "delete-collection": "tend",
    "bring-back-collection": "tend",
    "arrange-collection": "tend",
    "collect-story": "collect",
    "feature-story": "feature",
    "pick-story": "pick",
    "community-featured": "facilitate",
    "community-health": "facilitate",
    "ask-still-so": "facilitate",
    "still-so": "confirm",
    "arrange-community": "facilitate",
    "preview-community": "facilitate",
    "take-up-front": "facilitate",
    "arrange-person": "facilitate",
    "front-verb": "facilitate",
    "arrange-part": "facilitate",
    "ask-me-no-more": "enter",
    "arrange-featured": "facilitate",
    "picks": "public",
    "pick-weeks": "edit",
    "unpick": "edit",
    "new-community-collection": "facilitate",
    "report-story": "repeat",
    "report-repeat": "repeat",
    "your-report": "own",
    "report": "own",
    "claim-report": "own",
    "join-request": "own",
    "appeal": "own",
    "decide-appeal": "own",
    "claim-appeal": "own",
    "claim-request": "own",
    "ask-about-story": "repeat",
    "story-question": "repeat",
    "repeat-story": "repeat",
    "take-back-repeat": "repeat",
    "story-repeats": "moderate",
    "hide-repeat": "moderate",
    "topics": "public",
    "topic": "public",
    "tag": "tag",
    "tags": "care",
    # The words that this role sees, and those that it may change: tests/practice/test_tags_pages.py.
    "change-tag": "change-tag",
    "undo-tag-change": "own",
    "write": "signed-in",
    "write-from-document": "signed-in",
    "your-stories": "signed-in",
    "draft": "write",
    "draft-keep": "write",
    "draft-go-on": "write",
    "draft-question": "write",
    "draft-check": "write",
    "draft-preview": "preview",
    "draft-take-back": "write",
    "draft-discard": "write",
    "draft-bring-back": "write",
    "draft-versions": "write",
    "draft-version": "write",
    "draft-share": "write",
    "draft-remarks": "write",
    "draft-together": "write",
    "draft-when": "manage",
    "writer-invitation": "own",
    # Whoever has the letter: tests/practice/test_co_authors.py says what it shows.
    "writer-invitation-letter": "account",
    # Whoever has the link: tests/practice/test_sharing.py says when it holds.
    "shared-preview": "account",
    "shared-picture": "account",
    "shared-attachment": "account",
    "moderate": "signed-in",
    "review": "moderate",
    "claim-review": "moderate",
    "undo-decision": "moderate",
    "remark-story": "moderate",
    "remark": "manage",
    "story-history": "manage",
    "withdraw-story": "manage",
    "restore-story": "manage",
    "move-story": "moderate",
    "merge-story": "moderate",
    "undo-merge": "moderate",
    "delete-story": "manage",
    "communities": "public",
    "community": "find",
    "new-community": "edit",
    "your-communities": "signed-in",
    "answer-invitation": "own",
    "join-community": "enter",
    "ask-community": "enter",
    "leave-community": "enter",
    "community-members": "belong",
    "invite-person": "facilitate",
    "decide-member": "facilitate",
    "community-invitations": "facilitate",
    "take-back-invitation": "facilitate",
    "community-settings": "facilitate",
    "community-topics": "facilitate",
    "community-reviewing": "facilitate",
    "community-policy": "facilitate",
    "community-away": "facilitate",
    "here-again": "facilitate",
    "community-decisions": "facilitate",
    "community-decisions-file": "facilitate",
    "decisions": "edit",
    "decisions-file": "edit",
    "community-future": "facilitate",
    "archive-community": "facilitate",
    "merge-community": "facilitate",
    "hand-over-community": "facilitate",
    "take-back-hand-over": "facilitate",
    "facilitate-community": "belong",
    "portrait": "own",
    "profile": "signed-in",
    "your-data": "signed-in",
    "your-data-file": "signed-in",
    "close-account": "signed-in",
    "people": "public",
    "person-short": "public",
    "person": "public",
    "councils": "public",
    "council-short": "public",
    "council": "public",
    "inbox": "signed-in",
    "inbox-all-read": "signed-in",
    "inbox-letters": "signed-in",
    "notice": "own",
    "unsubscribe": "account",
    "media": "edit",
    "info-picture": "edit",  # of one that is in no published page; tests/hub/test_info_pages.py has the others
    "healthz": "public",
    "robots": "public",
    "sitemap-index": "public",
    "sitemap": "public",
    "manifest": "public",
    "favicon": "public",
    "touch-icon": "public",
    "security-txt": "public",
    "wagtail_serve": "public",
}
# Where some of those who may have the page in general are refused in some states: the tests of the verb say which.
REFUSED_BY_STATE = {"withdraw-story", "restore-story", "delete-story", "move-story", "review"}
# Patterns of packages, which show a person nothing but their own account.
ACCOUNT_PREFIXES = ("account_", "mfa_", "socialaccount_", "openid_connect_", "wagtailcore_")


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the site with its whole path, as Django has them."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, path)
        else:
            yield path, pattern


def site_patterns() -> list[tuple[str, URLPattern]]:
    """Those outside the admin."""
    return [(path, pattern) for path, pattern in patterns() if not path.startswith("admin/")]


def admin_patterns() -> list[tuple[str, URLPattern]]:
    """Those of the admin."""
    return [(path, pattern) for path, pattern in patterns() if path.startswith("admin/")]


def rule_of(pattern: URLPattern) -> str | None:
    """Who a pattern is for, or nothing where nobody has said so yet."""
    if pattern.name in RULES:
        return RULES[pattern.name]
    module = getattr(pattern.callback, "__module__", "")
    if pattern.name is None and module.startswith(("django.views.generic", "community.views.accounts")):
        return "account"  # older addresses of allauth, and Wagtail's own doors, which lead to ours
    return "account" if str(pattern.name).startswith(ACCOUNT_PREFIXES) else None


@dataclass(frozen=True)
class Address:
    """One address of the site, and what it is about: who may have it follows from both."""

    path: str
    rule: str
    visibility: str = ""
    state: str = ""

    def allowed(self) -> set[str]:
        """The roles that may have it."""
        readers = world.readers(self.visibility, self.state) if self.state else set()
        moderating = world.MODERATING if self.state != "draft" else world.MODERATING - {"facilitator"}
        return {
            "public": set(world.ROLES),
            "account": set(world.ROLES),
            "signed-in": set(world.ROLES) - {"anonymous"},
            "read": readers,
            "tag": readers if self.state == "live" else set(),
            "change-tag": (readers & (world.MODERATING | {"other_facilitator"})) if self.state == "live" else set(),
            "published": readers if self.state == "live" else set(),
            "collection": readers,
            "tend": world.MODERATING,
            "collect": (readers & (world.MODERATING | {"other_facilitator"})) if self.state == "live" else set(),
            "feature": world.MODERATING if self.state == "live" else set(),
            "confirm": world.WRITING if self.state == "live" else set(),
            "pick": {"editor", "administrator"} if self.state == "live" else set(),
            "repeat": readers - {"anonymous"} if self.state == "live" else set(),
            "write": world.WRITING,
            "moderate": moderating,
            "manage": world.WRITING | moderating,
            "preview": world.WRITING | (moderating if self.state == "in_review" else set()),
            "find": world.finders(self.visibility),
            "enter": world.finders(self.visibility) - {"anonymous"},
            "belong": world.BELONGING,
            "facilitate": world.MODERATING,
            "care": world.MODERATING | {"other_facilitator"},
            "edit": {"editor", "administrator"},
            "own": set(),
        }[self.rule]

    def gone_for(self, role: str) -> bool:
        """Whether this role could read the story while it was published, and is told that it was withdrawn."""
        return self.state == "unpublished" and role in world.readers(self.visibility, "live")

    def known_to(self, role: str) -> bool:
        """Whether this role may know that the thing exists: then a refusal need not be a 404."""
        if self.state:
            return role in world.readers(self.visibility, self.state)
        return not self.visibility or role in world.finders(self.visibility)


def addresses(name: str, pattern: URLPattern, path: str, made: "world.World") -> list[Address]:
    """The addresses of a pattern: one for each story or community that it can be about."""
    rule = rule_of(pattern)
    assert rule is not None, f"{path} ({name}) is new: say in RULES who it is for"
    alice, places = made.people["author"], set(re.findall(r"<(?:\w+:)?(\w+)>", path))
    fixed: dict[str, dict[str, Any]] = {
        "person-short": {"pk": alice.pk},
        "person": {"pk": alice.pk, "slug": alice.slug},
        "council-short": {"code": made.council.code.lower()},
        "council": {"code": made.elsewhere.code.lower(), "slug": made.elsewhere.slug},
        "topic": {"slug": made.topic.slug},
        "unsubscribe": {"token": "not-a-token"},
        "shared-preview": {"token": "not-a-token"},
        "shared-picture": {"token": "not-a-token", "width": PICTURE_WIDTHS[0]},
        "shared-attachment": {"token": "not-a-token", "key": "a", "name": "a.pdf"},
        "notice": {"pk": 999_999},
        "writer-invitation": {"pk": 999_999},
        "writer-invitation-letter": {"token": "not-a-token"},
        # Whose they are: tests/practice/test_reporting.py, and tests/practice/test_appealing.py.
        **{n: {"pk": 999_999} for n in ("appeal", "decide-appeal", "claim-appeal")},
        **{n: {"pk": 999_999} for n in ("your-report", "report", "claim-report", "join-request", "claim-request")},
        "standing-search": {"pk": 999_999},
        "change-search": {"pk": 999_999, "verb": "pause"},
        "stop-search": {"token": "not-a-token"},
        "undo-tag-change": {"pk": 999_999},
        "want": {"pk": 999_999},
        "care-wish": {"pk": 999_999},
        "change-curation": {"kind": "answer", "pk": 999_999, "verb": "take-away"},
        "portrait": {"pk": alice.pk, "picture": 1},
        "answer-invitation": {"pk": 1, "verb": "accept"},
        "media": {"path": made.picture.file.name},
        "info-picture": {"page": InfoPage.objects.all()[0].pk, "picture": made.picture.pk, "width": 480},
        "sitemap": {"name": "stories"},
        "unpick": {"pk": 999_999},
    }
    if name in fixed:
        return [Address(reverse(name, kwargs=fixed[name]), rule)]
    if name == "wagtail_serve":
        tree = [Address(f"/{c.slug}/", "own") for c in made.communities.values()]
        tree += [Address(f"/{s.community.slug}/{s.slug}/", "own") for s in made.stories.values()]
        return [Address("/", "public"), *tree]
    if name == "healthz":
        return [Address(f"{reverse(name)}?check=database", rule)]
    if name == "tag":
        return [Address(reverse("tag", args=[world.tag_word(v, s)]), rule, v, s) for v, s in made.stories]
    if name == "change-tag":
        return [Address(reverse(name, args=[world.tag_word(v, s), "rename"]), rule, v, s) for v, s in made.stories]
    if rule in {"collection", "tend"}:
        return [
            Address(reverse(name, kwargs=collection_arguments(made, v, places)), rule, v, "live")
            for v in made.collections
        ]
    if rule in {
        "collect",
        "confirm",
        "feature",
        "pick",
        "read",
        "published",
        "repeat",
        "write",
        "moderate",
        "manage",
        "preview",
    }:
        query = f"?v={made.picture.pk}" if name == "story-picture" else ""
        return [
            Address(reverse(name, kwargs=story_arguments(story, places)) + query, rule, v, s)
            for (v, s), story in made.stories.items()
        ]
    if rule in {"find", "enter", "belong", "facilitate"}:
        return [
            Address(reverse(name, kwargs=community_arguments(community, places, made)), rule, visibility)
            for visibility, community in made.communities.items()
        ]
    if rule == "account":
        values = dict.fromkeys(places, "1")
        return [Address(reverse(name, kwargs=values), rule)] if name and ":" not in name else []
    return [Address(reverse(name), rule)]


def collection_arguments(made: "world.World", visibility: str, places: set[str]) -> dict[str, Any]:
    """What the places of a collection's pattern stand for."""
    collection = made.collections[visibility]
    values = {
        "pk": collection.pk,
        "slug": collection.readable_slug,
        "story": made.stories[visibility, "live"].pk,
        "verb": "put",
    }
    return {place: values[place] for place in places}


def story_arguments(story: Any, places: set[str]) -> dict[str, Any]:
    """What stands in the places of a pattern that is about a story."""
    values = {
        "pk": story.pk,
        "slug": story.readable_slug,
        "width": PICTURE_WIDTHS[0],
        "key": "what-you-did",
        "revision": story.latest_revision_id,
        "repetition": story.repetitions.get().pk,
        "remark": story.remarks.get().pk,
        "question": story.questions.get().pk,
    }
    if "name" in places:
        file = story.get_latest_revision_as_object().attachments.first()
        values |= {"key": file.file.name.split("/")[1], "name": file.name}
    return {place: values[place] for place in places}


def community_arguments(community: Any, places: set[str], made: "world.World") -> dict[str, Any]:
    """What stands in the places of a pattern that is about a community."""
    values = {"slug": community.slug, "pk": 1, "person": made.people["member"].pk, "verb": "remove"}
    values |= {"entry": 1, "part": "newest"}
    return {place: values[place] for place in places}
