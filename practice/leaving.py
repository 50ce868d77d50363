"""What happens to stories when one of their authors takes a copy of their data, or closes their account for good."""

from typing import Any

from community.models import Person
from practice.models import Repetition, StoryAuthor, StoryPage
from practice.models.story import PARTS
from practice.throwing_away import delete_for_good


def add_stories(person: Person, data: dict[str, Any], **signal: Any) -> None:
    """Add every story of a person to the copy of their data, as they wrote it last."""
    data["stories"] = []
    for page in StoryPage.objects.filter(pk__in=StoryAuthor.stories_of(person)).order_by("pk"):
        story = page.get_latest_revision_as_object()
        data["stories"].append(
            {
                "id": page.pk,
                "title": story.title,
                "published": page.published_at if page.live else None,
                "summary": story.summary,
                "worth_repeating": story.worth_repeating,
                **{part: getattr(story, part) for part in PARTS},
            }
        )


def add_repeats(person: Person, data: dict[str, Any], **signal: Any) -> None:
    """Add what a person said of repeating stories to the copy of their data."""
    data["repeated"] = [
        {
            "story": said.story_id,
            "council": said.council.name,
            "outcome": said.outcome,
            "since": said.since,
            "changed": said.changed,
            "advice": said.advice,
            "said": said.created_at,
            "hidden": said.hidden_why,
        }
        for said in Repetition.objects.filter(person=person).select_related("council").order_by("pk")
    ]


def clear_drafts(person: Person, **signal: Any) -> None:
    """Throw away the drafts that only this person wrote and never sent. All else stays, with whoever is to decide."""
    own = StoryPage.objects.filter(pk__in=StoryAuthor.stories_of(person), live=False, first_published_at=None)
    for story in own:
        others = StoryAuthor.objects.filter(page=story).exclude(person=person).exists()
        if not others and (story.thrown_away_at or story.state == StoryPage.State.DRAFT):
            delete_for_good(story, by=person)
