"""Addresses of communities, people and councils."""

from django.urls import path

from community.views import absences, accounts, appeals, communities, councils, members, people, profile

urlpatterns = [
    path("account/logout/", accounts.sign_out, name="account_logout"),
    path("account/profile/", profile.profile, name="profile"),
    path("account/data/", profile.your_data, name="your-data"),
    path("account/data/worth-repeating.json", profile.your_data_file, name="your-data-file"),
    path("account/close/", profile.close, name="close-account"),
    # Wagtail's own doors lead to ours, so that nothing goes round the second step or the verbs.
    path("_util/login/", accounts.to_sign_in),
    path("admin/login/", accounts.to_sign_in),
    path("admin/logout/", accounts.sign_out),
    path("admin/account/", accounts.to_profile),
    path("admin/password_reset/", accounts.to_new_password),
    path("admin/password_reset/<path:rest>", accounts.to_new_password),
    path("admin/bulk/community/person/<str:action>/", accounts.not_here),
    path("communities/", communities.communities, name="communities"),
    path("communities/new/", communities.new, name="new-community"),
    path("communities/yours/", members.yours, name="your-communities"),
    path("communities/yours/<int:pk>/<slug:verb>/", members.answer_invitation, name="answer-invitation"),
    path("communities/<slug:slug>/", communities.community, name="community"),
    path("communities/<slug:slug>/join/", members.join, name="join-community"),
    path("communities/<slug:slug>/ask/", members.ask, name="ask-community"),
    path("communities/<slug:slug>/leave/", members.leave, name="leave-community"),
    path("communities/<slug:slug>/members/", members.members, name="community-members"),
    path("communities/<slug:slug>/members/<int:person>/invite/", members.invite_person, name="invite-person"),
    path("communities/<slug:slug>/members/<int:person>/<slug:verb>/", members.decide, name="decide-member"),
    path("communities/<slug:slug>/people/<int:pk>/ask-me-no-more/", members.ask_me_no_more, name="ask-me-no-more"),
    path("communities/<slug:slug>/invitations/", members.invitations, name="community-invitations"),
    path("communities/<slug:slug>/invitations/<int:pk>/take-back/", members.take_back, name="take-back-invitation"),
    path("communities/<slug:slug>/away/", absences.away, name="community-away"),
    path("communities/<slug:slug>/away/<int:pk>/end/", absences.here_again, name="here-again"),
    path("communities/<slug:slug>/settings/", communities.settings, name="community-settings"),
    path("communities/<slug:slug>/settings/policy/", communities.policy, name="community-policy"),
    path("appeals/<int:pk>/", appeals.appeal, name="appeal"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person-short"),
    path("people/<int:pk>/portrait/<int:picture>/", people.portrait, name="portrait"),
    path("people/<int:pk>/<slug:slug>/", people.person, name="person"),
    path("councils/", councils.councils, name="councils"),
    path("councils/<str:code>/", councils.council, name="council-short"),
    path("councils/<str:code>/<slug:slug>/", councils.council, name="council"),
]
