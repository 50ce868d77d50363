"""The hub room as a Django application."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """Set-up of the hub room."""

    name = "hub"
