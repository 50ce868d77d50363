"""Charts as a Django application, for their template tags."""

from django.apps import AppConfig


class ChartsConfig(AppConfig):
    """Set-up of charts."""

    name = "hub.charts"
    label = "charts"
