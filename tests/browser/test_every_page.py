"""Every kind of page, on a phone and on a desk, light and dark: axe finds nothing and nothing runs over the edge."""

from collections.abc import Callable
from io import BytesIO

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.utils.timezone import localdate
from playwright.sync_api import Page, Request, expect
from wagtail.models import PageLogEntry

from community import appealing, archiving, sanctioning
from community.models import Appeal, Membership
from hub.notifications.notify import notify
from hub.pictures import keep_picture
from practice import asking, co_authors, collecting, featuring, hiding, remarking, reporting, writing
from practice.models import Collection, Report, StoryPage, StoryPicture, Topic, WriterInvitation
from practice.models.feature import monday_of
from practice.passages import paragraphs_of
from tests.cast import Cast, make_community, make_story
from tests.hub.test_uploads import picture

pytestmark = pytest.mark.browser
TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    """A live story with everything, one that waits, one draft, and something in the inbox."""
    waste = Topic.objects.create(title="Waste", slug="waste", summary="Bins.")
    topic = Topic.objects.create(title="Food waste", slug="food-waste", parent=waste, other_words="slops\ncaddies")
    topic.communities.add(cast.waste)
    story = make_story(
        cast.waste, by=cast.alice, worth_repeating="Ask who holds the key.", took_people="Two", live=False
    )
    draft = writing.draft_of(story)
    draft.topics.set([topic])
    draft.tags.add("caddies")
    draft.problem = draft.happened = (
        "<h3>Then</h3><p>A <b>bold</b> word and <a href='https://a.example'>a link</a>.</p>"
    )
    rows = [StoryPicture(picture=keep_picture(BytesIO(picture()), title="A bin", by=cast.alice), alt="A bin")]
    rows[0].caption, rows[0].credit = "By the door", "Bob Okafor"
    draft.gallery.set(rows)
    draft.save_revision(user=cast.alice).publish()
    waiting = make_story(cast.waste, by=cast.alice, title="A second story", live=False)
    writing.submit(waiting, by=cast.alice)
    on = next(each for each in paragraphs_of(waiting) if each.field == "did")
    remarking.remark(waiting, by=cast.carol, on=on, words="Which day?", suggested="We met on a Friday.")
    make_story(cast.waste, by=cast.alice, title="A draft", live=False)
    path = collecting.begin(by=cast.carol, community=cast.waste, title="Start here", introduction="<p>In order.</p>")
    collecting.put(path, StoryPage.objects.get(pk=story.pk), by=cast.carol, note="The shortest first.")
    featuring.feature(
        StoryPage.objects.get(pk=story.pk), by=cast.carol, kind="featured", reason="It is short.", until=localdate()
    )
    featuring.pick(
        StoryPage.objects.get(pk=story.pk), by=cast.dina, week=monday_of(localdate()), words="Everybody has flats."
    )
    make_community("Allotments", facilitator=cast.carol)
    archiving.archive(make_community("Archived one", facilitator=cast.bob), by=cast.bob, why="It is done.")
    reporting.report(StoryPage.objects.get(pk=story.pk), by=cast.bob, reason="wrong", words="The figure is old.")
    asking.ask(StoryPage.objects.get(pk=story.pk), by=cast.bob, words="Who paid for it?")
    membership = Membership.objects.get(community=cast.waste, person=cast.bob)
    sanctioning.warn(membership, by=cast.carol, reason="Be kind.")
    gone = make_story(cast.waste, by=cast.bob, title="A hidden story", council=cast.brockhaven)
    hiding.hide(gone, by=cast.carol, reason="It may name a tenant.")
    decision = PageLogEntry.objects.get(action="practice.hide")
    appealing.appeal(decision, by=cast.bob, words="She agreed.")
    Membership.objects.create(community=cast.waste, person=cast.eve, state="asked", message="Bins.")
    notify([cast.alice], "story-published", about=story, subject="It is published", url="/", by=cast.carol)
    theirs = make_story(cast.waste, by=cast.bob, title="A draft of Bob’s", live=False)
    co_authors.invite(theirs, by=cast.bob, person=cast.alice, message="You have the figures.")
    return StoryPage.objects.get(pk=story.pk)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("who", ["visitor", "alice", "carol", "dina"])
