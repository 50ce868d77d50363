"""The search room as a Django application."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Set-up of the search room."""

    name = "search"

    def ready(self) -> None:
        """Listen to what changes, say how search stands, and read what an import has for it."""
        from practice.importing import LAST_FILES
        from search import checks, consequences, health, importing, receivers  # noqa: F401

        LAST_FILES += [
            ("wishes.jsonl", "wish", importing.put_wish),
            ("searches.jsonl", "search", importing.put_search),
        ]
