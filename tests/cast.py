"""The people of the tests, and short ways to make what they work on.

Alice writes (Ambleford), Bob peers (Brockhaven), Carol facilitates, Dina edits the site, Eve is signed in and belongs
nowhere, Frank administers it. `make_story` and `make_community` make real rows, in the way that the product does.
"""

from dataclasses import dataclass
from typing import Any

from wagtail.signal_handlers import disable_reference_index_auto_update

from community.models import CommunityPage, CommunityPolicy, Council, Membership, Person
from hub.models import HomePage
from practice.models import StoryAuthor, StoryPage

PASSWORD = "three plain words"


@dataclass
class Cast:
    """Everybody, the two councils, and an open community that Carol facilitates and Alice and Bob belong to."""

    alice: Person
    bob: Person
    carol: Person
    dina: Person
    eve: Person
    frank: Person
    ambleford: Council
    brockhaven: Council
    waste: CommunityPage


def make_person(name: str, **fields: Any) -> Person:
    """Somebody with a confirmed address, who signs in with PASSWORD."""
    email = fields.pop("email", f"{name.split()[0].lower()}@{name.split()[0].lower()}.example")
    person = Person.objects.create_user(email, PASSWORD, name=name, **fields)
    person.emailaddress_set.create(email=email, verified=True, primary=True)
    return person


def make_council(code: str, name: str, **fields: Any) -> Council:
    """A council."""
    return Council.objects.create(
        code=code, name=f"{name} Borough Council", short_name=name, **{"kind": Council.Kind.DISTRICT, **fields}
    )


def make_community(title: str, *, facilitator: Person | None = None, **policy: Any) -> CommunityPage:
    """A community; open, joined by anyone and reviewed first unless the policy says otherwise."""
    community = HomePage.objects.get().add_child(
        instance=CommunityPage(title=title, slug=title.lower().replace(" ", "-"), purpose=f"We share {title}.", hue=150)
    )
    given = {"visibility": CommunityPolicy.Visibility.OPEN, "joining": CommunityPolicy.Joining.ANYONE, **policy}
    CommunityPolicy.objects.filter(community=community).update(**given)
    community.refresh_from_db()
    if facilitator:
        add_member(community, facilitator, role=Membership.Role.FACILITATOR)
    return community


def add_member(community: CommunityPage, person: Person, role: str = Membership.Role.MEMBER) -> Membership:
    """Make somebody an active member."""
    membership = Membership.objects.create(community=community, person=person, role=role)
    person.forget_memberships()
    return membership


def make_story(
    community: CommunityPage, *, by: Person, live: bool = True, title: str = "We asked the caretakers", **fields: Any
) -> StoryPage:
    """A story that is live, or a draft, with a revision as the product makes it.

    Wagtail's list of what refers to what, which is a third of the work and which only its admin reads, is left out.
    """
    story = StoryPage(
        title=title,
        slug=f"story-{StoryPage.objects.count() + 1}",
        live=False,
        owner=by,
        **{
            "summary": "Food waste in eleven blocks of flats.",
            "council": by.council,
            "did": "<p>We met at Harland House on a Tuesday at ten.</p>",
            "practice_status": StoryPage.Status.RUNNING,
            **fields,
        },
    )
    story.authorships.add(StoryAuthor(person=by))
    with disable_reference_index_auto_update():
        community.add_child(instance=story)
        revision = story.save_revision(user=by)
        if live:
            revision.publish()
    story.refresh_from_db()
    return story


def make_cast() -> Cast:
    """The whole cast, in the database."""
    ambleford, brockhaven = make_council("X-AMB", "Ambleford"), make_council("X-BRO", "Brockhaven")
    carol = make_person("Carol Whitby", council=brockhaven, role_title="Principal waste officer")
    waste = make_community("Waste and recycling", facilitator=carol)
    cast = Cast(
        alice=make_person("Alice Marlow", council=ambleford, role_title="Waste and recycling manager"),
        bob=make_person("Bob Okafor", council=brockhaven),
        carol=carol,
        dina=make_person("Dina Editor", is_editor=True),
        eve=make_person("Eve Lindqvist"),
        frank=make_person("Frank Admin", is_superuser=True),
        ambleford=ambleford,
        brockhaven=brockhaven,
        waste=waste,
    )
    add_member(waste, cast.alice)
    add_member(waste, cast.bob)
    return cast
