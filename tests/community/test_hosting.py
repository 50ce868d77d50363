from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import PageLogEntry

from community import access, hosting
from community.models import CommunityPage, CommunityPolicy, Membership
from community.signals import policy_changed
from hub.refusal import Refused
from practice.models import StoryPage
from tests.cast import Cast, make_community, make_story


def found(cast: Cast, **given: Any) -> CommunityPage:
    return hosting.found(**{"by": cast.dina, "title": "Coast and cliffs", "purpose": "We hold the sea back.", **given})


def describe(community: CommunityPage, **given: Any) -> CommunityPage:
    community.refresh_from_db()
    return hosting.describe(
        community,
        **{
            "base_revision": community.latest_revision_id,
            "purpose": "We share rounds that got better.",
            "introduction": "<p>Bring a number.</p>",
            "ground_rules": "Name no resident.",
            "hue": 150,
            **given,
        },
    )


class TestFounding:
    def test_an_editor_founds_a_community_that_is_shut_until_they_say_otherwise(self, cast: Cast) -> None:
        community = found(cast)
        assert community.get_absolute_url() == "/communities/coast-and-cliffs/"
        assert (community.policy.visibility, community.policy.joining) == ("hidden", "invite")
        assert access.is_member(cast.dina, community)
        assert community.memberships.get().is_facilitator
        assert PageLogEntry.objects.get(action="community.found").user == cast.dina

    def test_its_facilitators_are_named_and_told(self, cast: Cast) -> None:
        community = found(cast, facilitators=[cast.eve], visibility="open", joining="anyone", promise_days=7)
        assert [m.person for m in community.memberships.facilitators()] == [cast.eve]
        assert cast.eve.notifications.get().what == "facilitator-made"
        assert community.policy.promise_days == 7

    def test_nobody_else_founds_one(self, cast: Cast) -> None:
        for person in (cast.carol, cast.eve):
            with pytest.raises(PermissionDenied):
                found(cast, by=person)

    def test_the_operator_founds_one_on_the_command_line(self, cast: Cast) -> None:
        assert not found(cast, by=None).memberships.exists()

    @pytest.mark.parametrize("slug", ["new", "yours", "waste-and-recycling"])
    def test_an_address_that_is_taken_is_refused(self, cast: Cast, slug: str) -> None:
        with pytest.raises(Refused, match="taken"):
            found(cast, slug=slug)

    def test_what_is_pasted_into_the_introduction_is_made_safe(self, cast: Cast) -> None:
        community = found(cast, introduction="<p onclick=x>Come in<script>alert(1)</script></p>")
        assert community.introduction == "<p>Come in</p>"

    def test_a_policy_that_there_is_not_is_refused_and_nothing_is_made(self, cast: Cast) -> None:
        for wrong in ({"visibility": "secret"}, {"promise_days": 0}, {"promise_days": 400}):
            with pytest.raises(Refused):
                found(cast, **wrong)
        assert CommunityPage.objects.count() == 1

    def test_every_community_has_a_policy_however_it_was_made(self, cast: Cast) -> None:
        page = cast.waste.get_parent().add_child(instance=CommunityPage(title="By hand", purpose="Made in the admin"))
        assert page.policy.visibility == CommunityPolicy.Visibility.HIDDEN


class TestTheAddress:
    def test_it_never_changes(self, cast: Cast) -> None:
        cast.waste.slug = "rubbish"
        with pytest.raises(ValidationError, match="never changes"):
            cast.waste.save()

    def test_another_title_keeps_it(self, cast: Cast) -> None:
        cast.waste.title = "Rubbish"
        cast.waste.save()
        cast.waste.refresh_from_db()
        assert cast.waste.slug == "waste-and-recycling"

    def test_a_community_called_new_stands_beside_the_page_that_makes_new_ones(self, cast: Cast) -> None:
        page = cast.waste.get_parent().add_child(instance=CommunityPage(title="New", purpose="New things"))
        assert page.slug == "new-community"


