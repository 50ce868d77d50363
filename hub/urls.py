"""The map of the site: every prefix on one page."""

from django.conf import settings
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("", include("search.urls")),  # search/
    path("", include("practice.urls")),  # stories/ topics/ tags/ write/ moderate/
    path("", include("community.urls")),  # communities/ people/ councils/
    path("", include("hub.notifications.urls")),  # inbox/
    path("account/", include("allauth.urls")),
    path("admin/", include(wagtailadmin_urls)),
    *([path("demo/mail/", include("hub.mailbox.urls"))] if settings.DEBUG else []),
    path("", include(wagtail_urls)),  # the home page and the information pages
]