def test_every_page_can_be_used_by_everybody(
    cast: Cast, story: StoryPage, open_page: Callable[..., Page], who: str, width: int
) -> None:
    waiting = StoryPage.objects.get(title="A second story")
    draft = StoryPage.objects.get(title="A draft")
    asked = WriterInvitation.objects.get()
    addresses = {
        "visitor": [
            "/",
            "/stories/",
            "/stories/?status=stopped",
            story.get_absolute_url(),
            "/collections/",
            Collection.objects.get().get_absolute_url(),
            "/picks/",
            "/topics/",
            "/topics/food-waste/",
            "/tags/caddies/",
            "/communities/",
            "/people/",
            cast.alice.get_absolute_url(),
            "/councils/",
            cast.ambleford.get_absolute_url(),
            "/search/",
            "/search/?q=caretakers",
            "/search/?q=nothing-has-this-word",
            "/account/login/",
            "/account/signup/",
            "/account/password/reset/",
            "/about/",
            "/nobody-made-this-page/",
            StoryPage.objects.get(title="A hidden story").get_absolute_url(),
        ],
        "alice": [
            "/",
            story.get_absolute_url(),
            "/inbox/",
            "/write/",
            "/write/yours/",
            f"/write/{draft.pk}/",
            f"/write/{story.pk}/",
            "/write/from-a-document/",
            f"/write/{draft.pk}/question/for-whom/",
            f"/stories/{story.pk}/still-so/",
            story.questions.get().get_absolute_url(),
            f"/write/{draft.pk}/question/to-a-colleague/",
            f"/write/{draft.pk}/question/how-it-is-found/",
            f"/write/{draft.pk}/versions/",
            f"/write/{draft.pk}/versions/{draft.latest_revision_id}/",
            f"/write/{draft.pk}/share/",
            f"/write/{draft.pk}/together/?who=bob",
            f"/write/{draft.pk}/when/",
            f"/write/asked/{asked.pk}/",
            f"/write/{draft.pk}/preview/",
            f"/write/{draft.pk}/check/",
            f"/write/{draft.pk}/discard/",
            f"/write/{waiting.pk}/",
            f"/write/{waiting.pk}/remarks/",
            f"/moderate/{story.pk}/history/",
            f"/stories/{story.pk}/report/",
            f"/moderate/{story.pk}/withdraw/",
            f"/communities/{cast.waste.slug}/facilitate/",
            "/communities/archived-one/",
            "/account/profile/",
            "/account/data/",
            "/account/close/",
            "/account/email/",
            "/account/password/change/",
            "/account/2fa/",
        ],
        "carol": [
            "/moderate/",
            f"/moderate/reports/{Report.objects.get().pk}/",
            f"/moderate/requests/{Membership.objects.get(state='asked').pk}/",
            f"/communities/{cast.waste.slug}/members/",
            f"/communities/{cast.waste.slug}/members/{cast.bob.pk}/mute/",
            f"/communities/{cast.waste.slug}/decisions/",
            f"/communities/{cast.waste.slug}/away/",
            f"/moderate/{waiting.pk}/",
            f"/moderate/{story.pk}/move/",
            f"/collections/{Collection.objects.get().pk}/change/?q=story",
            f"/collections/{Collection.objects.get().pk}/take-away/",
            f"/stories/{story.pk}/ask/",
            story.questions.get().get_absolute_url(),
            f"/stories/{story.pk}/collect/",
            f"/stories/{story.pk}/feature/",
            f"/communities/{cast.waste.slug}/featured/?q=caretakers",
            f"/communities/{cast.waste.slug}/health/",
            f"/communities/{cast.waste.slug}/front/preview/",
            *(f"/communities/{cast.waste.slug}/front/?change={part}" for part in ("introduction", "start", "people")),
            f"/communities/{cast.waste.slug}/collections/new/",
            f"/moderate/{story.pk}/delete/",
            f"/moderate/{waiting.pk}/remark/",
            f"/moderate/{waiting.pk}/remark/?at=did-1",
            waiting.remarks.get().get_absolute_url(),
            f"/moderate/{waiting.pk}/merge/?q=caretakers",
            f"/moderate/{waiting.pk}/merge/?into={story.pk}",
            f"/communities/{cast.waste.slug}/reviewing/",
            f"/communities/{cast.waste.slug}/future/",
            f"/communities/{cast.waste.slug}/archive/",
            f"/communities/{cast.waste.slug}/hand-over/",
            f"/communities/{cast.waste.slug}/merge/",
            f"/communities/{cast.waste.slug}/merge/?into=allotments",
            "/tags/",
            "/tags/caddies/merge/",
            "/tags/caddies/retire/",
        ],
        "dina": [
            "/",
            f"/moderate/appeals/{Appeal.objects.get().pk}/",
            "/moderate/decisions/",
            "/tags/caddies/promote/",
            "/picks/weeks/?q=caretakers",
            f"/stories/{story.pk}/pick/",
            "/communities/new/",
            "/account/2fa/totp/activate/",
        ],
    }[who]
    page = open_page(width=width, person=None if who == "visitor" else getattr(cast, who))
    page.emulate_media(reduced_motion="reduce")  # another scheme is there at once
    underway: set[Request] = set()
    page.on("request", lambda request: underway.add(request))
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda request: underway.discard(request))  # type: ignore[call-overload]
    found: list[str] = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        if answer.status != (404 if "nobody" in address or "hidden" in address else 200):
            found.append(f"{address}: {answer.status}")
        settle(page, underway)
        page.evaluate(AXE_SCRIPT)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [
                f"{address} in {scheme}: {rule['id']}: {rule['nodes'][0]['html'][:200]}"
                for rule in page.evaluate("axe.run({resultTypes: ['violations']}).then(found => found.violations)")
            ]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address}: runs over the edge")
        if page.locator("h1").count() != 1:
            found.append(f"{address}: {page.locator('h1').count()} h1")
    assert found == [], "\n".join(found)


def settle(page: Page, underway: set[Request]) -> None:
    """Wait until a page is as it stays: its editors are there, and what it fetches later has come."""
    expect(page.locator("form[data-editor]:has(textarea[data-rich]):not([data-mounted])")).to_have_count(0)
    page.evaluate(TWO_FRAMES)  # by now it has asked for the parts that are in sight
    while underway:
        page.evaluate(TWO_FRAMES)
