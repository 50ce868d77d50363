"""Feeds of stories, for readers and other sites. Fetched without a session, so they hold public stories alone."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Self

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from hub.freshness import checked_each_time
from hub.pagecache import whole_page
from hub.templatetags.look import absolute
from practice.models import StoryPage
from practice.narrowing import KINDS, Narrowing

ENTRIES = 30
# What XML cannot hold, whatever an import brought in.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class StoryFeed(Atom1Feed):
    """Atom, with every author by name and the part worth repeating as the content."""

    @classmethod
    def about(cls, words: str, *, link: str, address: str) -> Self:
        """An empty feed of the stories that these words describe, or of all; `link` is the page that shows the same."""
        return cls(
            title=_xml(f"Worth Repeating: {words}" if words else "Worth Repeating"),
            link=absolute(link),
            description="",
            feed_url=absolute(address),
            feed_guid=absolute(address),
            language="en-GB",
            subtitle="What councils tried, in the words of the people who tried it",
        )

    def tell(self, stories: Iterable[StoryPage]) -> None:
        """Add these stories, read for cards, in this order."""
        for story in stories:
            authors = [str(authorship.person) for authorship in story.authorships.all()]
            self.add_item(
                title=_xml(story.title),
                link=absolute(story.get_absolute_url()),
                description=_xml(story.summary),
                unique_id=absolute(reverse("story-short", args=[story.pk])),
                pubdate=story.published_at,
                updateddate=story.last_published_at or story.published_at,
                categories=[topic.title for topic in story.topics_in_order()],
                authors=[_xml(name) for name in [*authors, story.credited] if name] or ["Worth Repeating"],
                worth_repeating=_xml(story.worth_repeating),
            )

    def latest_post_date(self) -> datetime:
        """When the newest entry was changed: the same bytes for the same stories, and no clock in an empty feed."""
        return max((item["updateddate"] for item in self.items), default=datetime(2000, 1, 1, tzinfo=UTC))

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Add what Django's feed has no word for."""
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")
        if item["worth_repeating"]:
            content = format_html("<p><strong>Worth repeating:</strong> {}</p>", item["worth_repeating"])
            handler.addQuickElement("content", content, {"type": "html"})


@whole_page(*KINDS)
@require_safe
def stories(request: HttpRequest) -> HttpResponse:
    """The newest public stories of a list. 404 for a list of what is not known: it would become a list of all."""
    narrowing = Narrowing.asked(request.GET, None)
    if narrowing.unknown:
        raise Http404
    end = narrowing.address().removesuffix(".")
    feed = StoryFeed.about(
        ", ".join(choice.label for choice in narrowing.choices),
        link=reverse("stories") + end,
        address=reverse("stories-feed") + end,
    )
    feed.tell(narrowing.narrow(StoryPage.objects.visible_to(None)).newest_first().for_cards()[:ENTRIES])
    return answer_with(feed, request)


def answer_with(feed: StoryFeed, request: HttpRequest) -> HttpResponse:
    """A feed as an answer, which anybody may keep while it is true."""
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    return checked_each_time(request, response, public=True)


def _xml(text: str) -> str:
    return NOT_XML.sub(" ", text)
