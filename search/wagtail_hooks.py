"""What the editors' admin shows of search."""

from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from search.views.admin import refused


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    """The page on what was refused."""
    return [path("search-refused/", refused, name="search-refused")]


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    """Its place among the reports."""
    return MenuItem("Search index", reverse("search-refused"), name="search-refused", icon_name="search", order=900)
