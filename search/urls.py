"""Addresses of search, and of what it adds to the pages of stories."""

from django.urls import path

from search.views import beside, curation, searching, standing, suggesting, wanted

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
    path("search/report/", curation.search_report, name="search-report"),
    path("search/report/searches.csv", curation.search_report_file, name="search-report-file"),
    path("search/words/", curation.other_words, name="other-words"),
    path("search/chosen/", curation.chosen_answers, name="chosen-answers"),
    path("search/<slug:kind>/<int:pk>/<slug:verb>/", curation.change, name="change-curation"),
    path("wanted/", wanted.wanted, name="wanted"),
    path("wanted/ask/", wanted.ask, name="ask-for-story"),
    path("wanted/<int:pk>/want/", wanted.want, name="want"),
    path("wanted/<int:pk>/care/", wanted.care, name="care-wish"),
    path("stories/<int:pk>/similar/", beside.similar, name="similar-stories"),
]
