"""An author's own stories: those with them, those with a reader, those that are published or put away."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models
from django.utils import timezone
from wagtail.models import TaskState

from community.models import Membership, Person
from practice.models import ReviewState, StoryAuthor, StoryPage
from practice.models.states import State
from practice.outline import outline_of
from practice.promises import after_working_days
from practice.throwing_away import KEPT_FOR


@dataclass(frozen=True)
class Yours:
    """One story in the list, with its newest text."""

    story: StoryPage
    title: str
    summary: str
    state: State
    with_others: list[Person]
    written: int
    of: int
    review: ReviewState | None
    answer_by: date | None

    @property
    def gone_on(self) -> datetime | None:
        """When it goes for good, if it is thrown away."""
        thrown = self.story.thrown_away_at
        return thrown and thrown + KEPT_FOR

    @property
    def note(self) -> ReviewState | None:
        """What a reader said, as long as it was not answered by sending the story again."""
        review = self.review
        return review if review and review.status == TaskState.STATUS_REJECTED and review.comment else None


@dataclass
class Shelves:
    """The list, in its sections."""

    with_you: list[Yours] = field(default_factory=list)
    with_a_reader: list[Yours] = field(default_factory=list)
    going_out: list[Yours] = field(default_factory=list)
    published: list[Yours] = field(default_factory=list)
    put_away: list[Yours] = field(default_factory=list)
    thrown_away: list[Yours] = field(default_factory=list)


def shelves_of(person: Person) -> Shelves:
    """Every story that this person is an author of, the latest first."""
    stories = list(
        StoryPage.objects.filter(pk__in=StoryAuthor.stories_of(person))
        .with_state()
        .select_related("community__policy", "council", "latest_revision", "thrown_away_by", "plan")
        .prefetch_related(
            models.Prefetch("authorships", StoryAuthor.objects.select_related("person__council")),
            "writers__person__council",
            "topics__parent",
        )
        .order_by("-latest_revision_created_at", "-pk")
    )
    reviews = reviews_of(stories)
    shelves = Shelves()
    for story in stories:
        line = _line(story, person, reviews.get(story.pk))
        if story.thrown_away_at:
            shelves.thrown_away.append(line)
        elif line.state == State.IN_REVIEW:
            shelves.with_a_reader.append(line)
        elif line.state == State.PLANNED:
            shelves.going_out.append(line)
        elif line.state in {State.DRAFT, State.CHANGES_REQUESTED}:
            shelves.with_you.append(line)
        elif story.live:
            shelves.published.append(line)
        else:
            shelves.put_away.append(line)
    return shelves


def reviews_of(stories: Iterable[StoryPage]) -> dict[int, ReviewState]:
    """The last reading of each story, whatever came of it."""
    ids = [str(story.pk) for story in stories]
    rows = (
        ReviewState.objects.filter(
            workflow_state__base_content_type=StoryPage(pk=None).get_base_content_type(),
            workflow_state__object_id__in=ids,
        )
        .select_related("workflow_state", "finished_by")
        .order_by("started_at", "pk")
    )
    return {int(row.workflow_state.object_id): row for row in rows}


def notes_on(stories: Iterable[StoryPage]) -> dict[int, ReviewState]:
    """What a reader asked for or gave as a reason, where the story was not sent again since."""
    return {
        pk: review
        for pk, review in reviews_of(stories).items()
        if review.status == TaskState.STATUS_REJECTED and review.comment
    }


def readers_of(story: StoryPage) -> list[Person]:
    """Those who read what is sent: the facilitators of its community."""
    facilitators = Membership.objects.facilitators().filter(community=story.community_id).select_related("person")
    return [membership.person for membership in facilitators]


def answered_by(sent: datetime, working_days: int) -> date:
    """The last day on which a reader promised to answer."""
    return after_working_days(timezone.localdate(sent), working_days)


def _line(story: StoryPage, person: Person, review: ReviewState | None) -> Yours:
    content = story.latest_revision.content if story.latest_revision else {}
    people = {row.person_id: row.person for row in [*story.authorships.all(), *story.writers.all()]}
    people.pop(person.pk, None)
    parts = outline_of(content)
    reading = review is not None and review.status == TaskState.STATUS_IN_PROGRESS
    policy = story.community.policy if story.community else None
    return Yours(
        story=story,
        title=content.get("title") or story.title,
        summary=content.get("summary") or "",
        state=story.edit_state or story.state,
        with_others=list(people.values()),
        written=sum(part.done for part in parts),
        of=len(parts),
        review=review,
        answer_by=answered_by(review.started_at, policy.promise_days) if reading and review and policy else None,
    )
