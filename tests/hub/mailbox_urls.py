"""The map of the site as it is under DEBUG, for the tests of the demo's mailbox."""

from django.urls import include, path

from hub.urls import urlpatterns as site

urlpatterns = [path("demo/mail/", include("hub.mailbox.urls")), *site]
