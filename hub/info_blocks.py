"""What a page about the site is made of: headings, text, questions with their answers, pictures, notices, links."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.text import slugify
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

TEXT = ["h3", "bold", "italic", "ol", "ul", "link"]
# A page of this site, or one elsewhere. Never a script.
_ADDRESS = RegexValidator(
    r"^(?:/(?![/\\])|https?://|mailto:)\S*$", "Give an address that begins with / on this site, or with https://."
)


class HeadingBlock(blocks.CharBlock):
    """A heading, with a place of its own in the address."""

    class Meta:
        icon = "title"
        template = "hub/blocks/heading.html"

    def get_context(self, value: str, parent_context: Any = None) -> dict[str, Any]:
        """With the name of its place."""
        return {**super().get_context(value, parent_context=parent_context), "place": slugify(value)}


class QuestionsBlock(blocks.ListBlock):
    """Questions, each with an answer that opens."""

    def __init__(self, **kwargs: Any) -> None:
        question = blocks.StructBlock(
            [
                ("question", blocks.CharBlock(max_length=200)),
                ("answer", blocks.RichTextBlock(features=TEXT)),
            ]
        )
        super().__init__(question, **kwargs)

    class Meta:
        icon = "help"
        label = "Questions and answers"
        template = "hub/blocks/questions.html"


class PictureBlock(blocks.StructBlock):
    """A picture with words for those who do not see it, and a caption."""

    picture = ImageChooserBlock()
    words = blocks.CharBlock(
        max_length=250,
        required=False,
        label="What it shows",
        help_text="For people who do not see it. Leave it out only where the picture says nothing that the text lacks",
    )
    caption = blocks.CharBlock(max_length=250, required=False)

    class Meta:
        icon = "image"
        template = "hub/blocks/picture.html"


class NoticeBlock(blocks.StructBlock):
    """Something that must not be passed over."""

    heading = blocks.CharBlock(max_length=120, required=False)
    text = blocks.RichTextBlock(features=["bold", "italic", "ol", "ul", "link"])

    class Meta:
        icon = "warning"
        label = "Notice"
        template = "hub/blocks/notice.html"


class LinkBlock(blocks.StructBlock):
    """A way on: to a page of the site that is chosen, or to an address."""

    title = blocks.CharBlock(max_length=100)
    words = blocks.CharBlock(max_length=200, required=False, label="What is there")
    page = blocks.PageChooserBlock(required=False, page_type="hub.InfoPage")
    address = blocks.CharBlock(
        max_length=500, required=False, validators=[_ADDRESS], help_text="Where no page is chosen"
    )

    def clean(self, value: Any) -> Any:
        """It leads to one place."""
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["address"]):
            words = ValidationError("Choose a page, or give an address: one of the two.")
            raise blocks.StructBlockValidationError({"address": words})
        return cleaned

    class Meta:
        icon = "link"


class LinksBlock(blocks.ListBlock):
    """Ways on, side by side."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(LinkBlock(), **kwargs)

    class Meta:
        icon = "link"
        label = "Link cards"
        template = "hub/blocks/links.html"


class InfoBlocks(blocks.StreamBlock):
    """All of them."""

    heading = HeadingBlock(max_length=120)
    text = blocks.RichTextBlock(features=TEXT, template="hub/blocks/text.html", icon="pilcrow")
    questions = QuestionsBlock()
    picture = PictureBlock()
    notice = NoticeBlock()
    links = LinksBlock()
