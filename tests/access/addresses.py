"""The addresses of every pattern, in every state of what they are about, and which roles may have them."""

import re
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, reverse

from hub.models import InfoPage
from practice.reading import PICTURE_WIDTHS
from tests.access import world
from tests.access.patterns import rule_of


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
