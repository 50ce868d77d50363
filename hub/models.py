"""Pages of the site itself, the pictures that people give, and the row that says if a cached page is still true."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Page

from hub.info_blocks import InfoBlocks


class HomePage(Page):
    """The one front page. Communities and help pages live under it."""

    lead = models.CharField("opening sentence", max_length=200, blank=True)

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["community.CommunityPage", "hub.InfoPage"]
    template = "hub/home.html"
    private_page_options: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("lead")]

    class Meta:
        verbose_name = "home page"


class InfoPage(Page):
    """A page about the site: ground rules, accessibility, privacy, help."""

    body = StreamField(InfoBlocks())
    in_footer = models.BooleanField("link in the footer", default=True)

    parent_page_types = ["hub.HomePage"]
    subpage_types: list[str] = []
    template = "hub/info.html"
    private_page_options: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("body")]
    promote_panels = [*Page.promote_panels, FieldPanel("in_footer")]

    class Meta:
        verbose_name = "information page"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Give the template the page under its own name, as the views of the site do."""
        return {**super().get_context(request, *args, **kwargs), "info": self}

    def shows(self, picture: int) -> bool:
        """Whether a picture is in its text."""
        chosen = (block.value.get("picture") for block in self.body if block.block_type == "picture")
        return any(each is not None and each.pk == picture for each in chosen)


class Picture(AbstractImage):
    """A picture that a person gave. Its file is private: a view that asks who may see it serves it."""

    admin_form_fields = Image.admin_form_fields


class PictureRendition(AbstractRendition):
    """A picture in one size and format."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_a_filter")
        ]


class CacheVersion(models.Model):
    """The number that a cached page was made at. Raised in the transaction of every change that a visitor could see."""

    key = models.CharField(max_length=40, primary_key=True)
    number = models.PositiveBigIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.key} {self.number}"
