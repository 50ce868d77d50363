"""What the page of one story shows. Each thing is read when the page first asks for it, and all of it for all readers.

Nothing here depends on who asks: what a page adds for its authors or moderators stands in the view. So the pieces of a
published story are made once and shown to everybody who may read it, until something on the site changes.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.dateformat import format as format_date
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from community.models import Absence, Membership
from hub import fragments, pagecache, richtext
from practice.faces import band_picture
from practice.models import Collection, Question, Repetition, StillSo, StoryAttachment, StoryAuthor, StoryPage, Topic
from practice.models.completeness import PARTS
from practice.models.repetition import Repeats
from practice.models.stories import StoryQuerySet

WORDS_A_MINUTE = 220
PICTURE_WIDTHS = (480, 768, 1280)
# What an author may still add, in the words of the invitation.
INVITATIONS = {
    "worth_repeating": "The part worth repeating: what a colleague should copy",
    "problem": "What was wrong, and where it arose",
    "did": "What you did",
    "happened": "What happened",
    "learned": "What you learned",
    "took": "What it took: people, money, time",
    "began_on": "When it happened",
    "practice_status": "Whether it still runs",
    "topics": "A topic, so that others find it",
    "picture": "A picture",
}


class Section(NamedTuple):
    """One line of the contents, and the part of the story that it leads to."""

    anchor: str
    label: str
    html: str = ""


class Picture(NamedTuple):
    """The lead picture, ready for an `img`."""

    address: str
    sizes: str
    width: int
    height: int
    alt: str
    caption: str = ""
    credit: str = ""


class Reading:
    """A story as its page shows it: the published version, or a draft."""

    def __init__(self, story: StoryPage, *, others: StoryQuerySet) -> None:
        """`others` are the stories that this page may name: readable by all who will see it."""
        self.story = story
        self.others = others

    @cached_property
    def authors(self) -> list[StoryAuthor]:
        """The authors in their order, with their councils."""
        authorships = self.story.authorships.all()
        if hasattr(authorships, "select_related"):
            authorships = authorships.select_related("person__council")
        return list(authorships)

    @cached_property
    def topics(self) -> list[Topic]:
        """Its topics, as its author put them."""
        return self.story.topics_in_order()

    @cached_property
    def parts(self) -> list[Section]:
        """The parts that have been told, in the order of a story, with what it took between doing and result."""
        story = self.story
        labels = {part: story._meta.get_field(part).verbose_name for part in PARTS}
        told = [
            Section(part, labels[part].capitalize(), getattr(story, part)) for part in PARTS if getattr(story, part)
        ]
        if self.took:
            after = sum(section.anchor in {"problem", "did"} for section in told)
            told.insert(after, Section("took", "What it took"))
        return told

    @cached_property
    def took(self) -> list[tuple[str, str]]:
        """What it took, as label and words."""
        story = self.story
        facts = (("People", story.took_people), ("Money", story.took_money), ("Time", story.took_time))
        return [(label, words) for label, words in facts if words]

    @cached_property
    def attachments(self) -> list[StoryAttachment]:
        """The files that belong to it."""
        return list(self.story.attachments.all())

    @cached_property
    def repetitions(self) -> list[Repetition]:
        """Who said that they repeated it, and how it went: the latest first."""
        return list(Repetition.objects.shown().filter(story=self.story.pk).for_lists().latest_first())

    @cached_property
    def questions(self) -> list[Question]:
        """What colleagues asked about it, and what was answered: the latest first."""
        return list(Question.objects.filter(story=self.story.pk).for_lists().latest_first())

    @property
    def repeats(self) -> Repeats:
        """How often it was repeated."""
        return Repeats.of(self.repetitions)

    @cached_property
    def contents(self) -> list[Section]:
        """What the page holds, for the list beside it."""
        first = [Section("worth", "The part worth repeating")] if self.story.worth_repeating else []
        again = [Section("repeats", f"Repeated by {councils(self.repeats.total)}")] if self.repeats else []
        seen = [Section("pictures", "Pictures")] if self.gallery else []
        last = [Section("files", "Files")] if self.attachments else []
        asked = [Section("questions", "Asked about it")] if self.questions else []
        return [*first, *self.parts, *seen, *again, *asked, *last]

    @property
    def picture_after(self) -> str:
        """The part that the lead picture follows."""
        anchors = [section.anchor for section in self.parts]
        return "did" if "did" in anchors else (anchors[0] if anchors else "")

    @cached_property
    def picture(self) -> Picture | None:
        """The lead picture in the widths that are served."""
        story = self.story
        if story.picture is None:
            return None
        return Picture(
            story.picture_address(PICTURE_WIDTHS[1]),
            ", ".join(f"{story.picture_address(width)} {width}w" for width in PICTURE_WIDTHS),
            story.picture.width,
            story.picture.height,
            story.picture_alt,
            story.picture_caption,
            story.picture_credit,
        )

    @cached_property
    def gallery(self) -> list[Picture]:
        """The other pictures, each in the widths that are served; the first address is the large one."""
        rows = self.story.gallery.all()
        if hasattr(rows, "select_related"):
            rows = rows.select_related("picture")
        return [
            Picture(
                row.address(PICTURE_WIDTHS[2]),
                ", ".join(f"{row.address(width)} {width}w" for width in PICTURE_WIDTHS[:2]),
                row.picture.width,
                row.picture.height,
                row.alt,
                row.caption,
                row.credit,
            )
            for row in rows
        ]

    @cached_property
    def minutes(self) -> int:
        """Minutes to read."""
        words = sum(len(richtext.plain_text(getattr(self.story, part)).split()) for part in PARTS)
        return max(1, ceil(words / WORDS_A_MINUTE))

    @property
    def when(self) -> str:
        """When it happened, in months."""
        return months(self.story.began_on, self.story.ended_on, going_on=self.story.practice_status in GOING_ON)

    @property
    def tags(self) -> list[Any]:
        """Its free words."""
        return sorted((tag for tag in self.story.tags.all() if tag.slug), key=lambda tag: tag.name.lower())

    @property
    def collections(self) -> list[Collection]:
        """The collections in which it stands, that all its readers may read."""
        if not self.story.pk or not self.story.live:
            return []
        return list(Collection.objects.readable_with(self.story).filter(items__story=self.story))

    @property
    def confirmed_at(self) -> datetime | None:
        """When an author last said that it is still so."""
        if not self.story.pk or not self.story.live:
            return None
        said = StillSo.objects.filter(story=self.story.pk, answer=StillSo.Answer.SO)
        return said.values_list("answered_at", flat=True).first()

    @property
    def grew_out_of(self) -> StoryPage | None:
        """The story that this practice was taken from."""
        return self.others.filter(pk=self.story.based_on_id).first() if self.story.based_on_id else None

    @property
    def missing(self) -> list[str]:
        """What its authors may still add, in words."""
        story = self.story
        empty = {name for name in INVITATIONS if name not in {"took", "topics"} and not getattr(story, name)}
        if not self.took:
            empty.add("took")
        if not self.topics:
            empty.add("topics")
        return [words for name, words in INVITATIONS.items() if name in empty]


GOING_ON = {StoryPage.Status.RUNNING, StoryPage.Status.CHANGED}


def councils(number: int) -> str:
    """So many councils, in words."""
    return "1 council" if number == 1 else f"{number} councils"


def months(began: date | None, ended: date | None, *, going_on: bool = False) -> str:
    """A time in months: September 2023 to March 2024. Something that still goes on is told by its beginning."""
    if began is None:
        return f"Until {format_date(ended, 'F Y')}" if ended else ""
    first = format_date(began, "F Y")
    if ended is None:
        return f"Since {first}" if going_on else first
    last = format_date(ended, "F Y")
    return first if first == last else f"{first} to {last}"


# What a page shows, besides what raises the site's version, to those who may do more with a story than read it.
WORK = """
    SELECT p.live, p.latest_revision_id, p.has_unpublished_changes, p.locked,
        (SELECT MAX(l.id) FROM wagtailcore_pagelogentry l WHERE l.page_id = p.id),
        (SELECT w.id FROM wagtailcore_workflowstate w WHERE w.object_id = %s ORDER BY w.id DESC LIMIT 1),
        (SELECT w.status FROM wagtailcore_workflowstate w WHERE w.object_id = %s ORDER BY w.id DESC LIMIT 1),
        (SELECT t.status FROM wagtailcore_workflowstate w JOIN wagtailcore_taskstate t ON t.id = w.current_task_state_id
            WHERE w.object_id = %s ORDER BY w.id DESC LIMIT 1)
    FROM wagtailcore_page p WHERE p.id = %s
