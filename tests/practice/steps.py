"""The steps that tests of stories are made of: saving, sending, deciding, and what came of it."""

from typing import Any

from django.test import Client
from wagtail.models import PageLogEntry, Revision

from community.models import Membership
from hub.notifications.models import Notification
from practice import merging_stories, moderating, writing
from practice.forms.writing import WriteForm, initial_of
from practice.models import StoryPage
from tests.cast import Cast, add_member, make_person, make_story


def save(story: StoryPage, by: Any, **values: Any) -> Revision:
    """Save these fields on top of the newest version."""
    story.refresh_from_db()
    return writing.save_draft(story, by=by, base_revision=story.latest_revision_id, values=values)  # type: ignore[arg-type]


def send(cast: Cast, title: str = "We asked the caretakers", by: Any = None, community: Any = None) -> StoryPage:
    """A story that waits to be read."""
    by = by or cast.alice
    story = make_story(community or cast.waste, by=by, live=False, title=title, council=cast.ambleford)
    writing.submit(story, by=by)
    return story


def told(person: Any) -> list[str]:
    return list(Notification.objects.filter(person=person).order_by("pk").values_list("what", flat=True))


def logged(story: StoryPage) -> set[str]:
    return set(PageLogEntry.objects.filter(page=story.pk).values_list("action", flat=True))


def approve(story: StoryPage, by: Any) -> None:
    moderating.approve(story, by=by, revision=story.latest_revision)


def ask(story: StoryPage, by: Any) -> None:
    moderating.ask_for_changes(story, by=by, revision=story.latest_revision, note="What did it cost?")


def decline(story: StoryPage, by: Any) -> None:
    moderating.decline(story, by=by, revision=story.latest_revision, reason="It sells a product.")


def fill(story: StoryPage, by: Any) -> None:
    save(story, by, summary="Food waste in eleven blocks.", did="<p>We met at ten.</p>")


def page_of(client: Client, story: StoryPage) -> dict[str, Any]:
    """What the form of the page would send if nothing was changed."""
    response = client.get(f"/write/{story.pk}/")
    assert response.status_code == 200
    form: WriteForm = response.context["form"]
    data: dict[str, Any] = {"base": response.context["base"], "seen": response.context["seen"]}
    for name, value in initial_of(form.draft).items():
        if name in ("began_on", "ended_on"):
            data[f"{name}_month"], data[f"{name}_year"] = (value.month, value.year) if value else ("", "")
        else:
            data[name] = "" if value is None else value
    return data


def newest(story: StoryPage) -> StoryPage:
    return writing.draft_of(StoryPage.objects.get(pk=story.pk))


def second_facilitator(cast: Cast) -> Any:
    """Cleo, who looks after the same community as Carol."""
    cleo = make_person("Cleo Second")
    add_member(cast.waste, cleo, role=Membership.Role.FACILITATOR)
    return cleo


def merge(gone: StoryPage, kept: StoryPage, by: Any, **given: Any) -> None:
    """Merge a story into another one, and read both again."""
    merging_stories.merge(StoryPage.objects.get(pk=gone.pk), by=by, into=StoryPage.objects.get(pk=kept.pk), **given)
    gone.refresh_from_db()
    kept.refresh_from_db()
