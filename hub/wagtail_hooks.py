"""What the site as a whole asks of Wagtail's admin."""

from typing import Any

from wagtail import hooks
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet


@hooks.register("construct_admin_api")
def answer_for_documents(router: Any) -> None:
    """Give the admin the address that it asks for on every page.

    Wagtail's documents are not installed: attachments belong to stories, and are as private as they are. The admin
    looks the address of their list up all the same, so it is answered by the list that is there.
    """
    router.register_endpoint("documents", ImagesAdminAPIViewSet)
