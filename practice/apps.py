"""The practice room as a Django application."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """Set-up of the practice room."""

    name = "practice"
