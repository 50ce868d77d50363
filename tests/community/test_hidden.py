"""A hidden community, walked as outsiders: everything answers as if it were not there.

The name, the slug and the words of the community and of its stories are made up, so that any trace of them on any page
that an outsider can reach is a leak. What the address of the community answers is compared, byte for byte, with what an
address answers where nothing ever was.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from community import hosting, inviting, joining
from community.models import CommunityPage, Membership, Person
from practice.models import StoryPage, Topic
from tests.cast import Cast, add_member, make_community, make_person, make_story

# None of these words is anywhere else on the site.
TITLE, SLUG = "Quixotic Zephyrs", "quixotic-zephyrs"
TRACES = re.compile(r"quixotic|zephyr|gramarye|xylograph", re.IGNORECASE)
NOWHERE = "nothing-ever-here"


@pytest.fixture
def hidden(cast: Cast) -> CommunityPage:
    """A hidden community of Carol and Bob, with a story, a topic, a request that waits and an invitation sent."""
    community = make_community(TITLE, facilitator=cast.carol, visibility="hidden", joining="invite")
    add_member(community, cast.bob)
    CommunityPage.objects.filter(pk=community.pk).update(purpose="We share gramarye.", introduction="<p>gramarye</p>")
    topic = Topic.objects.create(title="Recycling", slug="recycling")
    topic.communities.add(community)
    story = make_story(community, by=cast.carol, title="The xylograph in the depot", summary="A xylograph.")
    story.topics.add(topic)
    story.tags.add("xylographs")
    story.save()
    make_story(cast.waste, by=cast.carol)
    inviting.invite(community, by=cast.carol, email="gina@gloaming.example")
    return community


def outsiders(cast: Cast) -> list[tuple[str, Client]]:
    """Nobody, somebody who belongs nowhere, and a facilitator of another community."""
    make_community("Elsewhere", facilitator=cast.eve)
    clients = [("a visitor", Client())]
    for person in (cast.alice, cast.eve):
        client = Client()
        client.force_login(person)
        clients.append((str(person), client))
    return clients


def patterns(prefix: str) -> Iterator[str]:
    """Every address pattern of the site that begins so."""

    def walk(resolver: URLResolver, before: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            route = before + str(entry.pattern)
            if isinstance(entry, URLPattern):
                yield route
            elif not route.startswith(("admin/", "account/")):
                yield from walk(entry, route)

    return (route for route in walk(get_resolver(), "") if route.startswith(prefix))


def addresses_of(slug: str, person: Person) -> list[str]:
    """Every address of one community, as the site itself knows them."""
    filled = []
    for route in patterns("communities/<slug:slug>/"):
        route = route.replace("<slug:slug>", slug).replace("<int:person>", str(person.pk)).replace("<int:pk>", "1")
        filled.append("/" + route.replace("<slug:verb>", "remove"))
    assert len(filled) >= 12
    return filled


def without(body: str, typed: str) -> str:
    """A page without what the reader typed: the end of the address, and the same words in the box of the 404 page."""
    body = re.sub(r'(id="lost"[^>]* value=")[^"]*', r"\1", body)
    return body.replace(typed, "TYPED")


def answer(client: Client, method: str, address: str, slug: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body, without what differs from request to request or repeats the address asked for."""
    response = getattr(client, method)(address, {"reason": "x", "email": "x@x.example", "message": "x"})
    body = without(response.content.decode(), slug)
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body)
    headers = {
        name: value.replace(slug, "SLUG")
        for name, value in response.headers.items()
        if name.lower() not in {"set-cookie", "content-length", "x-request-id", "server-timing"}
    }
    return response.status_code, headers, body


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete"])
def test_each_of_its_addresses_answers_as_one_where_nothing_ever_was(
    cast: Cast, hidden: CommunityPage, method: str
) -> None:
    for who, client in outsiders(cast):
        pairs = zip(addresses_of(SLUG, cast.bob), addresses_of(NOWHERE, cast.bob), strict=True)
        for there, nowhere in pairs:
            found = answer(client, method, there, SLUG)
            assert found == answer(client, method, nowhere, NOWHERE), (who, method, there)
            assert found[0] in {404, 405}, (who, method, there, found[0])


def test_its_members_find_it(cast: Cast, hidden: CommunityPage) -> None:
    for person in (cast.bob, cast.carol, cast.dina):
        client = Client()
        client.force_login(person)
        assert client.get(hidden.get_absolute_url()).status_code == 200
        assert TITLE in client.get("/communities/").content.decode()


