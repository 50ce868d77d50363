"""The decisions about stories against which one can appeal to the editors of the site, and how each is undone."""

from typing import Any

from django.urls import reverse
from wagtail.log_actions import log
from wagtail.models import PageLogEntry, WorkflowState

from community.appealing import RULES, Rule
from community.models import Membership, Person
from hub.notifications.notify import notify
from practice import hiding, moderating, repeating, writing
from practice.models import Repetition, ReviewState, StoryPage

DECLINE = "practice.decline"


def decision_to_appeal(story: StoryPage, person: Any) -> PageLogEntry | None:
    """What was decided last about a story and stands, if this person may appeal against it."""
    return (removal_to_appeal(story, person) if story.taken_away else None) or decline_to_appeal(story, person)


def decline_to_appeal(story: StoryPage, person: Any) -> PageLogEntry | None:
    """The decision that declined a story, as long as it stands, if this person may appeal against it."""
    decline = _declines(story).first()
    if decline is None or decline.user_id == person.pk or _overtaken(decline):
        return None
    return decline if _concerns_author(decline, person) else None


def removal_to_appeal(story: StoryPage, person: Person) -> PageLogEntry | None:
    """The decision that took a story out of sight, if this person may appeal against it."""
    removal: PageLogEntry | None = moderating.last_removal(story) if story.taken_away else None
    if removal is None or removal.user_id == person.pk:
        return None
    return removal if _concerns_author(removal, person) else None


def _concerns_author(entry: PageLogEntry, person: Person) -> bool:
    """Whether somebody else than its authors decided it about a story of this person."""
    story = StoryPage.objects.filter(pk=entry.page_id).first()
    return story is not None and story.is_author(person) and not (entry.user and story.is_told_by(entry.user))


def _concerns_speaker(entry: PageLogEntry, person: Person) -> bool:
    return entry.data.get("person") == person.pk and StoryPage.objects.filter(pk=entry.page_id).exists()


def _show_again(entry: PageLogEntry, by: Person) -> None:
    story = StoryPage.objects.filter(pk=entry.page_id).first()
    if story and story.hidden_at:
        hiding.show_again(story, by=by)
    elif story and not story.live:
        moderating.restore(story, by=by)


def _declines(story: StoryPage) -> Any:
    entries = PageLogEntry.objects.filter(page=story.pk, action=DECLINE).select_related("user")
    return entries.order_by("-timestamp", "-pk")


def _overtaken(entry: PageLogEntry) -> str:
    """Why a story that was declined is not any more."""
    story = StoryPage.objects.filter(pk=entry.page_id).first()
    if story is None or story.thrown_away_at:
        return "The story was thrown away since."
    last = ReviewState.objects.of_story(story).last()
    if last is None or not last.declined or _declines(story).first() != entry:
        return "It was sent again since, or decided anew, so that nothing of this is left to be undone."
    return ""


def _have_read_again(entry: PageLogEntry, by: Person) -> None:
    """Let the version that was declined wait once more, as a new reading of it: what was said at the last one stays."""
    story = StoryPage.objects.filter(pk=entry.page_id).first()
    if story is None:
        return
    held = writing.hold(story)
    if _overtaken(entry):
        return
    last = ReviewState.objects.of_story(held).select_related("workflow_state", "revision").last()
    assert last is not None
    state = last.workflow_state
    state.status, state.current_task_state = (
        WorkflowState.STATUS_IN_PROGRESS,
        ReviewState.objects.create(
            workflow_state=state, task=last.task, revision=last.revision, author_note=last.author_note
        ),
    )
    state.save()
    log(instance=held, action="practice.read_again", user=by, revision=last.revision)
    on_duty = Membership.objects.on_duty().filter(community=held.community_id).select_related("person")
    notify(
        [membership.person for membership in on_duty],
        "story-submitted",
        about=held,
        subject=f"“{last.revision.object_str}” waits to be read again, after an appeal",
        url=reverse("review", args=[held.pk]),
        by=by,
        action="Read it",
    )


def _show_what_was_said(entry: PageLogEntry, by: Person) -> None:
    hidden = Repetition.objects.filter(story=entry.page_id, person=entry.data.get("person"), hidden_at__isnull=False)
    for repetition in hidden.select_related("story"):
        repeating.show_again(repetition, by=by)


def _community(entry: PageLogEntry) -> int:
    return int(StoryPage.objects.values_list("community", flat=True).get(pk=entry.page_id))


RULES["practice.hide"] = Rule(lambda entry: f"“{entry.label}” was hidden", _concerns_author, _show_again, _community)
RULES["practice.withdraw"] = Rule(
    lambda entry: f"“{entry.label}” was withdrawn", _concerns_author, _show_again, _community
)
RULES[DECLINE] = Rule(
    lambda entry: f"“{entry.label}” was declined", _concerns_author, _have_read_again, _community, _overtaken
)
RULES["practice.hide_repeat"] = Rule(
    lambda entry: f"What was said of repeating “{entry.label}” was hidden",
    _concerns_speaker,
    _show_what_was_said,
    _community,
)
