"""Editors of the site: one truth, and no way round it."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import ModelLogEntry, Page

from community.appointing import appoint_editor, dismiss_editor
from community.editors_group import lay_permissions
from community.models import Person
from community.models.person import EDITORS_GROUP
from hub.refusal import Refused
from tests.cast import Cast, make_story


def test_an_administrator_appoints_and_dismisses(cast: Cast) -> None:
    appoint_editor(cast.bob, by=cast.frank)
    bob = Person.objects.get(pk=cast.bob.pk)
    assert bob.is_editor
    assert bob.has_perm("wagtailadmin.access_admin")
    dismiss_editor(bob, by=cast.frank)
    bob = Person.objects.get(pk=cast.bob.pk)
    assert not bob.is_editor
    assert not bob.has_perm("wagtailadmin.access_admin")
    assert [entry.action for entry in ModelLogEntry.objects.filter(object_id=str(bob.pk)).order_by("pk")] == [
        "community.appoint_editor",
        "community.dismiss_editor",
    ]


@pytest.mark.parametrize("who", ["alice", "carol", "dina"])
def test_nobody_else_does(cast: Cast, who: str) -> None:
    for verb in (appoint_editor, dismiss_editor):
        with pytest.raises(PermissionDenied):
            verb(cast.bob, by=getattr(cast, who))


def test_one_who_may_not_sign_in_is_not_appointed(cast: Cast) -> None:
    Person.objects.filter(pk=cast.bob.pk).update(is_active=False)
    with pytest.raises(Refused):
        appoint_editor(cast.bob, by=cast.frank)


def test_an_editor_may_use_pages_pictures_and_snippets(cast: Cast, client: Client) -> None:
    story = make_story(cast.waste, by=cast.alice)
    dina = Person.objects.get(pk=cast.dina.pk)
    pages = Page.objects.get(pk=story.pk).permissions_for_user(dina)
    assert pages.can_edit()
    assert not pages.can_publish()  # a story is published on the website, by the verbs
    assert Page.objects.get(pk=cast.waste.pk).permissions_for_user(dina).can_publish()
    client.force_login(dina)
    for address in ("/admin/", "/admin/pages/", "/admin/images/"):
        assert client.get(address).status_code == 200, address


def test_an_editor_does_not_administer_people(cast: Cast, client: Client) -> None:
    client.force_login(cast.dina)
    for address in ("/admin/users/", "/admin/users/new/", f"/admin/users/edit/{cast.bob.pk}/", "/admin/groups/"):
        assert client.get(address).status_code == 302, address


def test_what_was_changed_in_the_group_by_hand_is_laid_again(cast: Cast) -> None:
    group = Group.objects.get(name=EDITORS_GROUP)
    group.permissions.clear()
    group.user_set.set([cast.eve])
    lay_permissions()
    assert set(group.user_set.all()) == {cast.dina}
    assert Person.objects.get(pk=cast.dina.pk).has_perm("wagtailadmin.access_admin")


def test_saving_a_person_puts_right_what_drifted(cast: Cast) -> None:
    group = Group.objects.get(name=EDITORS_GROUP)
    group.user_set.add(cast.eve)
    cast.eve.save()
    assert cast.eve not in group.user_set.all()


def test_the_command_appoints_from_the_console(cast: Cast, capsys) -> None:
    call_command("make_editor", "BOB@bob.example")
    assert Person.objects.get(pk=cast.bob.pk).is_editor
    assert "edits the site" in capsys.readouterr().out
    call_command("make_editor", "bob@bob.example", "--dismiss")
    assert not Person.objects.get(pk=cast.bob.pk).is_editor
    with pytest.raises(CommandError, match="sign up first"):
        call_command("make_editor", "nobody@nowhere.example")


class TestAdministration:
    @pytest.fixture
    def frank(self, client: Client, cast: Cast) -> Client:
        client.force_login(cast.frank)
        return client

    def fields(self, person: Person, **changed):
        values = {"name": person.name, "email": person.email, "is_active": "on", "council": person.council_id or ""}
        return {**values, **changed}

    def test_people_are_listed_and_found(self, frank: Client, cast: Cast) -> None:
        assert "Alice Marlow" in frank.get("/admin/users/").text
        found = frank.get("/admin/users/results/?q=okafor").text
        assert "Bob Okafor" in found
        assert "Alice Marlow" not in found
        assert "Dina Editor" in frank.get("/admin/users/?is_editor=true&ordering=-name").text

    def test_an_editor_is_appointed_through_the_verb(self, frank: Client, cast: Cast) -> None:
        address = f"/admin/users/edit/{cast.bob.pk}/"
        assert "Edits the site" in frank.get(address).text
        assert frank.post(address, self.fields(cast.bob, is_editor="on")).status_code == 302
        bob = Person.objects.get(pk=cast.bob.pk)
        assert bob.is_editor
        assert bob.has_perm("wagtailadmin.access_admin")
        assert ModelLogEntry.objects.filter(action="community.appoint_editor", user=cast.frank).exists()

    def test_a_person_is_added_without_a_password(self, frank: Client, cast: Cast) -> None:
        form = {"name": "Hari", "email": "Hari@x.example", "council": "", "is_active": "on"}
        assert frank.post("/admin/users/new/", form).status_code == 302
        hari = Person.objects.get(email="hari@x.example")
        assert not hari.has_usable_password()
        assert not hari.emailaddress_set.get().verified

    def test_a_new_address_must_be_confirmed(self, frank: Client, cast: Cast) -> None:
        frank.post(f"/admin/users/edit/{cast.bob.pk}/", self.fields(cast.bob, email="bob@new.example"))
        cast.bob.refresh_from_db()
        assert cast.bob.email == "bob@new.example"
        assert cast.bob.confirmed_addresses() == []

    def test_an_address_is_not_given_twice(self, frank: Client, cast: Cast) -> None:
        page = frank.post(f"/admin/users/edit/{cast.bob.pk}/", self.fields(cast.bob, email="ALICE@alice.example"))
        assert "an account with this address" in page.text

    def test_an_administrator_does_not_lock_themselves_out(self, frank: Client, cast: Cast) -> None:
        frank.post(f"/admin/users/edit/{cast.frank.pk}/", {"name": "Frank Admin", "email": cast.frank.email})
        cast.frank.refresh_from_db()
        assert cast.frank.is_active
        assert cast.frank.is_superuser

    def test_deleting_closes_the_account_and_keeps_the_stories(self, frank: Client, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        address = f"/admin/users/delete/{cast.alice.pk}/"
        assert frank.get(address).status_code == 200
        assert frank.post(address).status_code == 302
        story.refresh_from_db()
        assert story.owner == cast.alice
        assert str(story.owner) == "A former member"

    def test_there_are_no_actions_in_bulk(self, frank: Client, cast: Cast) -> None:
        for action in ("delete", "assign_role", "set_active_state"):
            assert frank.get(f"/admin/bulk/community/person/{action}/?id={cast.bob.pk}").status_code == 404


def test_an_administrator_walks_down_from_the_list_of_all_pages(cast: Cast, client: Client) -> None:
    client.force_login(cast.frank)
    assert client.get("/admin/pages/").status_code == 200
