"""How the front page of a community is arranged, and whom one may ask there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from django.conf import settings
from django.db import models

from community.models.membership import Membership

# What can be arranged: in the middle of the page and beside it, in the order of a new community.
PARTS = {
    "middle": {
        "introduction": "Introduction",
        "start": "Where to start",
        "featured": "Featured",
        "collections": "Collections",
        "newest": "Newest stories",
    },
    "beside": {
        "people": "People to ask",
        "rules": "Ground rules",
        "topics": "Topics",
        "councils": "Councils that take part",
    },
}
WORDS = {name: words for parts in PARTS.values() for name, words in parts.items()}


@dataclass(frozen=True)
class Arrangement:
    """Which parts a front page shows in which order, and the collection (by id) with which a newcomer starts."""

    middle: tuple[str, ...] = tuple(PARTS["middle"])
    beside: tuple[str, ...] = tuple(PARTS["beside"])
    hidden: frozenset[str] = frozenset()
    start: int | None = None

    @classmethod
    def of(cls, kept: Any) -> Self:
        """As it was kept. Parts that are new since then follow at the end; what is not known is left out."""
        kept = kept if isinstance(kept, dict) else {}
        start = kept.get("start")
        return cls(
            middle=_complete(kept.get("middle", ()), list(PARTS["middle"])),
            beside=_complete(kept.get("beside", ()), list(PARTS["beside"])),
            hidden=frozenset(name for name in kept.get("hidden", ()) if name in WORDS),
            start=start if isinstance(start, int) else None,
        )

    def kept(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "middle": list(self.middle),
            "beside": list(self.beside),
            "hidden": sorted(self.hidden),
            "start": self.start,
        }

    def moved(self, part: str, steps: int) -> Self:
        """With a part further up (below zero) or down in its column."""
        return replace(self, middle=_moved(self.middle, part, steps), beside=_moved(self.beside, part, steps))

    def with_shown(self, part: str, shown: bool) -> Self:
        """With a part shown, or hidden."""
        return replace(self, hidden=self.hidden - {part} if shown else self.hidden | {part})

    @property
    def shown_middle(self) -> list[str]:
        """What stands in the middle, in its order."""
        return [name for name in self.middle if name not in self.hidden]

    @property
    def shown_beside(self) -> list[str]:
        """What stands beside it, in its order."""
        return [name for name in self.beside if name not in self.hidden]


def _complete(kept: Sequence[str], known: list[str]) -> tuple[str, ...]:
    there = [name for name in dict.fromkeys(kept) if name in known]
    return (*there, *(name for name in known if name not in there))


def _moved(names: tuple[str, ...], part: str, steps: int) -> tuple[str, ...]:
    if part not in names:
        return names
    moved = list(names)
    here = moved.index(part)
    moved.insert(min(max(here + steps, 0), len(moved) - 1), moved.pop(here))
    return tuple(moved)


class Front(models.Model):
    """The arrangement that everybody sees, and the one that facilitators are making. No row: as a new community is."""

    community = models.OneToOneField("community.CommunityPage", on_delete=models.CASCADE, related_name="front")
    published = models.JSONField(default=dict)
    draft = models.JSONField(null=True, blank=True)
    draft_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"Front page of {self.community_id}"

    @property
    def arrangement(self) -> Arrangement:
        """What everybody sees."""
        return Arrangement.of(self.published)

    @property
    def arranged(self) -> Arrangement:
        """What facilitators see while they arrange."""
        return Arrangement.of(self.published if self.draft is None else self.draft)


class PersonToAskQuerySet(models.QuerySet["PersonToAsk"]):
    """Questions about people to ask."""

    def of(self, community: Any) -> Self:
        """Those of one community who are still members and may sign in, in their order, with what a line shows."""
        present = Membership.objects.present().filter(community=community)
        return self.filter(membership__in=present.values("pk")).select_related("membership__person__council")


class PersonToAsk(models.Model):
    """A member whom others may ask, and what about. It goes with the membership."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="to_ask")
    words = models.CharField("what to ask about", max_length=160)
    place = models.PositiveSmallIntegerField(default=1)

    objects = PersonToAskQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people to ask"
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.words}"

    @property
    def person(self) -> Any:
        """Who it is."""
        return self.membership.person
