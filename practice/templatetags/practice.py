"""What the templates of every room show of stories: covers, bands, names."""

from django import template

from practice import faces
from practice.models import StoryAttachment, StoryPage

register = template.Library()
register.simple_tag(faces.cover)
register.simple_tag(faces.topic_cover)
register.simple_tag(faces.band_picture)
register.filter(faces.first_topic)
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
KINDS = {
    "application/pdf": "PDF",
    f"{_OPEN_XML}wordprocessingml.document": "Word document",
    f"{_OPEN_XML}spreadsheetml.sheet": "Excel spreadsheet",
    f"{_OPEN_XML}presentationml.presentation": "PowerPoint presentation",
    "application/vnd.oasis.opendocument.text": "OpenDocument text",
    "application/vnd.oasis.opendocument.spreadsheet": "OpenDocument spreadsheet",
    "text/csv": "Table (CSV)",
    "text/plain": "Text",
}


@register.filter
def author_names(story: StoryPage) -> str:
    """The names of the authors, in the order that they chose, then those credited by name alone."""
    names = [str(authorship.person) for authorship in story.authorships.all()]
    if story.credited:
        names.append(story.credited)
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


@register.filter
def kind_of_file(file: StoryAttachment) -> str:
    """What sort of file it is, as people say it."""
    return KINDS.get(file.content_type) or file.name.rpartition(".")[2].upper()[:8] or "File"