def test_no_page_that_an_outsider_can_reach_has_a_trace_of_it(cast: Cast, hidden: CommunityPage) -> None:
    story = StoryPage.objects.get(community=hidden)
    pages = [
        "/",
        "/communities/",
        "/stories/",
        f"/stories/?community={SLUG}",
        f"/stories/{story.pk}/",
        story.get_absolute_url(),
        "/topics/",
        "/topics/recycling/",
        "/tags/xylographs/",
        "/people/",
        cast.bob.get_absolute_url(),
        cast.carol.get_absolute_url(),
        "/councils/",
        cast.brockhaven.get_absolute_url(),
        "/search/?q=xylograph",
        "/search/?q=gramarye",
        "/search/?q=caretakers",
        "/sitemap.xml",
        "/robots.txt",
        "/communities/yours/",
        "/inbox/",
        "/write/",
        "/write/yours/",
        "/moderate/",
    ]
    for who, client in outsiders(cast):
        for address in pages:
            response = client.get(address, follow=True)
            if response.status_code >= 500:
                pytest.fail(f"{address} fails for {who}")
            body = response.content.decode()
            # What the reader typed themselves is no trace: the address asked for and the words searched.
            typed = address.rsplit("=", 1)[-1] if "=" in address else address.strip("/").rsplit("/", 1)[-1]
            body = without(body.replace(address, ""), typed)
            trace = TRACES.search(body)
            around = body[max(trace.start() - 80, 0) : trace.end() + 80] if trace else ""
            if address == "/tags/xylographs/" and response.status_code == 404:
                continue
            assert not trace, (who, address, around)


def test_a_story_of_it_is_not_redirected_to_its_words(cast: Cast, hidden: CommunityPage) -> None:
    story = StoryPage.objects.get(community=hidden)
    for who, client in outsiders(cast):
        for address in (f"/stories/{story.pk}/", f"/stories/{story.pk}/some-other-words/"):
            assert client.get(address).status_code == 404, (who, address)


def test_numbers_do_not_count_what_is_in_it(cast: Cast, hidden: CommunityPage) -> None:
    for who, client in outsiders(cast):
        html = client.get("/communities/").content.decode()
        assert html.count('class="tile"') == CommunityPage.objects.count() - 1, who
        assert "3 members, 1 story" in html


def test_an_address_that_would_be_taken_is_told_to_editors_alone(cast: Cast, hidden: CommunityPage) -> None:
    for _, client in outsiders(cast)[1:]:
        given = {"title": TITLE, "purpose": "x", "visibility": "open", "joining": "ask", "hue": "195"}
        assert client.post("/communities/new/", given).status_code == 403


def test_who_was_invited_reads_its_name_on_their_own_page_and_nowhere_else(cast: Cast, hidden: CommunityPage) -> None:
    inviting.invite(hidden, by=cast.carol, person=cast.eve)
    client = Client()
    client.force_login(cast.eve)
    assert TITLE in client.get("/communities/yours/").content.decode()
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert TITLE not in client.get("/communities/").content.decode()


def test_an_invitation_that_was_taken_back_leaves_no_trace(cast: Cast, hidden: CommunityPage) -> None:
    invitation = inviting.invite(hidden, by=cast.carol, person=cast.eve)
    inviting.take_back(invitation, by=cast.carol)
    client = Client()
    client.force_login(cast.eve)
    for address in ("/communities/yours/", "/inbox/"):
        assert not TRACES.search(client.get(address).content.decode()), address


def test_who_left_or_was_removed_is_an_outsider(cast: Cast, hidden: CommunityPage) -> None:
    zoe = make_person("Zoe Hill")
    add_member(hidden, zoe)
    joining.leave(hidden, person=cast.bob)
    joining.remove(hidden.memberships.get(person=zoe), by=cast.carol, reason="Moved to another council.")
    for person in (cast.bob, zoe):
        client = Client()
        client.force_login(Person.objects.get(pk=person.pk))
        assert client.get(hidden.get_absolute_url()).status_code == 404
        for address in ("/communities/", "/communities/yours/", "/inbox/"):
            assert not TRACES.search(client.get(address).content.decode()), (person, address)


def test_a_community_that_hides_takes_its_past_with_it(cast: Cast) -> None:
    """What people were told while it was open is not read any more, and a request that waits shows nothing."""
    community = make_community(TITLE, facilitator=cast.carol, joining="ask")
    joining.ask(community, person=cast.eve)
    joining.refuse(community.memberships.get(person=cast.eve), by=cast.carol, reason="No.")
    joining.ask(community, person=cast.alice)
    hosting.set_policy(community, by=cast.carol, visibility="hidden")
    for person in (cast.eve, cast.alice):
        client = Client()
        client.force_login(person)
        assert client.get(community.get_absolute_url()).status_code == 404
        for address in ("/inbox/", "/communities/yours/", "/communities/"):
            assert not TRACES.search(client.get(address).content.decode()), (person, address)


def test_nobody_outside_gets_a_letter_about_it(
    cast: Cast, hidden: CommunityPage, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        membership = add_member(hidden, cast.eve)
        joining.promote(membership, by=cast.carol)
        joining.remove(membership, by=cast.carol, reason="Moved on.")
    assert all(
        not TRACES.search(letter.subject + letter.body) for letter in mail.outbox if "eve@eve.example" in letter.to
    )


def test_a_community_without_a_published_page_is_not_there_either(cast: Cast) -> None:
    community = make_community(TITLE, facilitator=cast.carol)
    CommunityPage.objects.filter(pk=community.pk).update(live=False)
    for person in (None, cast.eve, cast.carol, cast.dina):
        client = Client()
        if person:
            client.force_login(person)
        assert client.get(community.get_absolute_url()).status_code == 404
    assert Membership.objects.filter(community=community).exists()
