"""The community room as a Django application."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from wagtail.users.apps import WagtailUsersAppConfig


class CommunityConfig(AppConfig):
    """Set-up of the community room."""

    name = "community"

    def ready(self) -> None:
        """Name the public pages; listen to accounts; lay the editors' permissions at the end of each migration."""
        from community import receivers  # noqa: F401
        from community.editors_group import lay_permissions
        from community.sitemap import add_sections

        add_sections()

        post_migrate.connect(lay_permissions, sender=apps.get_app_config("auth"), dispatch_uid="editors_group")


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's administration of people, with forms for our own fields."""

    user_viewset = "community.views.users_admin.PersonViewSet"
