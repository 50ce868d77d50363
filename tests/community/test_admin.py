import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community import hosting
from community.models import CommunityPage, CommunityPolicy
from hub.models import HomePage
from tests.cast import Cast, make_community, make_story


@pytest.fixture
def admin(cast: Cast) -> Iterator[Client]:
    """Frank, at the editors' admin."""
    client = Client()
    client.force_login(cast.frank)
    return client


def given(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Coast and cliffs",
        "purpose": "We hold the sea back.",
        "introduction": '{"blocks": [], "entityMap": {}}',
        "ground_rules": "Name nobody.",
        "hue": "195",
        "action-publish": "action-publish",
        **fields,
    }


def create(admin: Client, **fields: Any) -> Any:
    address = reverse("wagtailadmin_pages:add", args=["community", "communitypage", HomePage.objects.get().pk])
    return admin.post(address, given(**fields))


def test_a_community_made_in_the_admin_has_a_policy_and_is_hidden_at_first(admin: Client) -> None:
    response = create(admin)
    assert response.status_code == 302
    community = CommunityPage.objects.get(slug="coast-and-cliffs")
    assert (community.policy.visibility, community.policy.joining) == ("hidden", "invite")
    assert Client().get("/communities/coast-and-cliffs/").status_code == 404


def test_a_reserved_address_is_not_taken_by_a_title(admin: Client) -> None:
    create(admin, title="Yours")
    assert CommunityPage.objects.filter(slug="yours-community").exists()


def edit(admin: Client, community: CommunityPage, **fields: Any) -> Any:
    return admin.post(reverse("wagtailadmin_pages:edit", args=[community.pk]), given(**fields))


def test_editing_there_changes_the_words_and_never_the_address_or_the_policy(admin: Client, cast: Cast) -> None:
    response = edit(admin, cast.waste, title="Rubbish", slug="rubbish", visibility="hidden", joining="invite")
    assert response.status_code == 302
    community = CommunityPage.objects.get(pk=cast.waste.pk)
    assert (community.title, community.slug) == ("Rubbish", "waste-and-recycling")
    assert CommunityPolicy.objects.get(community=community).visibility == "open"


def test_what_is_pasted_into_the_editor_there_is_cleaned(admin: Client, cast: Cast) -> None:
    block = {"key": "a", "text": "Come in.", "type": "unstyled", "depth": 0, "data": {}}
    content = json.dumps({"blocks": [{**block, "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}})
    edit(admin, cast.waste, introduction=content)
    assert CommunityPage.objects.get(pk=cast.waste.pk).introduction == "<p>Come in.</p>"


def test_the_policy_is_shown_there_with_a_way_to_the_website_and_no_field(admin: Client, cast: Cast) -> None:
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[cast.waste.pk])).content.decode()
    assert 'href="/communities/waste-and-recycling/settings/policy/"' in html
    assert "Anyone can join" in html
    for name in ("visibility", "joining", "slug", "go_live_at", "expire_at"):
        assert f'name="{name}"' not in html, name


def test_the_page_for_a_new_one_says_how_it_begins(admin: Client) -> None:
    address = reverse("wagtailadmin_pages:add", args=["community", "communitypage", HomePage.objects.get().pk])
    assert "hidden and by invitation until somebody says otherwise" in admin.get(address).content.decode()


def test_a_draft_made_there_is_not_found_on_the_website(admin: Client) -> None:
    fields = given()
    del fields["action-publish"]
    address = reverse("wagtailadmin_pages:add", args=["community", "communitypage", HomePage.objects.get().pk])
    admin.post(address, fields)
    assert CommunityPage.objects.get(slug="coast-and-cliffs").policy
    assert admin.get("/communities/coast-and-cliffs/").status_code == 404
    assert admin.get("/communities/").status_code == 200


class TestWhatIsNotDoneThere:
    def refused(self, admin: Client, method: str, name: str, *args: Any, **data: Any) -> str:
        response = getattr(admin, method)(reverse(f"wagtailadmin_pages:{name}", args=args), data, follow=True)
        assert response.redirect_chain, name
        return " ".join(str(message) for message in response.context["messages"])

    def test_a_community_with_stories_is_not_deleted(self, admin: Client, cast: Cast) -> None:
        make_story(cast.waste, by=cast.alice)
        for method in ("get", "post"):
            assert "holds stories" in self.refused(admin, method, "delete", cast.waste.pk)
        assert CommunityPage.objects.filter(pk=cast.waste.pk).exists()

    def test_an_empty_one_is(self, admin: Client, cast: Cast) -> None:
        community = make_community("Empty")
        admin.post(reverse("wagtailadmin_pages:delete", args=[community.pk]))
        assert not CommunityPage.objects.filter(pk=community.pk).exists()

    def test_it_is_not_moved(self, admin: Client, cast: Cast) -> None:
        home = HomePage.objects.get().pk
        assert "stays where it is" in self.refused(admin, "post", "move_confirm", cast.waste.pk, home)

    def test_it_is_not_copied(self, admin: Client, cast: Cast) -> None:
        assert "not copied" in self.refused(admin, "get", "copy", cast.waste.pk)

    def test_it_is_not_unpublished(self, admin: Client, cast: Cast) -> None:
        assert "Make it hidden" in self.refused(admin, "post", "unpublish", cast.waste.pk)
        assert CommunityPage.objects.get(pk=cast.waste.pk).live

    @pytest.mark.parametrize("action", ["delete", "move", "unpublish"])
    def test_nor_with_others_at_once(self, admin: Client, cast: Cast, action: str) -> None:
        make_story(cast.waste, by=cast.alice)
        empty = make_community("Empty")
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        admin.post(f"{address}?id={cast.waste.pk}&id={empty.pk}&childOf={HomePage.objects.get().pk}")
        assert CommunityPage.objects.filter(live=True, pk__in=[cast.waste.pk, empty.pk]).count() == 2


def test_an_editor_writes_there_too(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dina)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[cast.waste.pk])).status_code == 200
    assert edit(client, cast.waste, title="Rubbish").status_code == 302
    assert CommunityPage.objects.get(pk=cast.waste.pk).title == "Rubbish"


def test_a_preview_that_would_show_half_the_page_is_not_offered(cast: Cast) -> None:
    assert not cast.waste.is_previewable()


def test_a_facilitator_has_no_business_there(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.carol)
    address = reverse("wagtailadmin_pages:edit", args=[cast.waste.pk])
    assert client.get(address).status_code in {302, 403}


def test_the_log_of_the_admin_tells_what_was_decided_on_the_website(admin: Client, cast: Cast) -> None:
    hosting.set_policy(cast.waste, by=cast.carol, joining="ask")
    html = admin.get(reverse("wagtailadmin_pages:history", args=[cast.waste.pk])).content.decode()
    assert "Changed who may see it, join it and publish in it" in html
