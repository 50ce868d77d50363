"""Addresses of communities, people and councils."""

from django.urls import path

from community.views import communities, councils, people

urlpatterns = [
    path("communities/", communities.communities, name="communities"),
    path("communities/<slug:slug>/", communities.community, name="community"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person-short"),
    path("people/<int:pk>/<slug:slug>/", people.person, name="person"),
    path("councils/", councils.councils, name="councils"),
    path("councils/<str:code>/", councils.council, name="council-short"),
    path("councils/<str:code>/<slug:slug>/", councils.council, name="council"),
]
