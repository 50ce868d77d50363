"""Addresses of what people are told."""

from django.urls import path

from hub.notifications import views

urlpatterns = [path("inbox/", views.inbox, name="inbox")]
