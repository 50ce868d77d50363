"""The page of a story: who sees it, at which address, with what on it."""

import re

import pytest
from django.test import Client
from django.utils.http import parse_http_date

from community.models import Council
from practice import reading
from practice.models import StoryAuthor, StoryPage, Topic
from practice.reading import months
from practice.writing import save_draft, start, submit
from search import rebuilding
from tests.cast import Cast, add_member, make_community, make_person, make_story

ROLES = ("nobody", "alice", "bob", "carol", "dina", "eve", "frank")


def as_(cast: Cast, role: str) -> Client:
    client = Client()
    if role != "nobody":
        client.force_login(getattr(cast, role))
    return client


def readers(cast: Cast, story: StoryPage) -> set[str]:
    answers = {role: as_(cast, role).get(story.get_absolute_url()).status_code for role in ROLES}
    assert set(answers.values()) <= {200, 404, 410}
    return {role for role, status in answers.items() if status == 200}


class TestWhoSeesIt:
    def test_a_story_of_an_open_community_is_for_everybody(self, cast: Cast) -> None:
        assert readers(cast, make_story(cast.waste, by=cast.alice)) == set(ROLES)

    @pytest.mark.parametrize("visibility", ["members", "hidden"])
    def test_a_story_of_a_closed_community_is_for_its_members_and_editors(self, cast: Cast, visibility: str) -> None:
        closed = make_community("Care", facilitator=cast.carol, visibility=visibility)
        assert readers(cast, make_story(closed, by=cast.carol)) == {"carol", "dina", "frank"}

    def test_an_author_who_left_a_closed_community_still_reads_their_own_story_and_no_neighbour(
        self, cast: Cast
    ) -> None:
        closed = make_community("Care", facilitator=cast.carol, visibility="hidden")
        own = make_story(closed, by=cast.alice)
        make_story(closed, by=cast.carol, title="The secret neighbour")
        assert as_(cast, "alice").get(own.get_absolute_url()).status_code == 200
        rebuilding.rebuild()
        similar = f"/stories/{own.pk}/similar/"
        assert "secret neighbour" not in as_(cast, "alice").get(similar).content.decode()
        assert "secret neighbour" in as_(cast, "carol").get(similar).content.decode()

    def test_a_draft_is_for_its_authors_and_editors(self, cast: Cast) -> None:
        assert readers(cast, make_story(cast.waste, by=cast.alice, live=False)) == {"alice", "dina", "frank"}

    def test_a_draft_that_was_sent_is_for_the_facilitators_too(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice, live=False)
        submit(story, by=cast.alice)
        story.refresh_from_db()
        assert readers(cast, story) == {"alice", "carol", "dina", "frank"}

    def test_a_facilitator_reads_what_was_sent_and_not_what_is_being_typed(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice, live=False)
        submit(story, by=cast.alice)
        story.refresh_from_db()
        save_draft(
            story, by=cast.alice, base_revision=story.latest_revision_id, values={"summary": "Not finished at all."}
        )
        address = story.get_absolute_url()
        assert "Not finished" in as_(cast, "alice").get(address).content.decode()
        assert "Not finished" not in as_(cast, "carol").get(address).content.decode()

    def test_a_withdrawn_story_is_for_authors_and_moderators(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        story.unpublish()
        assert readers(cast, story) == {"alice", "carol", "dina", "frank"}

    def test_who_could_read_a_withdrawn_story_is_told_so_and_nothing_of_it(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice, title="Wombats in the depot")
        story.unpublish()
        for name in ("nobody", "bob", "eve"):
            for address in (story.get_absolute_url(), f"/stories/{story.pk}/", f"/stories/{story.pk}/anything/"):
                answer = as_(cast, name).get(address)
                assert answer.status_code == 410
                assert "This story was withdrawn" in answer.text
                assert "Wombats" not in answer.text
                assert "Location" not in answer

    def test_who_could_not_read_it_learns_nothing_of_a_withdrawn_story(self, cast: Cast) -> None:
        for visibility in ("members", "hidden"):
            community = make_community(f"Care {visibility}", facilitator=cast.carol, visibility=visibility)
            add_member(community, cast.bob)
            story = make_story(community, by=cast.carol)
            story.unpublish()
            answers = {
                name: as_(cast, name).get(story.get_absolute_url()).status_code
                for name in ("nobody", "bob", "eve", "alice")
            }
            assert answers == {"nobody": 404, "bob": 410, "eve": 404, "alice": 404}

    @pytest.mark.parametrize(("live", "words"), [(False, "Draft"), (True, "Withdrawn")])
    def test_a_page_that_is_not_public_says_who_sees_it(self, cast: Cast, live: bool, words: str) -> None:
        story = make_story(cast.waste, by=cast.alice, live=live)
        if live:
            story.unpublish()
        html = as_(cast, "alice").get(story.get_absolute_url()).content.decode()
        assert f"<strong>{words}.</strong>" in html
        assert "the editors of the site see this page" in html

    def test_an_edit_of_a_live_story_does_not_show(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        save_draft(story, by=cast.alice, base_revision=story.latest_revision_id, values={"summary": "A new summary."})
        story.refresh_from_db()
        alice, bob = (as_(cast, name).get(story.get_absolute_url()).content.decode() for name in ("alice", "bob"))
        assert "A new summary" not in alice
        assert "A newer draft" in alice
        assert "A newer draft" not in bob

    def test_a_change_of_policy_shuts_the_page_at_once(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        eve = as_(cast, "eve")
        assert eve.get(story.get_absolute_url()).status_code == 200
        cast.waste.policy.visibility = "hidden"
        cast.waste.policy.save()
        assert eve.get(story.get_absolute_url()).status_code == 404


class TestAddress:
    @pytest.mark.parametrize("slug", ["", "an-old-title/"])
    def test_another_slug_leads_to_the_right_one(self, cast: Cast, slug: str) -> None:
        story = make_story(cast.waste, by=cast.alice)
        answer = Client().get(f"/stories/{story.pk}/{slug}")
        assert answer.status_code == 301
        assert answer["Location"] == story.get_absolute_url()
        assert answer["Cache-Control"] == "public, no-cache"

    def test_a_redirect_does_not_tell_the_title_to_those_who_may_not_read(self, cast: Cast) -> None:
        story = make_story(make_community("Care", visibility="hidden"), by=cast.alice)
        assert Client().get(f"/stories/{story.pk}/x/").status_code == 404
        assert as_(cast, "bob").get(f"/stories/{story.pk}/").status_code == 404
        assert as_(cast, "alice").get(f"/stories/{story.pk}/")["Cache-Control"] == "private, no-cache"

    def test_a_story_that_is_not_there_is_not_there(self, db: None) -> None:
        assert Client().get("/stories/999999/x/").status_code == 404
        assert Client().post("/stories/999999/x/").status_code == 405


class TestHeaders:
    def test_a_public_page_may_be_kept_and_is_asked_again(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        first = Client().get(story.get_absolute_url())
        assert first["Cache-Control"] == "public, no-cache"
        assert "Cookie" in first["Vary"]
        again = Client().get(story.get_absolute_url(), headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_it_says_when_the_text_changed_and_answers_nothing_by_that_alone(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        told = Client().get(story.get_absolute_url())["Last-Modified"]
        assert parse_http_date(told) == int(story.last_published_at.timestamp())
        again = Client().get(story.get_absolute_url(), headers={"If-Modified-Since": told})
        assert again.status_code == 200  # a name on the page may have changed

    def test_a_page_of_a_signed_in_reader_is_private(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        assert as_(cast, "eve").get(story.get_absolute_url())["Cache-Control"] == "private, no-cache"

    def test_a_page_changes_with_the_name_of_its_author(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        address = story.get_absolute_url()
        old = Client().get(address)["ETag"]
        cast.alice.name = "Alice Winter"
        cast.alice.save()
        changed = Client().get(address, headers={"If-None-Match": old})
        assert changed.status_code == 200
        assert "Alice Winter" in changed.content.decode()

    def test_only_a_public_page_has_a_card_for_other_sites(self, cast: Cast) -> None:
        public = make_story(cast.waste, by=cast.alice)
        closed = make_story(make_community("Care", facilitator=cast.carol, visibility="members"), by=cast.carol)
        assert "og:title" in Client().get(public.get_absolute_url()).content.decode()
        html = as_(cast, "carol").get(closed.get_absolute_url()).content.decode()
        assert "og:title" not in html
        assert "noindex" in html
        assert "Only members of Care can read this" in html


class TestWhatIsOnIt:
    def test_everything_that_was_told(self, cast: Cast) -> None:
        group = Topic.objects.create(title="Waste", slug="waste")
        story = make_story(
            cast.waste,
            by=cast.alice,
            worth_repeating="Ask the caretakers first.",
            problem="<p>Bins were abandoned.</p>",
            happened="<p>0.94 kg.</p>",
            learned="<p>Agree it in writing.</p>",
            took_money="£11,400 to start",
            credited="Denis the caretaker",
            topics=[Topic.objects.create(title="Food waste", slug="food-waste", parent=group)],
            began_on="2023-09-01",
            ended_on="2024-03-01",
        )
        story.authorships.add(StoryAuthor(person=cast.bob))
        story.tags.add("caddies")
        story.save()
        html = Client().get(story.get_absolute_url()).content.decode()
        for words in (
            "Ask the caretakers first.",
            "Bins were abandoned.",
            "0.94 kg.",
            "Agree it in writing.",
            "£11,400 to start",
            "Denis the caretaker",
            "Alice Marlow",
            "Bob Okafor",
            "Ambleford Borough Council",
            "September 2023 to March 2024",
            "Still running",
            'href="/topics/food-waste/"',
            'href="/tags/caddies/"',
            "1 minute to read",
        ):
            assert words in html, words
        assert html.count("<h1") == 1
        anchors = re.findall(r'<li><a href="#([a-z]+)"', html)
        assert anchors == ["worth", "problem", "did", "took", "happened", "learned"]
        assert all(f'id="{anchor}"' in html for anchor in anchors)

    def test_a_visitor_is_told_of_nothing_that_is_missing_and_gets_no_token(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        html = Client().get(story.get_absolute_url()).content.decode()
        assert "Yours to add" not in html
        assert "csrfmiddlewaretoken" not in html
        assert "What it took" not in html
        assert "worth repeating</h2>" not in html

    def test_an_author_is_invited_to_add_what_is_missing_and_nobody_else_is(self, cast: Cast) -> None:
        story = make_story(cast.waste, by=cast.alice)
        html = as_(cast, "alice").get(story.get_absolute_url()).content.decode()
        assert "Yours to add" in html
        assert "What you learned" in html
        assert "What you did" not in html
        for role in ("bob", "carol", "dina"):
            assert "Yours to add" not in as_(cast, role).get(story.get_absolute_url()).content.decode()

    def test_a_draft_with_nothing_in_it_has_a_page(self, cast: Cast) -> None:
        story = start(by=cast.alice, title="Only a title", community=cast.waste)
        assert "Nothing has been told yet" in as_(cast, "alice").get(story.get_absolute_url()).content.decode()

    def test_what_it_grew_out_of_is_named_to_those_who_can_read_that(self, cast: Cast) -> None:
        hidden = make_community("Care", facilitator=cast.carol, visibility="hidden")
        secret = make_story(hidden, by=cast.carol, title="The secret source")
        first = make_story(cast.waste, by=cast.alice, title="The open source")
        for source, shown in ((secret, False), (first, True)):
            story = make_story(cast.waste, by=cast.alice, title="Grown", based_on=source)
            assert (source.title in Client().get(story.get_absolute_url()).content.decode()) is shown

    def test_what_people_wrote_is_shown_as_text(self, cast: Cast) -> None:
        story = make_story(
            cast.waste, by=cast.alice, title="<script>a</script>", summary="<b>b</b>", worth_repeating="<i>c</i>"
        )
        html = Client().get(story.get_absolute_url()).content.decode()
        for raw in ("<script>a", "<b>b", "<i>c"):
            assert raw not in html


class TestQueries:
    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_a_signed_in_reader_costs_few_queries_whatever_is_on_the_page(
        self, cast: Cast, page_cache: None, django_assert_max_num_queries
    ) -> None:
        topics = [Topic.objects.create(title=f"T{n}", slug=f"t{n}") for n in range(4)]
        story = make_story(cast.waste, by=cast.alice, topics=topics)
        for number in range(9):
            make_story(cast.waste, by=cast.alice, title=f"Alike {number}", topics=topics)
            story.authorships.add(StoryAuthor(person=make_person(f"Author{number} Ofmany")))
        story.save()
        eve = as_(cast, "eve")
        with django_assert_max_num_queries(24):
            eve.get(story.get_absolute_url())
        with django_assert_max_num_queries(9):
            eve.get(story.get_absolute_url())

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_what_is_kept_says_nothing_about_who_asked(self, cast: Cast, page_cache: None) -> None:
        story = make_story(cast.waste, by=cast.alice)
        pieces = reading.published_pieces(story.pk)
        as_(cast, "eve").get(story.get_absolute_url())
        assert reading.published_pieces(story.pk) is pieces
        assert "Eve" not in repr(pieces)

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_what_is_kept_goes_when_anything_on_it_changes(self, cast: Cast, page_cache: None) -> None:
        story = make_story(cast.waste, by=cast.alice)
        assert "Ambleford Borough Council" in reading.published_pieces(story.pk).head
        council = Council.objects.get(pk=cast.ambleford.pk)
        council.name = "Greater Ambleford"
        council.save()
        assert "Greater Ambleford" in reading.published_pieces(story.pk).head


@pytest.mark.parametrize(
    ("began", "ended", "going_on", "words"),
    [
        (None, None, True, ""),
        ((2023, 9), (2024, 3), True, "September 2023 to March 2024"),
        ((2023, 9), (2023, 9), False, "September 2023"),
        ((2023, 9), None, True, "Since September 2023"),
        ((2023, 9), None, False, "September 2023"),
        (None, (2024, 3), False, "Until March 2024"),
    ],
)
def test_a_time_is_told_in_months(began, ended, going_on, words) -> None:
    from datetime import date

    first, last = (date(*moment, 1) if moment else None for moment in (began, ended))
    assert months(first, last, going_on=going_on) == words
