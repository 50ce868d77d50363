"""A small world for the access tests: a community of each visibility with a story in each state, and every role.

The truth about who may read what is written here a second time, as a table, and not taken from `community.access`.
Each title is a word that is found nowhere else, so that a leak shows wherever it happens.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from community.models import CommunityPage, Membership, Person
from hub.models import Picture
from practice import collecting, featuring, hiding, writing
from practice.models import Collection, Feature, Pick, Repetition, StoryAttachment, StoryPage, Topic
from practice.models.feature import monday_of
from tests.cast import add_member, make_community, make_council, make_person, make_story

VISIBILITIES = ("open", "members", "hidden")
STATES = ("draft", "in_review", "live", "unpublished", "hidden")
ROLES = ("anonymous", "elsewhere", "member", "author", "other_facilitator", "facilitator", "editor", "administrator")
BELONGING = {"member", "author", "facilitator", "editor", "administrator"}
MODERATING = {"facilitator", "editor", "administrator"}
WRITING = {"author", "editor", "administrator"}


def readers(visibility: str, state: str) -> set[str]:
    """The roles that may read a story of a community with this visibility, in this state."""
    if state == "draft":
        return WRITING
    if state in {"in_review", "unpublished", "hidden"}:
        return WRITING | MODERATING
    return set(ROLES) if visibility == "open" else BELONGING


def finders(visibility: str) -> set[str]:
    """The roles for which a community is there at all."""
    return BELONGING if visibility == "hidden" else set(ROLES)


@dataclass
class World:
    """Everything that the access tests look at."""

    people: dict[str, Person | None]
    communities: dict[str, CommunityPage] = field(default_factory=dict)
    stories: dict[tuple[str, str], StoryPage] = field(default_factory=dict)
    collections: dict[str, Collection] = field(default_factory=dict)
    topic: Any = None
    council: Any = None
    elsewhere: Any = None
    picture: Any = None
    cookies: dict[str, str] = field(default_factory=dict)

    def secrets_from(self, role: str) -> set[str]:
        """The words that must appear in nothing that this role is sent."""
        stories = {
            word
            for (visibility, state) in self.stories
            if role not in readers(visibility, state)
            for word in (title_word(visibility, state), tag_word(visibility, state))
        }
        paths = {collection_word(v) for v in VISIBILITIES if role not in readers(v, "live")}
        return stories | paths | {community_word(v) for v in VISIBILITIES if role not in finders(v)}


def title_word(visibility: str, state: str) -> str:
    """A word that stands in one story alone."""
    return f"Quokka{visibility}{state.replace('_', '')}".lower()


def tag_word(visibility: str, state: str) -> str:
    """A word that stands on one story alone, as its tag."""
    return f"wombat{visibility}{state.replace('_', '')}".lower()


def collection_word(visibility: str) -> str:
    """A word that stands in the title of one collection alone."""
    return f"dingo{visibility}"


def community_word(visibility: str) -> str:
    """A word that stands in one community alone."""
    return f"numbat{visibility}"


def make_world() -> World:
    """Make it all."""
    council = make_council("X-AMB", "Ambleford", region="North Vale", nation="Arden")
    people: dict[str, Person | None] = {
        "anonymous": None,
        "elsewhere": make_person("Eve Lindqvist"),
        "member": make_person("Bob Okafor", council=council),
        "author": make_person("Alice Marlow", council=council),
        "other_facilitator": make_person("Grace Hopper"),
        "facilitator": make_person("Carol Whitby", council=council),
        "editor": make_person("Dina Rahman", is_editor=True),
        "administrator": make_person("Frank Adair", is_superuser=True),
    }
    elsewhere = make_community("Parks", facilitator=people["other_facilitator"])
    add_member(elsewhere, people["elsewhere"])
    world = World(
        people, council=council, picture=picture(), topic=Topic.objects.create(title="Food waste", slug="food-waste")
    )
    world.elsewhere = make_council("X-BRO", "Brockhaven")
    for visibility in VISIBILITIES:
        community = make_community(
            f"{community_word(visibility)} people", facilitator=people["facilitator"], visibility=visibility
        )
        # A second facilitator, so that nobody decides about a story of their own.
        add_member(community, make_person(f"Second{visibility} Person"), role=Membership.Role.FACILITATOR)
        add_member(community, people["member"])
        add_member(community, people["author"])
        world.topic.communities.add(community)
        world.communities[visibility] = community
        for state in STATES:
            world.stories[visibility, state] = tell(world, community, visibility, state)
    for visibility, community in world.communities.items():
        facilitator: Any = people["facilitator"]
        made = collecting.begin(by=facilitator, community=community, title=f"The {collection_word(visibility)} path")
        for place in VISIBILITIES:  # each holds stories of all: no reader learns of those that are not for them
            collecting.put(made, world.stories[place, "live"], by=facilitator)
        world.collections[visibility] = made
        put_forward(world, visibility)
    return world


def put_forward(world: World, visibility: str) -> None:
    """Feature and pin the published story of a community, and pick it for a week: the hidden one for this week."""
    story, facilitator = world.stories[visibility, "live"], world.people["facilitator"]
    today = timezone.localdate()
    for kind in Feature.Kind.values:
        words = f"Because of {title_word(visibility, 'live')}"
        featuring.feature(story, by=facilitator, kind=kind, reason=words, until=today)  # type: ignore[arg-type]
    weeks = timedelta(weeks=VISIBILITIES[::-1].index(visibility))
    Pick.objects.create(week=monday_of(today) - weeks, story=story, words=f"Do {title_word(visibility, 'live')}.")


def tell(world: World, community: CommunityPage, visibility: str, state: str) -> StoryPage:
    """One story, taken to its state by the verbs."""
    author = world.people["author"]
    story = make_story(
        community,
        by=author,
        live=False,
        title=f"The {title_word(visibility, state)} story",
        summary=f"About {title_word(visibility, state)} and bins.",
        did=f"<p>We tried {title_word(visibility, state)} with caddies.</p>",
        worth_repeating=f"Copy {title_word(visibility, state)}.",
    )
    draft = writing.draft_of(story)
    draft.topics.set([world.topic])
    draft.tags.add(tag_word(visibility, state))
    draft.attachments.add(attachment(f"{visibility}.txt"))
    draft.picture = world.picture
    draft.picture_alt = "A bin"
    revision = draft.save_revision(user=author)
    if state == "in_review":
        writing.submit(story, by=author)
    elif state != "draft":
        revision.publish()
        if state == "unpublished":
            StoryPage.objects.get(pk=story.pk).unpublish()
        elif state == "hidden":
            facilitator: Any = world.people["facilitator"]
            hiding.hide(StoryPage.objects.get(pk=story.pk), by=facilitator, reason="A reader says something.")
    story.refresh_from_db()
    Repetition.objects.create(
        story=story,
        person=world.people["member"],
        council=world.elsewhere,
        outcome=Repetition.Outcome.WELL,
        changed=f"We did {title_word(visibility, state)} at night.",
    )
    story.questions.create(person=world.people["member"], words=f"Was {title_word(visibility, state)} dear?")
    story.remarks.create(
        field="did", paragraph="We tried", passage="tried", words=f"Was {title_word(visibility, state)} dear?"
    )
    return story


def attachment(name: str) -> StoryAttachment:
    """A small file, kept as the product keeps it."""
    item = StoryAttachment(title="The figures", name=name, content_type="text/plain", size=3)
    item.file.save(name, ContentFile(b"123"), save=False)
    return item


def picture() -> Picture:
    """A small picture."""
    data = BytesIO()
    Image.new("RGB", (900, 600), "white").save(data, "PNG")
    return Picture.objects.create(title="A bin", file=ContentFile(data.getvalue(), name="bin.png"))