class TestPolicy:
    def test_opening_publishes_what_was_told_inside_so_it_must_be_said(self, cast: Cast) -> None:
        community = make_community("Whistle", facilitator=cast.carol, visibility="hidden")
        story = make_story(community, by=cast.carol)
        make_story(community, by=cast.carol, live=False)
        with pytest.raises(Refused, match="Its one story would be published"):
            hosting.set_policy(community, by=cast.carol, visibility="open")
        assert not StoryPage.objects.visible_to(None).exists()
        hosting.set_policy(community, by=cast.carol, visibility="open", published_too=True)
        assert list(StoryPage.objects.visible_to(None)) == [story]

    def test_a_hidden_community_is_not_found_by_everybody_unless_that_was_said_too(self, cast: Cast) -> None:
        community = make_community("Whistle", facilitator=cast.carol, visibility="hidden")
        with pytest.raises(Refused, match="Everybody could find it"):
            hosting.set_policy(community, by=cast.carol, visibility="members")

    def test_closing_needs_no_confirmation_and_works_at_once(self, cast: Cast) -> None:
        make_story(cast.waste, by=cast.alice)
        hosting.set_policy(cast.waste, by=cast.carol, visibility="members")
        assert not StoryPage.objects.visible_to(None).exists()
        assert CommunityPage.objects.visible_to(None).exists()
        hosting.set_policy(cast.waste, by=cast.carol, visibility="hidden")
        assert not CommunityPage.objects.visible_to(None).exists()

    def test_only_its_facilitators_and_editors_set_it(self, cast: Cast) -> None:
        make_community("Elsewhere", facilitator=cast.eve)
        for person in (cast.alice, cast.eve):
            with pytest.raises(PermissionDenied):
                hosting.set_policy(cast.waste, by=person, joining="ask")
        hosting.set_policy(cast.waste, by=cast.dina, joining="ask")
        assert cast.waste.policy.joining == "ask"

    def test_other_rooms_are_told_before_the_change_is_committed(self, cast: Cast) -> None:
        heard: list[tuple[CommunityPage, str]] = []

        def hear(sender: Any, community: CommunityPage, **kwargs: Any) -> None:
            heard.append((community, community.policy.visibility))

        policy_changed.connect(hear)
        try:
            hosting.set_policy(cast.waste, by=cast.carol, visibility="members")
            hosting.set_policy(cast.waste, by=cast.carol, visibility="members")
        finally:
            policy_changed.disconnect(hear)
        assert heard == [(cast.waste, "members")]

    def test_the_log_holds_what_it_was_and_what_it_is(self, cast: Cast) -> None:
        hosting.set_policy(cast.waste, by=cast.carol, joining="ask", promise_days=5)
        data = PageLogEntry.objects.get(action="community.set_policy").data
        assert data == {"before": {"joining": "anyone"}, "after": {"joining": "ask"}, "by": "Carol Whitby"}

    def test_an_old_version_of_the_page_does_not_bring_an_old_policy_back(self, cast: Cast) -> None:
        revision = cast.waste.save_revision()
        hosting.set_policy(cast.waste, by=cast.carol, visibility="hidden")
        revision.publish()
        assert CommunityPolicy.objects.get(community=cast.waste).visibility == "hidden"


class TestDescribing:
    def test_a_facilitator_says_what_it_is_about(self, cast: Cast) -> None:
        describe(cast.waste, by=cast.carol)
        page = CommunityPage.objects.get(pk=cast.waste.pk)
        assert (page.purpose, page.hue) == ("We share rounds that got better.", 150)
        assert page.live
        assert page.latest_revision is not None
        assert page.latest_revision.user == cast.carol

    def test_members_and_others_do_not(self, cast: Cast) -> None:
        for person in (cast.alice, cast.eve):
            with pytest.raises(PermissionDenied):
                describe(cast.waste, by=person)

    def test_somebody_elses_newer_words_are_never_overwritten(self, cast: Cast) -> None:
        base = cast.waste.latest_revision_id
        describe(cast.waste, by=cast.carol)
        with pytest.raises(Refused, match="while you were writing"):
            describe(cast.waste, by=cast.dina, base_revision=base, purpose="Mine.")
        assert CommunityPage.objects.get(pk=cast.waste.pk).purpose == "We share rounds that got better."

    def test_what_is_written_is_made_safe_in_the_admin_too(self, cast: Cast) -> None:
        cast.waste.introduction = "<p>Come<script>alert(1)</script></p>"
        cast.waste.save()
        assert cast.waste.introduction == "<p>Come</p>"


def test_a_facilitator_of_a_community_without_members_is_the_founder(cast: Cast) -> None:
    community = found(cast)
    assert list(Membership.objects.facilitators().filter(community=community).values_list("person", flat=True)) == [
        cast.dina.pk
    ]
