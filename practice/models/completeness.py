"""The parts of a story, and what it must have before it can be sent."""

from typing import Any

from hub.richtext import plain_text

PARTS = ("problem", "did", "happened", "learned")


def missing_from(story: Any) -> dict[str, str]:
    """What must be written before it can be sent, by field: a title, a summary, a council and any one part."""
    missing: dict[str, str] = {}
    if not story.title.strip():
        missing["title"] = "Give it a title: what changed?"
    if not story.summary.strip():
        missing["summary"] = "Write a summary, in one or two sentences"
    if story.council_id is None:
        missing["council"] = "Say which council this happened in"
    if not any(plain_text(getattr(story, part)) for part in PARTS):
        missing["did"] = "Write at least one part of the story, such as what you did"
    if story.began_on and story.ended_on and story.ended_on < story.began_on:
        missing["ended_on"] = "The end must not be before the beginning"
    if story.picture_id and not story.picture_alt.strip():
        missing["picture_alt"] = "Say what the picture shows, for those who cannot see it"
    if any(not each.alt.strip() for each in story.gallery.all()):
        missing["gallery"] = "Say of each picture what it shows, for those who cannot see it"
    return missing