"""


def work_on(pk: int) -> Hashable:
    """How the draft and the review of a story stand, in one raw read (pagecache.Condition)."""
    stands: Hashable = pagecache.read(WORK, [str(pk)] * 3 + [pk])
    return stands


def version_for(person: Any, story: StoryPage) -> StoryPage:
    """A story that is not published, as this person may read it: the newest text for its authors, the one that was
    sent for those who moderate it, else what was published last."""
    newest = story.revisions_seen_by(person).order_by("-created_at", "-pk").first()
    if newest is None:
        return story
    version = newest.as_object()
    version.community, version.published_at = story.community, story.published_at
    return version


def has_picture(person: Any, story: StoryPage, picture: int) -> bool:
    """Whether a version of the story that this person may read, besides the published one, has this picture."""
    seen = story.revisions_seen_by(person)
    if seen.filter(content__picture=picture).exists():
        return True
    galleries = seen.filter(content__gallery__0__isnull=False).values_list("content__gallery", flat=True)
    return any(row["picture"] == picture for rows in galleries for row in rows)


def attachment_in_a_draft(person: Any, story: StoryPage, key: str) -> StoryAttachment | None:
    """The file with this key in a version of the story that this person may read, besides the published one."""
    for revision in story.revisions_seen_by(person).filter(content__attachments__icontains=f"attachments/{key}/"):
        for row in revision.content["attachments"]:
            if row["file"].startswith(f"attachments/{key}/"):
                names = ("title", "file", "name", "content_type", "size")
                return StoryAttachment(**{name: row[name] for name in names})
    return None


@dataclass(frozen=True)
class Pieces:
    """A story, made into the pieces of its page: the same for everybody who may read it.

    `managers` are those who may do more with it than read it: its authors, also those whom its draft names, and the
    facilitators of its community.
    """

    pk: int
    title: str
    summary: str
    address: str
    slug: str
    hue: int
    audience: str
    published_at: datetime | None
    changed_at: datetime | None
    head: SafeString
    picture: SafeString
    text: SafeString
    about: SafeString
    missing: list[str]
    author_ids: frozenset[int]
    managers: frozenset[int]


def pieces_of(reading: Reading) -> Pieces:
    """Make the pieces."""

    def piece(name: str) -> SafeString:
        return render_to_string(f"practice/story_{name}.html", {"reading": reading, "story": reading.story})

    story = reading.story
    community = story.community
    authors = frozenset(author.person_id for author in reading.authors)
    facilitators = Membership.objects.facilitators().filter(community=community).values_list("person", flat=True)
    deputies = Absence.objects.not_over().filter(community=community).values_list("deputy", flat=True)
    return Pieces(
        pk=story.pk,
        title=story.title,
        summary=story.summary,
        address=story.get_absolute_url(),
        slug=story.readable_slug,
        hue=community.hue if community else 0,
        audience=story.audience,
        published_at=story.published_at,
        changed_at=story.last_published_at,
        head=piece("head"),
        picture=band_picture(reading.story, reading.repeats.running, reading.repeats.stopped),
        text=piece("text"),
        about=piece("about"),
        missing=reading.missing,
        author_ids=authors,
        managers=authors.union(story.writers.values_list("person", flat=True), facilitators, deputies),
    )


def published_pieces(pk: int) -> Pieces:
    """The pieces of a published story for those who may read it, kept until something on the site changes.

    The caller asks who may read it: `audience` is as true as the rest, since each change of it is a change of the site.
    Raises StoryPage.DoesNotExist where nothing is published.
    """

    def make() -> Pieces:
        stories = StoryPage.objects.filter(live=True).select_related("community__policy", "council", "picture")
        story = stories.get(pk=pk)
        return pieces_of(Reading(story, others=StoryPage.objects.readable_with(story)))

    pieces: Pieces = fragments.pieces.kept(("story", pk), make)
    return pieces
