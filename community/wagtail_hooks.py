"""What the editors' admin must know of communities: their log, and what is not done to them there."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page, PageLogEntry
from wagtail.snippets.models import register_snippet

from community.decisions import SENTENCES, sentence
from community.models import CommunityPage
from community.views.communities_admin import CommunityListing, places_of
from community.views.councils_admin import CouncilViewSet

ABOUT_PEOPLE = (
    ("community.appoint_editor", "Appoint editor", "Made an editor of the site"),
    ("community.dismiss_editor", "Dismiss editor", "No longer an editor of the site"),
    ("community.set_address", "Set address", "Given another e-mail address"),
    ("community.close_account", "Close account", "Account closed for good"),
)

register_snippet(CouncilViewSet)


@hooks.register("register_admin_viewset")
def register_listing() -> CommunityListing:
    """The list of communities."""
    return CommunityListing()


@hooks.register("register_page_listing_more_buttons")
def lead_to_the_website(page: Page, user: Any, **where: Any) -> Iterator[Button]:
    """Links from each community of a list to where it is looked after. They ask the database nothing."""
    if isinstance(page, CommunityPage):
        for order, (words, address) in enumerate(places_of(page), start=80):
            yield Button(words, address, icon_name="globe", priority=order)


@hooks.register("register_log_actions")
def name_actions(actions: LogActionRegistry) -> None:
    """Tell Wagtail's audit log what the verbs of this room write into it."""
    for action, (label, _) in SENTENCES.items():
        if action.startswith("community."):
            actions.register_action(action)(_formatter(label))
    for action, label, message in ABOUT_PEOPLE:
        actions.register_action(action, label, message)


def _formatter(label: str) -> type[LogFormatter]:
    class Formatter(LogFormatter):
        def format_message(self, log_entry: PageLogEntry) -> str:
            words = sentence(log_entry)
            return words[:1].upper() + words[1:]

    Formatter.label = label
    return Formatter


def why_not(action: str, page: Page) -> str:
    """Why this is not done to a community in the admin, and what to do instead; nothing if it may be done."""
    if not isinstance(page.specific_deferred, CommunityPage):
        return ""
    title = page.get_admin_display_title()
    if action == "delete" and page.get_children().exists():
        return f"“{title}” holds stories. Move or delete them first: a story keeps its address, a deleted one does not."
    return {
        "move": f"“{title}” stays where it is: communities have one place, under the home page.",
        "copy": f"“{title}” is not copied: people and stories belong to one community. Make a new one instead.",
        "unpublish": f"“{title}” is not unpublished, since its stories would stay. Make it hidden, under its settings.",
    }.get(action, "")


def _guard(action: str) -> Any:
    def guard(request: HttpRequest, page: Page, *args: Any) -> HttpResponse | None:
        if reason := why_not(action, page):
            messages.error(request, reason)
            return redirect("wagtailadmin_explore", page.get_parent().pk)
        return None

    return guard


for _action in ("delete", "move", "copy", "unpublish"):
    hooks.register(f"before_{_action}_page", _guard(_action))


@hooks.register("before_bulk_action")
def guard_many(request: HttpRequest, action: str, objects: list[Any], view: Any) -> HttpResponse | None:
    """The same for many pages at once: none is touched if one may not be."""
    reasons = [reason for page in objects if isinstance(page, Page) and (reason := why_not(action, page))]
    if not reasons:
        return None
    for reason in reasons:
        messages.error(request, reason)
    return redirect("wagtailadmin_explore", objects[0].get_parent().pk)
