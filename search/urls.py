"""Addresses of search, and of what it adds to the pages of stories."""

from django.urls import path

from search.views import beside, searching, standing, suggesting

urlpatterns = [
    path("search/", searching.search, name="search"),
    path("search/feed/", searching.feed, name="search-feed"),
    path("search/suggest/", suggesting.suggest, name="suggest"),
    path("search/told-already/", beside.told_already, name="told-already"),
    path("searches/", standing.searches, name="searches"),
    path("searches/save/", standing.save, name="save-search"),
    path("searches/stop/<str:token>/", standing.stop, name="stop-search"),
    path("searches/<int:pk>/", standing.search, name="standing-search"),
    path("searches/<int:pk>/<slug:verb>/", standing.change, name="change-search"),
    path("stories/<int:pk>/similar/", beside.similar, name="similar-stories"),
]
