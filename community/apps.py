"""The community room as a Django application."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """Set-up of the community room."""

    name = "community"
