"""Notifications as a Django application."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Set-up of notifications."""

    name = "hub.notifications"
    label = "notifications"
