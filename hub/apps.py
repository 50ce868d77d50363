"""The hub room as a Django application."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """Set-up of the hub room."""

    name = "hub"

    def ready(self) -> None:
        """Listen to every change that a visitor could see."""
        from hub import changes

        changes.listen()
