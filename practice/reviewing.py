"""What a facilitator sees of a story that was sent: that version, what changed, and what was said so far."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from wagtail.models import Revision, TaskState

from community.models import Person
from practice.comparing import Field, compare
from practice.models import ReviewSheet, ReviewState, StoryAttachment, StoryAuthor, StoryPage
from practice.models.completeness import PARTS
from practice.models.workflow import review_in_progress
from practice.moderating import what_happened
from practice.personal import Find
from practice.second_look import look_again
from practice.sheets import sheet_of

PUBLISHED, ROUND, NOTHING = "published", "round", "nothing"
IF_THERE_IS_A_PICTURE = "The description of the picture says what it shows"
PICTURE_WIDTH = 768
MOST_OTHERS = 5
NTH = ["", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
ABOUT = ("took_people", "took_money", "took_time", "council", "when", "practice_status", "topics", "tags")
ALSO = (
    "authors",
    "credited",
    "correction",
    "picture",
    "picture_alt",
    "picture_caption",
    "picture_credit",
    "gallery",
    "attachments",
    "based_on",
)


class Against(NamedTuple):
    """A version that what was sent can be compared with."""

    key: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class Said:
    """A word between an author and a facilitator."""

    who: Person | None
    when: datetime
    did: str
    words: str


class Review:
    """One story in front of one who reads it."""

    def __init__(self, story: StoryPage, *, against: str = "") -> None:
        self.story = story
        self.asked = against

    @cached_property
    def rounds(self) -> list[ReviewState]:
        """Every reading of the story so far, the first one first."""
        return list(ReviewState.objects.of_story(self.story).select_related("finished_by", "revision__user"))

    @cached_property
    def review(self) -> ReviewState | None:
        """The reading that waits to be decided."""
        return review_in_progress(self.story)

    @cached_property
    def revision(self) -> Revision | None:
        """The version that was sent: the one that waits, or the last one that was read. Never a newer draft."""
        if self.review:
            return self.review.revision
        return self.rounds[-1].revision if self.rounds else self.story.live_revision

    @cached_property
    def shown(self) -> StoryPage:
        """The story as it was sent."""
        return self.revision.as_object() if self.revision else self.story

    @property
    def outcome(self) -> str:
        """Why there is nothing to decide, if there is not."""
        return "" if self.review else what_happened(self.story)

    @property
    def sender(self) -> Person | None:
        """Who sent it."""
        return self.revision.user if self.revision else None

    @property
    def nth(self) -> str:
        """Which version this is, where it is not the first."""
        sent = len(self.rounds)
        return "" if sent < 2 else NTH[sent] if sent < len(NTH) else f"{sent}th"

    @cached_property
    def last_round(self) -> ReviewState | None:
        """The reading before this one, of another version, if somebody decided it."""
        decided = (TaskState.STATUS_REJECTED, TaskState.STATUS_APPROVED)
        here = self.revision.pk if self.revision else None
        earlier = [each for each in self.rounds if each.status in decided and each.revision_id != here]
        return earlier[-1] if earlier else None

    @cached_property
    def against(self) -> str:
        """What the changes are shown against: what was asked for if there is such a version, or the most telling."""
        return self.asked if self.asked in self._bases else next(iter(self._bases))

    @cached_property
    def _bases(self) -> dict[str, str]:
        labels = {}
        if self.story.live and (self.revision is None or self.revision.pk != self.story.live_revision_id):
            labels[PUBLISHED] = "Since the published version"
        if self.last_round:
            labels[ROUND] = "Since the version that was read last"
        return {**labels, NOTHING: "Clean text"}

    @property
    def choices(self) -> list[Against]:
        """The versions that it can be compared with, and none."""
        return [Against(key, label, key == self.against) for key, label in self._bases.items()]

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field that has anything in it, with its changes marked, by name."""
        base: StoryPage | None = None
        if self.against == PUBLISHED:
            base = StoryPage.objects.get(pk=self.story.pk)
        elif self.against == ROUND and self.last_round:
            base = self.last_round.revision.as_object()
        return {field.name: field for field in compare(base, self.shown)}

    @property
    def parts(self) -> list[Field]:
        """The parts of the story that were written, in order."""
        return [self.fields[part] for part in PARTS if part in self.fields]

    @property
    def about(self) -> list[Field]:
        """What stands beside the text."""
        return [self.fields[name] for name in (*ABOUT, *ALSO) if name in self.fields]

    @property
    def picture_address(self) -> str:
        """Where its lead picture is, in the width of the text."""
        return self.shown.picture_address(PICTURE_WIDTH)

    @property
    def files(self) -> list[StoryAttachment]:
        """The files that belong to it."""
        return list(self.shown.attachments.all())

    @property
    def changed(self) -> list[str]:
        """The names of the fields that changed, for a summary."""
        return [field.label for field in self.fields.values() if field.changed]

    @property
    def checklist(self) -> list[str]:
        """What to look at before it goes out."""
        picture = [IF_THERE_IS_A_PICTURE] if self.shown.picture_id else []
        return [*self.sheet.lines(), *picture]

    @cached_property
    def sheet(self) -> ReviewSheet:
        """What its community looks at, and the reasons that are ready there."""
        return sheet_of(self.story.community)

    @cached_property
    def personal(self) -> list[Find]:
        """What looks like personal data in it."""
        return look_again(self.shown).personal

    def others_of_its_authors(self, person: Any) -> list[StoryPage]:
        """What else its authors have told, as far as this person may read it, the latest first."""
        authors = [each.person_id for each in self.shown.authorships.all()]
        told = StoryAuthor.objects.filter(person__in=authors).values("page")
        others = StoryPage.objects.visible_to(person).filter(pk__in=told).exclude(pk=self.story.pk)
        return list(others.for_cards().order_by("-published_at", "-pk")[:MOST_OTHERS])

    @property
    def talk(self) -> list[Said]:
        """What authors and facilitators said to each other, the first word first."""
        said: list[Said] = []
        for each in self.rounds:
            if each.author_note:
                said.append(Said(each.revision.user, each.started_at, "", each.author_note))
            if each.comment and each.finished_at:
                did = "declined it" if each.declined else DID.get(each.status, "")
                said.append(Said(each.finished_by, each.finished_at, did, each.comment))
        return said

    @property
    def note(self) -> str:
        """What the author says about this version."""
        return self.review.author_note if self.review else ""


DID: dict[Any, str] = {TaskState.STATUS_APPROVED: "published it", TaskState.STATUS_REJECTED: "asked for changes"}
