"""Finding people, and the page of each."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from taggit.models import Tag

from community.forms.person import is_web_address
from community.models import Person
from community.profiles import change_profile
from hub.models import Picture
from tests.cast import Cast, add_member, make_community, make_person, make_story
from tests.community.test_councils import queries
from tests.hub.test_pictures import a_picture


def names(client: Client, asked: str = "") -> set[str]:
    page = client.get(f"/people/?{asked}")
    assert page.status_code == 200
    return {person.get_short_name() for person in page.context["page"]}


class TestFinding:
    def test_only_those_who_said_something_and_may_sign_in_are_listed(self, client: Client, cast: Cast) -> None:
        Person.objects.filter(pk=cast.bob.pk).update(is_active=False)
        assert names(client) == {"Alice", "Carol"}

    def test_by_name_skill_council_community_and_kind(self, client: Client, cast: Cast) -> None:
        change_profile(cast.bob, by=cast.bob, values={"skills": ["data analysis"], "offers": "A spreadsheet"})
        for asked, found in {
            "q=okafor": {"Bob"},
            "q=data": {"Bob"},
            "q=spreadsheet okafor": {"Bob"},
            "q=brockhaven waste": {"Carol"},
            "skill=data-analysis": {"Bob"},
            "council=x-amb": {"Alice"},
            "community=waste-and-recycling": {"Alice", "Bob", "Carol"},
            "kind=district": {"Alice", "Bob", "Carol"},
            "kind=county": set(),
            "q=nobody": set(),
        }.items():
            assert names(client, asked) == found, asked

    def test_who_is_in_a_closed_community_is_not_told(self, client: Client, cast: Cast) -> None:
        for visibility in ("members", "hidden"):
            quiet = make_community(f"Quiet {visibility}", facilitator=cast.alice, visibility=visibility)
            page = client.get(f"/people/?community={quiet.slug}").text
            assert quiet.title not in page
            assert quiet.title not in client.get(cast.alice.get_absolute_url()).text
            assert names(client, f"community={quiet.slug}") == {"Alice", "Bob", "Carol"}  # not narrowed at all
            inside = Client()
            inside.force_login(cast.alice)
            assert names(inside, f"community={quiet.slug}") == {"Alice"}

    def test_hostile_questions_get_a_page(self, client: Client, cast: Cast) -> None:
        for asked in ("q=%00", "q=%25_%5C'", "page=999999999999999999999", "skill=%00", "council=%00", "kind=<"):
            assert client.get(f"/people/?{asked}").status_code == 200, asked

    def test_it_takes_as_many_queries_for_fifty_as_for_one(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.bob)
        queries(client, "/people/")
        few = queries(client, "/people/")
        for number in range(50):
            make_person(f"P{number} Person", council=cast.ambleford).skills.add("rounds")
        assert queries(client, "/people/") == few


class TestThePage:
    def test_it_says_who_they_are_and_shows_their_stories(self, client: Client, cast: Cast) -> None:
        values = {"biography": "Fourteen years.\n\nBins.", "why_i_take_part": "To ask.", "offers": "A call\nA visit"}
        change_profile(
            cast.alice, by=cast.alice, values={**values, "links": "https://x.example/a", "skills": ["rounds"]}
        )
        make_story(cast.waste, by=cast.alice)
        page = client.get(cast.alice.get_absolute_url()).text
        for words in ("<p>Fourteen years.</p>", "To ask.", "<li>A visit</li>", "rounds", "We asked the caretakers"):
            assert words in page
        assert '<a href="https://x.example/a" rel="nofollow ugc noopener">x.example/a</a>' in page

    def test_markup_is_shown_as_it_was_typed(self, client: Client, cast: Cast) -> None:
        change_profile(
            cast.alice, by=cast.alice, values={"biography": "<script>alert(1)</script>", "offers": "<b>a</b>"}
        )
        page = client.get(cast.alice.get_absolute_url()).text
        assert "<script>alert" not in page
        assert "<b>a</b>" not in page

    def test_stories_that_the_asker_may_not_see_are_not_told_of(self, client: Client, cast: Cast) -> None:
        hidden = make_community("Quiet", facilitator=cast.alice, visibility="hidden")
        make_story(hidden, by=cast.alice, title="A quiet word")
        make_story(cast.waste, by=cast.alice, title="A draft", live=False)
        for page in (client.get(cast.alice.get_absolute_url()).text,):
            assert "A quiet word" not in page
            assert "A draft" not in page

    def test_a_wrong_end_of_the_address_is_put_right(self, client: Client, cast: Cast) -> None:
        for address in (f"/people/{cast.alice.pk}/", f"/people/{cast.alice.pk}/someone-else/"):
            answer = client.get(address)
            assert (answer.status_code, answer["Location"]) == (301, f"/people/{cast.alice.pk}/alice-marlow/")

    def test_one_who_may_not_sign_in_has_no_page(self, client: Client, cast: Cast) -> None:
        Person.objects.filter(pk=cast.alice.pk).update(is_active=False)
        for address in (f"/people/{cast.alice.pk}/", cast.alice.get_absolute_url()):
            assert client.get(address).status_code == 404

    def test_it_takes_as_many_queries_for_many_stories_as_for_one(self, client: Client, cast: Cast) -> None:
        make_story(cast.waste, by=cast.alice)
        client.force_login(cast.bob)
        queries(client, cast.alice.get_absolute_url())
        few = queries(client, cast.alice.get_absolute_url())
        for number in range(9):
            make_story(cast.waste, by=cast.alice, title=f"Story {number}")
            add_member(make_community(f"Group {number}"), cast.alice)
        assert queries(client, cast.alice.get_absolute_url()) == few


class TestProfile:
    @pytest.fixture
    def alice(self, client: Client, cast: Cast) -> Client:
        client.force_login(cast.alice)
        return client

    def save(self, client: Client, **values):
        return client.post("/account/profile/", {"name": "Alice Marlow", **values})

    def test_a_visitor_is_led_to_sign_in(self, client: Client, db: None) -> None:
        assert client.get("/account/profile/")["Location"].startswith("/account/login/")

    def test_it_is_saved_and_shown(self, alice: Client, cast: Cast) -> None:
        answer = self.save(alice, skills="Round planning, round  planning,  coaching", biography="Bins.", council="")
        assert answer["Location"] == cast.alice.get_absolute_url()
        cast.alice.refresh_from_db()
        assert sorted(cast.alice.skills.names()) == ["coaching", "round planning"]
        assert cast.alice.council is None

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"name": "  "}, "Give your name"),
            ({"skills": ",".join(f"skill {n}" for n in range(13))}, "12 skills"),
            ({"skills": "x" * 60}, "long for a skill"),
            ({"links": "javascript:alert(1)"}, "not the address of a web page"),
            ({"links": "\n".join(f"https://x.example/{n}" for n in range(7))}, "6 links"),
            ({"biography": "x" * 1201}, "1200"),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_typed_is_lost(self, alice: Client, values, said: str) -> None:
        page = self.save(alice, **{"why_i_take_part": "To ask my neighbours", **values})
        assert page.status_code == 422
        assert said in page.text
        assert "To ask my neighbours" in page.text
        assert "<title>Error: " in page.text

    def test_nobody_else_changes_it(self, cast: Cast) -> None:
        for other in (cast.bob, cast.dina, cast.frank):
            with pytest.raises(PermissionDenied):
                change_profile(cast.alice, by=other, values={"name": "Mallory"})

    def test_powers_cannot_be_posted(self, alice: Client, cast: Cast) -> None:
        self.save(alice, is_editor="on", is_superuser="on", email="x@x.example")
        cast.alice.refresh_from_db()
        assert not cast.alice.is_editor
        assert not cast.alice.is_superuser
        assert cast.alice.email == "alice@alice.example"


class TestPortrait:
    def give(self, client: Client, content: bytes, name: str = "me.jpg"):
        portrait = SimpleUploadedFile(name, content, content_type="image/jpeg")
        return client.post("/account/profile/", {"name": "Alice Marlow", "portrait": portrait})

    @pytest.fixture
    def alice(self, client: Client, cast: Cast) -> Client:
        client.force_login(cast.alice)
        self.give(client, a_picture(size=(900, 600)).getvalue())
        cast.alice.refresh_from_db()
        return client

    def test_everybody_sees_it_small_and_as_what_it_is(self, alice: Client, cast: Cast) -> None:
        answer = Client().get(cast.alice.portrait_url)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/webp"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "max-age" in answer["Cache-Control"]
        assert Image.open(BytesIO(answer.getvalue())).size == (192, 192)
        assert cast.alice.portrait_url in Client().get(cast.alice.get_absolute_url()).text

    def test_a_new_one_takes_the_place_of_the_old_and_the_old_is_gone(self, alice: Client, cast: Cast) -> None:
        old = cast.alice.portrait_url
        self.give(alice, a_picture(size=(300, 300)).getvalue())
        cast.alice.refresh_from_db()
        assert cast.alice.portrait_url != old
        assert alice.get(old).status_code == 404
        assert Picture.objects.count() == 1

    def test_it_can_be_taken_away(self, alice: Client, cast: Cast) -> None:
        alice.post("/account/profile/", {"name": "Alice Marlow", "remove_portrait": "on"})
        cast.alice.refresh_from_db()
        assert cast.alice.portrait is None
        assert not Picture.objects.exists()

    def test_what_is_no_picture_is_refused(self, alice: Client) -> None:
        page = self.give(alice, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "me.svg")
        assert page.status_code == 422
        assert "not a picture" in page.text

    def test_it_goes_with_the_page(self, alice: Client, cast: Cast) -> None:
        Person.objects.filter(pk=cast.alice.pk).update(is_active=False)
        assert Client().get(cast.alice.portrait_url).status_code == 404

    def test_another_picture_is_not_served_as_a_portrait(self, alice: Client, cast: Cast) -> None:
        picture = Picture.objects.get().pk
        assert alice.get(f"/people/{cast.bob.pk}/portrait/{picture}/").status_code == 404


@pytest.mark.parametrize(
    ("link", "good"),
    [
        ("https://ambleford.example/bins", True),
        ("http://ambleford.example:8000", True),
        ("https://user:secret@ambleford.example", False),
        ("javascript:alert(1)", False),
        ("//ambleford.example", False),
        ("https://", False),
        ("https://[::1", False),
        ("https://a.example/ onclick=x", False),
        ('https://a.example/"', False),
        ("data:text/html,x", False),
    ],
)
def test_web_addresses(link: str, good: bool) -> None:
    assert is_web_address(link) is good


def test_a_word_that_stands_on_stories_alone_is_no_skill_whose_name_is_told(client: Client, cast: Cast):
    Tag.objects.create(name="Project Nightjar", slug="project-nightjar")
    assert "Project Nightjar" not in client.get("/people/?skill=project-nightjar").content.decode()
    cast.alice.skills.add("Project Heron")
    assert "Project Heron" in client.get("/people/?skill=project-heron").content.decode()
