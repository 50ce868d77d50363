"""The community room as a Django application."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """Set-up of the community room."""

    name = "community"

    def ready(self) -> None:
        """Listen to what happens to accounts."""
        from community import receivers  # noqa: F401
