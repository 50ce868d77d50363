"""The hub room as a Django application."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """Set-up of the hub room."""

    name = "hub"

    def ready(self) -> None:
        """Listen to every change that a visitor could see, and name the public pages."""
        from hub import changes, sitemaps
        from hub.models import InfoPage

        changes.listen()
        sitemaps.add(
            "pages",
            sitemaps.Section(
                lambda: InfoPage.objects.live().public(),
                changed="last_published_at",
                also=("/",),
                address=lambda page: page.url,
            ),
        )
