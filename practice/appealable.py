"""The decisions about stories against which one can appeal to the editors of the site, and how each is undone."""

from wagtail.models import PageLogEntry

from community.appealing import RULES, Rule
from community.models import Person
from practice import hiding, moderating, repeating
from practice.models import Repetition, StoryPage


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
    return bool(entry.data.get("person") == person.pk)


def _show_again(entry: PageLogEntry, by: Person) -> None:
    story = StoryPage.objects.filter(pk=entry.page_id).first()
    if story and story.hidden_at:
        hiding.show_again(story, by=by)
    elif story and not story.live:
        moderating.restore(story, by=by)


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
RULES["practice.hide_repeat"] = Rule(
    lambda entry: f"What was said of repeating “{entry.label}” was hidden",
    _concerns_speaker,
    _show_what_was_said,
    _community,
)
