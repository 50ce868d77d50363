"""What the templates of every room show of stories."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from practice.covers import cover as draw_cover
from practice.models import StoryPage, Topic

register = template.Library()


@register.simple_tag
def cover(story: StoryPage, columns: int = 4, rows: int = 3) -> SafeString:
    """The cover of a story: its own evidence, drawn as tiles."""
    topic = first_topic(story)
    group = topic.group_slug if topic else str(story.community_id)
    began = story.practice_status or StoryPage.Status.RUNNING
    return mark_safe(draw_cover(group, str(story.pk), began, columns=columns, rows=rows))


@register.filter
def first_topic(story: StoryPage) -> Topic | None:
    """The topic that stands for a story in a list."""
    return next(iter(story.topics.all()), None)


@register.filter
def author_names(story: StoryPage) -> str:
    """The names of the authors, in the order that they chose."""
    names = [str(authorship.person) for authorship in story.authorships.all()]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
