"""What the editors' admin shows of search, and says of what facilitators gave to it."""

from typing import Any

from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter

from search.views.admin import refused

LOG_ACTIONS = {
    "search.add_words": ("Other words given", "Gave it other words"),
    "search.remove_words": ("Other words taken away", "Took other words away"),
    "search.choose_answer": ("Answer chosen", "Chose it as an answer"),
    "search.remove_answer": ("Chosen answer taken away", "Took it away as an answer"),
    "search.hide_wish": ("Wish hidden", "Hid the wish"),
    "search.join_wish": ("Wish joined to another", "Joined the wish to another"),
    "search.show_wish": ("Wish shown again", "Put the wish back on the board"),
}


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    """The page on what was refused."""
    return [path("search-refused/", refused, name="search-refused")]


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    """Its place among the reports."""
    return MenuItem("Search index", reverse("search-refused"), name="search-refused", icon_name="search", order=900)


class Curated(LogFormatter):
    """An entry of the audit log with the words and the reason."""

    said = ""

    def format_message(self, log_entry: Any) -> str:
        """What was done, for which words, and why."""
        parts = [self.said]
        if words := log_entry.data.get("words"):
            parts.append(f"“{words}”")
        if reason := log_entry.data.get("reason"):
            parts.append(f"({reason})")
        return " ".join(parts)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """What the verbs of the room write into the audit log."""
    for action, (label, said) in LOG_ACTIONS.items():
        actions.register_action(action)(type("_Curated", (Curated,), {"label": label, "said": said}))
