"""Addresses of search, and of what it adds to the pages of stories."""

from django.urls import path

from search.views import beside, searching

urlpatterns = [
    path("search/", searching.search, name="search"),
    path("search/told-already/", beside.told_already, name="told-already"),
    path("stories/<int:pk>/similar/", beside.similar, name="similar-stories"),
]
