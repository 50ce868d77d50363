"""The map of the site: every prefix on one page."""

from django.conf import settings
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.views import serve

from hub.pagecache import whole_page
from hub.views import home

whole_page()(serve)

urlpatterns = [
    path("", include("search.urls")),  # search/
    path("", include("practice.urls")),  # stories/ topics/ tags/ write/ moderate/
    path("", include("community.urls")),  # communities/ people/ councils/
    path("", include("hub.notifications.urls")),  # inbox/
    path("account/", include("allauth.urls")),
    path("admin/", include(wagtailadmin_urls)),
    *([path("demo/mail/", include("hub.mailbox.urls"))] if settings.DEBUG else []),
    path("", home.home, name="home"),
    path("", include(wagtail_urls)),  # the information pages
]
