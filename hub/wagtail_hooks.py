"""What the site as a whole asks of Wagtail's admin."""

from typing import Any

from django.shortcuts import redirect
from django.urls import URLResolver, include, path
from wagtail import hooks
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet


@hooks.register("construct_admin_api")
def answer_for_documents(router: Any) -> None:
    """Give the admin the address that it asks for on every page.

    Wagtail's documents are not installed: attachments belong to stories, and are as private as they are. The admin
    looks the address of their list up all the same, so it is answered by the list that is there.
    """
    router.register_endpoint("documents", ImagesAdminAPIViewSet)


@hooks.register("register_admin_urls")
def answer_for_sites() -> list[URLResolver]:
    """Give an administrator's list of pages the address that it looks up beside the front page.

    Wagtail's list of sites is not installed: there is one site, and SITE_URL says where it is.
    """
    sites = [path("", lambda request: redirect("wagtailadmin_explore_root"), name="index")]
    return [path("sites/", include((sites, "wagtailsites"), namespace="wagtailsites"))]
