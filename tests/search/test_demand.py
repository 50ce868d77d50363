"""What people looked for and did not find: counted without who, public for three, free of what is nobody's business."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from community.leaving import close_account
from community.profiles import data_of
from hub.notifications.models import Notification
from hub.refusal import Refused
from practice import moderating, writing
from practice.models import StoryPage, Topic
from search import demand, questions, upkeep, wishing
from search.models import AskedWords, MonthKey, Wish, WishAsk, WishMark, WishStory
from search.query import Query
from search.words import Term
from tests.cast import Cast, add_member, make_community, make_person, make_story
from tests.search.conftest import Committed

pytestmark = pytest.mark.usefixtures("cast", "index")


def look_for(words, *people, addresses=()):
    """Search in the browser, as each of these people, and as visitors from each of these addresses."""
    for person in people:
        client = Client()
        client.force_login(person)
        client.get("/search/", {"q": words})
    for address in addresses:
        Client(REMOTE_ADDR=address).get("/search/", {"q": words})


@pytest.fixture
def wished(cast: Cast):
    """A wish that three people have."""

    def wish(words="heat pumps"):
        look_for(words, cast.alice, cast.bob, cast.eve)
        return Wish.objects.latest("pk")

    return wish


def remembered(typed):
    found = questions.remembered(Query.of_site(typed).words)
    return found and found.words


class TestCounting:
    def test_different_people_count_once_each(self, cast: Cast):
        look_for("heat pumps", cast.alice, cast.alice, cast.bob)
        wish = Wish.objects.get()
        assert (wish.people, wish.is_public) == (2, False)
        look_for("heat pump", cast.eve, cast.eve)
        wish.refresh_from_db()
        assert (wish.people, wish.is_public) == (3, True)
        row = AskedWords.objects.get()
        assert (row.words, row.times, row.nothing) == ("heat pumps", 5, 5)

    def test_visitors_count_once_an_address(self, cast: Cast):
        look_for("heat pumps", addresses=["203.0.113.1", "203.0.113.1", "203.0.113.2", "2001:db8::1", "2001:db8::2"])
        assert Wish.objects.get().people == 3

    def test_all_forms_and_other_words_are_one_wish(self, cast: Cast):
        look_for("heat pumps for the flats", cast.alice)
        look_for("flat heat pump", cast.bob)
        look_for("HEAT PUMPS flats", cast.eve)
        assert Wish.objects.get().people == 3
        one, other = Query.of_visitor("boiler"), Query.of_visitor("heater")
        meant = replace(
            one.words, clauses=tuple(replace(each, other_terms=(Term(("heater",)),)) for each in one.words.clauses)
        )
        twin = replace(
            other.words, clauses=tuple(replace(each, other_terms=(Term(("boiler",)),)) for each in other.words.clauses)
        )
        assert questions.key_of(meant)[0] == questions.key_of(twin)[0]

    def test_what_is_found_is_no_wish(self, cast: Cast, committed: Committed):
        with committed():
            make_story(cast.waste, by=cast.alice, title="Heat pumps")
        look_for("heat pumps", cast.alice, cast.bob, cast.eve)
        assert not Wish.objects.exists()
        assert AskedWords.objects.get().nothing == 0

    def test_what_only_members_find_is_a_wish_of_the_others(self, cast: Cast, committed: Committed):
        den = make_community("Den", facilitator=cast.carol, visibility="hidden")
        with committed():
            make_story(den, by=cast.carol, title="Heat pumps")
        look_for("heat pumps", cast.carol, cast.dina)
        assert not Wish.objects.exists()

    def test_some_of_the_words_are_not_what_was_looked_for(self, cast: Cast, committed: Committed):
        with committed():
            make_story(cast.waste, by=cast.alice, title="Heat")
        look_for("heat pumps", cast.alice)
        assert Wish.objects.get().words == "heat pumps"

    @pytest.mark.parametrize("more", ["&page=2", "&status=running", "&kind=person"])
    def test_pages_filters_and_other_kinds_make_no_wish(self, client, more):
        client.get(f"/search/?q=heat+pumps{more}")
        assert not Wish.objects.exists()

    def test_a_slip_is_counted_as_what_was_meant(self, cast: Cast, committed: Committed):
        with committed():
            make_story(cast.waste, by=cast.alice, title="Caddies")
        look_for("caddeis", cast.bob)
        assert list(AskedWords.objects.values_list("words", "nothing")) == [("caddies", 0)]

    def test_the_topic_is_the_one_that_has_the_words(self, cast: Cast):
        Topic.objects.create(title="Parks", slug="parks")
        heat = Topic.objects.create(title="Warm homes", slug="warm", other_words="heat pump\ninsulation")
        look_for("heat pumps", cast.bob)
        assert Wish.objects.get().topic == heat

    def test_a_busy_database_keeps_no_search_waiting(self, client, monkeypatch, caplog):
        from django.db import OperationalError

        def busy(*args):
            raise OperationalError("database is locked")

        monkeypatch.setattr(demand, "count", busy)
        assert client.get("/search/?q=heat+pumps").status_code == 200
        assert "a search was not counted" in caplog.text


class TestWhoAsked:
    def test_no_row_says_who_and_two_wishes_cannot_be_tied_together(self, cast: Cast):
        look_for("heat pumps", cast.alice)
        look_for("solar roofs", cast.alice)
        signs = set(WishAsk.objects.values_list("asker", flat=True))
        assert len(signs) == 2
        for sign in signs:
            assert "alice" not in sign
            assert len(sign) == 32

    def test_after_the_month_the_signs_and_their_key_are_gone(self, cast: Cast, wished):
        wish = wished()
        next_month = (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=1)
        demand.tidy(next_month)
        assert not WishAsk.objects.exists()
        assert not MonthKey.objects.exists()
        wish.refresh_from_db()
        assert wish.people == 3

    def test_one_person_in_three_months_is_one_person(self, cast: Cast):
        what = demand.Counted(questions.Asked("heat|pump", "heat pumps"), nothing=True, wish=True)
        for month in (1, 2, 3):
            demand.count(what, "person 1", day=date(2026, month, 5))
        assert Wish.objects.get().people == 1

    def test_what_fewer_than_three_wished_is_forgotten_after_the_month(self, cast: Cast):
        look_for("heat pumps", cast.alice, cast.bob)
        demand.tidy((timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=1))
        assert not Wish.objects.exists()

    def test_a_wish_and_its_counts_are_forgotten_in_the_end(self, cast: Cast, wished):
        wished()
        demand.tidy(timezone.localdate() + timedelta(days=500))
        assert not Wish.objects.exists()
        assert not AskedWords.objects.exists()


class TestWhatIsNotRemembered:
    @pytest.mark.parametrize(
        "typed",
        [
            "jo@example.org bins", "07700 900123", "damp 020 7946 0000", "AB1 2CD", "bins at sw1a 1aa", "QQ 12 34 56 C",
            "Mrs Miggins", "cllr jones", "John Smith", "complaint sarah jones", "www.example.org", "case 123456",
            "12 acacia avenue", "alice", "one two three four five six seven",
        ],
    )  # fmt: skip
    def test_what_could_be_about_a_person(self, typed):
        assert remembered(typed) is None

    def test_names_of_people_who_have_an_account(self, cast: Cast):
        make_person("Zebedee Quill", email="z@z.example")
        for typed in ("zebedee quill", "Quill, Zebedee", "quill", "quill complaint", "Okafor waste"):
            assert remembered(typed) is None, typed

    def test_a_last_name_that_is_a_word_of_the_site_is_a_word(self, cast: Cast):
        Topic.objects.create(title="Parking", slug="parking")
        make_person("Tom Parking", email="p@p.example")
        assert remembered("parking permits") == "parking permits"

    @pytest.mark.parametrize(
        "typed", ["heat pumps", "damp and mould", "3 weekly bins", "covid 19", "section 106", "8 bins", "fly-tipping"]
    )
    def test_plain_words_are(self, typed):
        assert remembered(typed)

    def test_nothing_of_it_is_counted_at_all(self, cast: Cast):
        look_for("jo@example.org", cast.alice)
        look_for("John Smith eviction", cast.alice)
        assert not AskedWords.objects.exists()
        assert not Wish.objects.exists()


class TestClosedCommunities:
    def test_a_word_that_is_read_there_alone_is_withheld(self, cast: Cast, committed: Committed, client):
        den = make_community("Den", facilitator=cast.carol, visibility="hidden")
        with committed():
            make_story(den, by=cast.carol, title="Operation Nightingale")
        look_for("nightingale budget", cast.alice, cast.bob, cast.eve)
        wish = Wish.objects.get()
        assert (wish.people, wish.withheld) == (3, True)
        assert "nightingale" not in client.get("/wanted/").text.lower()
        with committed():
            make_story(cast.waste, by=cast.carol, title="Nightingale wards")
        demand.tidy()
        assert "nightingale budget" in client.get("/wanted/").text

    def test_the_name_of_a_hidden_community_is(self, cast: Cast, wished, client):
        wish = wished("turnaround board")
        assert "turnaround" in client.get("/wanted/").text
        make_community("Turnaround", facilitator=cast.carol, visibility="hidden")
        assert "turnaround" not in client.get("/wanted/").text
        assert wishing.wish_for(Query.ask("turnaround board"), cast.dina) is None
        assert demand.is_withheld(wish.words)

    def test_when_the_engine_is_away_nothing_is_certain(self, cast: Cast):
        from tests.search.test_outbox import engine_away

        with engine_away():
            assert demand.is_withheld("heat pumps")


class TestTheBoard:
    def test_visitors_read_it_without_a_form_in_it(self, cast: Cast, wished, client):
        wished()
        shown = client.get("/wanted/").text
        assert "3 people asked in one month" in shown
        assert "csrfmiddlewaretoken" not in shown
        assert "Sign in to want this too" in shown
        assert f"/write/?title=Heat+pumps&amp;answers=wish%3A{Wish.objects.get().pk}" in shown

    def test_fewer_than_three_are_not_on_it(self, cast: Cast, client):
        look_for("heat pumps", cast.alice, cast.bob)
        assert "heat pumps" not in client.get("/wanted/").text

    def test_it_is_sorted_and_narrowed_by_topic(self, cast: Cast, wished, client):
        Topic.objects.create(title="Solar", slug="solar")
        heat, sun = wished("heat pumps"), wished("solar roofs")
        Wish.objects.filter(pk=heat.pk).update(people=9, last_asked=date(2026, 1, 1))
        by_most = client.get("/wanted/").text
        assert by_most.index("heat pumps") < by_most.index("solar roofs")
        newest = client.get("/wanted/?sort=newest").text
        assert newest.index("solar roofs") < newest.index("heat pumps")
        only = client.get("/wanted/?topic=solar").text
        assert sun.words in only
        assert "heat pumps" not in only

    def test_it_takes_as_many_queries_for_one_wish_as_for_fifty(self, cast: Cast, client):
        client.force_login(cast.carol)

        def queries(many):
            for number in range(Wish.objects.count(), many):
                topic = Topic.objects.create(title=f"Topic {number}", slug=f"topic-{number}")
                Wish.objects.create(key=f"k{number}", words=f"wish {number}", people=3, topic=topic)
            with CaptureQueriesContext(connection) as captured:
                assert client.get("/wanted/").status_code == 200
            return len(captured)

        client.get("/wanted/")
        assert queries(1) == queries(50)

    def test_a_search_that_finds_nothing_leads_to_it(self, cast: Cast, wished, client):
        wished()
        assert "4 people looked for this in one month." in client.get("/search/?q=pump+heat").text


class TestWanting:
    def test_who_left_a_mark_is_told_when_it_is_met(self, cast: Cast, wished, committed: Committed, client):
        wish = wished()
        client.force_login(cast.bob)
        assert "We tell you when somebody writes" in client.post(f"/wanted/{wish.pk}/want/", follow=True).text
        with committed():
            story = make_story(cast.waste, by=cast.carol, title="Heat pumps in eleven blocks")
        assert [n.subject for n in Notification.objects.of(cast.bob)] == [
            "You looked for “heat pumps”: somebody tells it now"
        ]
        wish.refresh_from_db()
        assert (wish.state, wish.met_by) == (Wish.State.MET, story)
        shown = client.get("/wanted/").text
        assert "Told by now" in shown
        assert "Heat pumps in eleven blocks" in shown
        with committed():
            StoryPage.objects.get(pk=story.pk).save_revision().publish()
        assert Notification.objects.of(cast.bob).get().times == 1

    def test_a_mark_is_taken_back(self, cast: Cast, wished, committed, client):
        wish = wished()
        client.force_login(cast.bob)
        client.post(f"/wanted/{wish.pk}/want/")
        client.post(f"/wanted/{wish.pk}/want/", {"no-more": "1"})
        with committed():
            make_story(cast.waste, by=cast.carol, title="Heat pumps")
        assert not Notification.objects.of(cast.bob).exists()

    def test_only_what_is_on_the_board_can_be_wanted(self, cast: Cast, client):
        look_for("heat pumps", cast.alice)
        wish = Wish.objects.get()
        with pytest.raises(Refused):
            demand.want(wish, by=cast.bob)
        with pytest.raises(PermissionDenied):
            demand.want(wish, by=None)
        client.force_login(cast.bob)
        assert client.post(f"/wanted/{wish.pk}/want/").status_code == 404
        assert not WishMark.objects.exists()

    def test_a_story_in_a_closed_community_is_told_to_those_who_may_read_it(
        self, cast: Cast, wished, committed: Committed
    ):
        wish = wished()
        den = make_community("Den", facilitator=cast.carol, visibility="hidden")
        add_member(den, cast.bob)
        for person in (cast.bob, cast.eve):
            demand.want(wish, by=person)
        with committed():
            story = make_story(den, by=cast.carol, title="Heat pumps", live=False)
            WishStory.objects.create(wish=wish, story=story)
            story.save_revision().publish()
        assert Notification.objects.of(cast.bob).exists()
        assert not Notification.objects.filter(person=cast.eve).exists()
        wish.refresh_from_db()
        assert wish.state == Wish.State.OPEN

    def test_marks_go_with_an_account_and_into_the_copy_of_it(self, cast: Cast, wished):
        demand.want(wished(), by=cast.bob)
        assert data_of(cast.bob)["wishes"][0]["words"] == "heat pumps"
        close_account(cast.bob, by=cast.bob, keep_name=True)
        assert not WishMark.objects.exists()


class TestFromAWishToADraft:
    def test_the_story_remembers_the_wish_and_meets_it_in_its_own_words(
        self, cast: Cast, wished, committed: Committed, client
    ):
        wish = wished()
        demand.want(wish, by=cast.bob)
        client.force_login(cast.alice)
        address = f"/write/?title=Heat+pumps&answers=wish:{wish.pk}"
        assert f'name="answers" value="wish:{wish.pk}"' in client.get(address).text
        client.post("/write/", {"title": "Warm", "community": cast.waste.pk, "answers": f"wish:{wish.pk}"})
        story = StoryPage.objects.get(title="Warm")
        assert WishStory.objects.get().story == story
        with committed():
            draft = writing.draft_of(story)
            draft.summary, draft.did = "We did.", "<p>Warm.</p>"
            draft.save_revision(user=cast.alice)
            writing.submit(story, by=cast.alice)
            story.refresh_from_db()
            moderating.approve(story, by=cast.carol, revision=story.latest_revision_id)
        wish.refresh_from_db()
        assert wish.met_by == story
        assert Notification.objects.of(cast.bob).filter(what="wish-met").exists()

    @pytest.mark.parametrize("answers", ["", "wish:", "wish:x", "wish:999999", "wish:²", "other:1"])
    def test_nonsense_is_passed_over(self, cast: Cast, answers):
        writing.start(by=cast.alice, title="Warm", community=cast.waste, answers=answers)
        assert not WishStory.objects.exists()

    def test_a_wish_that_is_not_public_is_not_remembered(self, cast: Cast):
        look_for("heat pumps", cast.alice)
        writing.start(by=cast.alice, title="Warm", community=cast.waste, answers=f"wish:{Wish.objects.get().pk}")
        assert not WishStory.objects.exists()


class TestCaring:
    def test_a_facilitator_hides_a_wish_with_a_reason_and_shows_it_again(self, cast: Cast, wished, client):
        wish = wished()
        client.force_login(cast.carol)
        path = f"/wanted/{wish.pk}/care/"
        assert "Hide or join" in client.get("/wanted/").text
        assert client.post(path, {"reason": ""}).status_code == 422
        assert "Done." in client.post(path, {"reason": "Not ours."}, follow=True).text
        assert wish.words not in Client().get("/wanted/").text
        assert ModelLogEntry.objects.filter(action="search.hide_wish", user=cast.carol).exists()
        assert "Not ours." in client.get(path).text
        client.post(path, {"show": "1"})
        assert wish.words in Client().get("/wanted/").text

    def test_joined_to_another_it_counts_there(self, cast: Cast, wished):
        one, other = wished("heat pumps"), wished("warm homes")
        demand.want(one, by=cast.bob)
        upkeep.join(one, by=cast.dina, into=other, reason="The same.")
        assert list(other.marks.values_list("person", flat=True)) == [cast.bob.pk]
        look_for("heat pumps", cast.carol)
        other.refresh_from_db()
        assert other.people == 4
        with pytest.raises(Refused):
            upkeep.join(other, by=cast.dina, into=one, reason="Back.")

    @pytest.mark.parametrize("name", ["alice", "eve"])
    def test_others_may_not(self, cast: Cast, wished, client, name):
        wish, person = wished(), getattr(cast, name)
        for decide in (
            lambda: upkeep.hide(wish, by=person, reason="No."),
            lambda: upkeep.show_again(wish, by=person),
            lambda: upkeep.join(wish, by=person, into=wish, reason="No."),
        ):
            with pytest.raises(PermissionDenied):
                decide()
        client.force_login(person)
        assert client.get(f"/wanted/{wish.pk}/care/").status_code == 403
        assert client.post(f"/wanted/{wish.pk}/care/", {"reason": "No."}).status_code == 403

    def test_what_nobody_may_read_yet_is_not_there_for_them_either(self, cast: Cast, client):
        look_for("heat pumps", cast.alice)
        client.force_login(cast.dina)
        assert client.get(f"/wanted/{Wish.objects.get().pk}/care/").status_code == 404
