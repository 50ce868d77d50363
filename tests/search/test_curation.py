"""What facilitators give to search: other words, chosen answers, and the report that shows what is missing."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry

from hub.refusal import Refused
from practice.models import Topic
from search import curation, report
from search.models import AskedWords, ChosenAnswer, OtherWord
from search.query import Query
from search.words import parse
from tests.cast import Cast, add_member, make_community, make_story
from tests.search.conftest import Committed, found

pytestmark = pytest.mark.usefixtures("cast", "index")


@pytest.fixture
def garden(cast: Cast) -> Topic:
    return Topic.objects.create(title="Garden waste", slug="garden-waste", other_words="green bin")


def asked(words, times=3, nothing=0, opened=0, day=None):
    return AskedWords.objects.create(
        key=words, words=words, times=times, nothing=nothing, opened=opened, day=day or timezone.localdate()
    )


class TestOtherWords:
    def test_they_lead_to_the_topic_at_once_without_a_rebuild(self, cast: Cast, garden, committed: Committed):
        with committed():
            story = make_story(cast.waste, by=cast.alice, title="Leaves in autumn")
            story.topics.add(garden)
            story.save()
        assert found("brown bin") == []
        row = curation.add_other_words(garden, by=cast.carol, words="Brown  bin")
        assert found("brown bin") == ["Leaves in autumn"]
        curation.take_away(row, by=cast.dina)
        assert found("brown bin") == []
        curation.put_back(row, by=cast.carol)
        assert found("brown bins") == ["Leaves in autumn"]

    def test_it_is_logged_who_did_it(self, cast: Cast, garden):
        row = curation.add_other_words(garden, by=cast.carol, words="brown bin")
        curation.take_away(row, by=cast.dina)
        entries = ModelLogEntry.objects.filter(action__startswith="search.").order_by("timestamp", "pk")
        assert [(each.action, each.user, each.data["words"]) for each in entries] == [
            ("search.add_words", cast.carol, "brown bin"),
            ("search.remove_words", cast.dina, "brown bin"),
        ]

    @pytest.mark.parametrize("words", ["", "  ?", "the of", "x" * 90])
    def test_nonsense_is_refused(self, cast: Cast, garden, words):
        with pytest.raises(Refused):
            curation.add_other_words(garden, by=cast.carol, words=words)

    @pytest.mark.parametrize("words", ["Green bin", "garden waste", "brown BIN"])
    def test_what_leads_there_already_is_refused(self, cast: Cast, garden, words):
        curation.add_other_words(garden, by=cast.carol, words="brown bin")
        with pytest.raises(Refused, match="already"):
            curation.add_other_words(garden, by=cast.carol, words=words)

    def test_there_is_a_limit(self, cast: Cast, garden, monkeypatch):
        monkeypatch.setattr(curation, "MOST_WORDS_A_TOPIC", 1)
        curation.add_other_words(garden, by=cast.carol, words="one")
        with pytest.raises(Refused, match="Take one away first"):
            curation.add_other_words(garden, by=cast.carol, words="two")

    @pytest.mark.parametrize("name", ["alice", "eve"])
    def test_others_may_not(self, cast: Cast, garden, name):
        row = OtherWord.objects.create(topic=garden, words="brown bin", by=cast.carol)
        person = getattr(cast, name)
        for verb in (
            lambda: curation.add_other_words(garden, by=person, words="leaves"),
            lambda: curation.take_away(row, by=person),
            lambda: curation.put_back(row, by=person),
        ):
            with pytest.raises(PermissionDenied):
                verb()

    def test_the_page_adds_takes_away_and_puts_back(self, cast: Cast, garden, client):
        client.force_login(cast.carol)
        wrong = client.post("/search/words/", {"topic": garden.pk, "words": "the"})
        assert wrong.status_code == 422
        assert "<title>Error:" in wrong.text
        shown = client.post("/search/words/", {"topic": garden.pk, "words": "brown bin"}, follow=True).text
        assert "finds Garden waste from now on" in shown
        assert "Carol Whitby, " in shown
        row = OtherWord.objects.get()
        assert "You can put it back below." in client.post(f"/search/word/{row.pk}/take-away/", follow=True).text
        assert "is back." in client.post(f"/search/word/{row.pk}/put-back/", follow=True).text
        assert client.post(f"/search/word/{row.pk}/nonsense/").status_code == 404
        assert client.post(f"/search/nonsense/{row.pk}/put-back/").status_code == 404


class TestChosenAnswers:
    def test_a_story_stands_on_top_for_all_forms_of_the_words(self, cast: Cast, client):
        story = make_story(cast.waste, by=cast.alice, title="Ask the caretakers")
        curation.choose_answer("moulds in flats", by=cast.carol, story=story)
        for words in ("mould flat", "the flats with mould", "FLATS mould"):
            shown = client.get("/search/", {"q": words}).text
            assert "Chosen by the facilitators" in shown, words
            assert "Ask the caretakers" in shown
        assert "Chosen by the facilitators" not in client.get("/search/?q=mould").text
        assert "Chosen by the facilitators" not in client.get("/search/?q=mould+flats&kind=person").text

    def test_only_those_see_it_who_may_read_it(self, cast: Cast):
        den = make_community("Den", facilitator=cast.carol, visibility="hidden")
        add_member(den, cast.bob)
        story = make_story(den, by=cast.carol, title="Secret answer")
        row = curation.choose_answer("mould", by=cast.carol, story=story)
        for person, may in ((None, False), (cast.alice, False), (cast.bob, True), (cast.dina, True)):
            assert (curation.chosen_for(parse("mould"), person) == [story]) == may
            client = Client()
            if person:
                client.force_login(person)
            assert ("Secret answer" in client.get("/search/?q=mould").text) == may
        parks = make_community("Parks", facilitator=cast.eve)
        assert parks
        cast.eve.forget_memberships()
        client = Client()
        client.force_login(cast.eve)
        shown = client.get("/search/chosen/").text
        assert "Secret" not in shown
        assert "No answer was chosen yet." in shown
        assert client.post(f"/search/answer/{row.pk}/take-away/").status_code == 404

    def test_what_was_withdrawn_is_not_shown(self, cast: Cast):
        story = make_story(cast.waste, by=cast.alice)
        curation.choose_answer("mould", by=cast.carol, story=story)
        story.unpublish()
        assert curation.chosen_for(parse("mould"), cast.dina) == []

    def test_a_story_that_its_chooser_may_not_read_is_refused(self, cast: Cast):
        den = make_community("Den", visibility="hidden")
        story = make_story(den, by=cast.bob)
        with pytest.raises(Refused, match="that you may read"):
            curation.choose_answer("mould", by=cast.carol, story=story)
        with pytest.raises(Refused, match="Write the words"):
            curation.choose_answer("the", by=cast.carol, story=make_story(cast.waste, by=cast.bob))

    def test_there_is_a_limit_and_none_is_chosen_twice(self, cast: Cast):
        stories = [make_story(cast.waste, by=cast.bob) for _ in range(4)]
        for story in stories[:3]:
            curation.choose_answer("mould", by=cast.carol, story=story)
        with pytest.raises(Refused, match="already"):
            curation.choose_answer("moulds", by=cast.carol, story=stories[0])
        with pytest.raises(Refused, match="3 stories are chosen"):
            curation.choose_answer("mould", by=cast.carol, story=stories[3])

    def test_others_may_not(self, cast: Cast, client):
        story = make_story(cast.waste, by=cast.alice)
        with pytest.raises(PermissionDenied):
            curation.choose_answer("mould", by=cast.alice, story=story)
        client.force_login(cast.alice)
        for path in ("/search/report/", "/search/words/", "/search/chosen/", "/search/report/searches.csv"):
            assert client.get(path).status_code == 403
        assert client.post("/search/chosen/", {"words": "mould", "story": str(story.pk)}).status_code == 403

    def test_the_page_takes_an_address_and_logs(self, cast: Cast, client):
        story = make_story(cast.waste, by=cast.alice)
        client.force_login(cast.carol)
        wrong = client.post("/search/chosen/", {"words": "mould", "story": "/stories/999999/x/"})
        assert wrong.status_code == 422
        assert "There is no such story." in wrong.text
        sent = {"words": "mould", "story": f"http://testserver{story.get_absolute_url()}"}
        assert "stands on top" in client.post("/search/chosen/", sent, follow=True).text
        assert PageLogEntry.objects.filter(action="search.choose_answer", user=cast.carol, page=story.pk).exists()
        row = ChosenAnswer.objects.get()
        client.post(f"/search/answer/{row.pk}/take-away/")
        assert curation.chosen_for(parse("mould"), cast.dina) == []
        client.post(f"/search/answer/{row.pk}/put-back/")
        assert curation.chosen_for(parse("mould"), cast.dina) == [story]


class TestQueries:
    def test_the_pages_take_as_many_queries_for_one_row_as_for_fifty(self, cast: Cast, client):
        client.force_login(cast.dina)

        def make(first, last):
            for number in range(first, last):
                topic = Topic.objects.create(title=f"Topic {number}", slug=f"topic-{number}")
                OtherWord.objects.create(topic=topic, words=f"word{number}", by=[cast.carol, cast.dina][number % 2])
                story = make_story(cast.waste, by=cast.alice)
                ChosenAnswer.objects.create(key=f"k{number}", words=f"word{number}", story=story, by=cast.carol)
                asked(f"word{number}", nothing=1)

        def queries():
            counts = []
            for path in ("/search/words/", "/search/chosen/", "/search/report/"):
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(path).status_code == 200
                counts.append(len(captured))
            return counts

        make(0, 1)
        queries()
        for_one = queries()
        make(1, 50)
        assert queries() == for_one


class TestTheReport:
    def between(self, person, show="all", days=30, **more):
        today = timezone.localdate()
        return [row.words for row in report.asked_between(today - timedelta(days), today, show=show, person=person)]

    def test_what_found_nothing_and_what_nobody_opened(self, cast: Cast):
        asked("heat pumps", times=9, nothing=9)
        asked("bins", times=8, opened=4)
        asked("drains", times=7)
        asked("rare", times=2, nothing=2)
        assert self.between(cast.dina, "nothing") == ["heat pumps"]
        assert self.between(cast.dina, "unopened") == ["drains"]
        assert self.between(cast.dina) == ["heat pumps", "bins", "drains"]

    def test_days_are_summed_within_the_period(self, cast: Cast):
        today = timezone.localdate()
        asked("bins", times=2)
        asked("bins", times=2, day=today - timedelta(days=5))
        asked("bins", times=90, day=today - timedelta(days=50))
        (row,) = report.asked_between(today - timedelta(days=30), today, show="all", person=cast.dina)
        assert row.times == 4

    def test_words_of_closed_communities_are_for_editors_alone(self, cast: Cast, committed: Committed):
        den = make_community("Warren", facilitator=cast.eve, visibility="hidden")
        with committed():
            make_story(den, by=cast.bob, title="Operation Nightingale")
        for words in ("nightingale", "warren plans", "bins"):
            asked(words)
        assert self.between(cast.carol) == ["bins"]
        assert set(self.between(cast.dina)) == {"nightingale", "warren plans", "bins"}

    @pytest.mark.parametrize("words", ["=1+1", "+cmd", "-2", "@sum", " =1", "\t=1"])
    def test_no_cell_of_the_table_is_a_formula(self, words):
        rows = list(csv.reader(StringIO(report.as_csv([report.Row(words, 3, 1, 0)]).lstrip("\ufeff"))))
        assert rows[0] == ["Words", "Asked", "Found nothing", "Opened"]
        assert rows[1] == [f"'{words}", "3", "1", "0"]

    def test_the_page_and_the_table_agree(self, cast: Cast, client):
        asked("heat pumps", times=9, nothing=9)
        client.force_login(cast.carol)
        assert "heat pumps" in client.get("/search/report/").text
        table = client.get("/search/report/searches.csv?show=nothing")
        assert table["Content-Type"].startswith("text/csv")
        assert "attachment" in table["Content-Disposition"]
        assert "heat pumps,9,9,0" in table.text
        old = client.get("/search/report/?first=2020-01-01&last=2020-02-01&show=nothing")
        assert "Nothing in these days." in old.text
        wrong = client.get("/search/report/?first=2020-03-01&last=2020-02-01")
        assert wrong.status_code == 422
        assert "The last day comes before the first." in wrong.text
        assert client.get("/search/report/searches.csv?first=nonsense").status_code == 404


class TestOpened:
    @pytest.fixture
    def story(self, cast: Cast, committed: Committed):
        with committed():
            return make_story(cast.waste, by=cast.alice, title="Caddies")

    def opened(self):
        return sum(AskedWords.objects.values_list("opened", flat=True))

    def test_opening_a_result_is_counted_from_the_page_that_led_to_it(self, client, story):
        client.get("/search/?q=caddies")
        client.get(story.get_absolute_url(), HTTP_REFERER="http://testserver/search/?q=caddies&page=1")
        client.get(story.get_absolute_url(), HTTP_REFERER="http://testserver/search/?q=Caddy")
        row = AskedWords.objects.get()
        assert (row.words, row.times, row.opened) == ("caddies", 1, 2)

    def test_a_page_from_the_cache_counts_as_well(self, client, story, page_cache, settings):
        client.get("/search/?q=caddies")
        for _ in range(2):
            Client().get(story.get_absolute_url(), HTTP_REFERER="http://testserver/search/?q=caddies")
        assert self.opened() == 2

    @pytest.mark.parametrize(
        "came_from",
        [
            "",
            "http://testserver/stories/",
            "http://elsewhere.example/search/?q=caddies",
            "http://testserver/search/?q=never+asked",
            "http://testserver/search/?kind=story",
            "http://testserver/search/?q=" + "%00%ff" * 50,
        ],
    )
    def test_nothing_else_is(self, client, story, came_from):
        client.get("/search/?q=caddies")
        client.get(story.get_absolute_url(), HTTP_REFERER=came_from)
        assert self.opened() == 0
        assert AskedWords.objects.count() == 1

    def test_a_result_that_may_not_be_read_and_other_pages_do_not_count(self, client, story, cast: Cast):
        client.get("/search/?q=caddies")
        story.unpublish()
        client.get(story.get_absolute_url(), HTTP_REFERER="http://testserver/search/?q=caddies")
        client.get("/search/?q=bins", HTTP_REFERER="http://testserver/search/?q=caddies")
        assert self.opened() == 0


def test_days_are_those_where_the_site_is(cast: Cast):
    Client().get("/search/?q=caddies")
    assert AskedWords.objects.get().day == timezone.localdate()
    assert isinstance(AskedWords.objects.get().day, date)
    assert Query.of_site("caddies").words.clauses
