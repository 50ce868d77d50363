"""Addresses of what people are told."""

from django.urls import path

from hub.notifications import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/all-read/", views.all_read, name="inbox-all-read"),
    path("inbox/letters/", views.letters, name="inbox-letters"),
    path("inbox/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("inbox/<int:pk>/", views.opened, name="notice"),
]
