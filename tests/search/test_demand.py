"""What people looked for and did not find: counted without who, public for three, free of what is nobody's business."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from practice.models import Topic
from search import demand, questions, wishing
from search.models import AskedWords, MonthKey, Wish, WishAsk
from search.query import Query
from search.words import Term
from tests.cast import Cast, make_community, make_person, make_story
from tests.search.conftest import Committed
from tests.search.seekers import look_for

pytestmark = pytest.mark.usefixtures("cast", "index")


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
