"""The search room as a Django application."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Set-up of the search room."""

    name = "search"

    def ready(self) -> None:
        """Listen to what changes, and say how search stands."""
        from search import checks, consequences, health, receivers  # noqa: F401
