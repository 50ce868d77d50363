"""The map of the site: every prefix on one page."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.views import serve

from hub.pagecache import whole_page
from hub.views import home, info, media, root

urlpatterns = [
    path("", include("search.urls")),  # search/
    path("", include("practice.urls")),  # stories/ topics/ tags/ write/ repeat/ moderate/
    path("", include("community.urls")),  # communities/ people/ councils/
    path("", include("hub.notifications.urls")),  # inbox/
    path("account/", include("allauth.urls")),
    path("admin/", include(wagtailadmin_urls)),
    *([path("demo/mail/", include("hub.mailbox.urls"))] if settings.DEBUG else []),
    path("media/<path:path>", media.media, name="media"),
    path("help-pictures/<int:page>/<int:picture>/<int:width>/", info.picture, name="info-picture"),
    path("healthz", root.healthz, name="healthz"),
    path("robots.txt", root.robots, name="robots"),
    path("sitemap.xml", root.sitemap_index, name="sitemap-index"),
    path("sitemap-<slug:name>.xml", root.sitemap, name="sitemap"),
    path("manifest.webmanifest", root.manifest, name="manifest"),
    path("favicon.ico", root.icon, {"name": "favicon.ico"}, name="favicon"),
    path("apple-touch-icon.png", root.icon, {"name": "icon-180.png"}, name="touch-icon"),
    path(".well-known/security.txt", root.security_txt, name="security-txt"),
    path("", home.home, name="home"),
    # A page for some only leads to the one door. Wagtail asks for the name.
    path(
        "_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="wagtailcore_login"
    ),
    # The information pages. Of Wagtail's own addresses this is the only one that the site needs.
    re_path(r"^((?:[\w\-]+/)*)$", whole_page()(serve), name="wagtail_serve"),
]

handler400 = "hub.errors.bad_request"
handler403 = "hub.errors.forbidden"
handler404 = "hub.errors.not_found"
handler429 = "hub.errors.too_many"  # allauth asks for it
handler500 = "hub.errors.broken"
