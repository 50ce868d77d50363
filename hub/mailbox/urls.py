"""Addresses of the mailbox of a demo. hub.urls includes them under DEBUG only."""

from django.urls import path

from hub.mailbox import views

urlpatterns = [
    path("", views.mailbox, name="demo-mail"),
    path("<slug:name>/", views.kept_letter, name="demo-letter"),
    path("<slug:name>/html/", views.kept_html, name="demo-letter-html"),
]
