"""Councils, topics, communities and people of an import."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from community.hosting import found
from community.models import CommunityPage, CommunityPolicy, Council, Membership, Merger, Person
from community.naming import CouncilNames
from community.registering import Entry, Outcome, make_public_body, register, replace
from hub.richtext import from_markdown, plain_text
from practice.importing.rows import BadRow, Row, shorten
from practice.models import Topic

COUNCIL_KINDS = {"london borough": Council.Kind.LONDON_BOROUGH, **{kind.value: kind for kind in Council.Kind}}
VISIBILITIES = {choice.value: choice for choice in CommunityPolicy.Visibility}
JOININGS = {choice.value: choice for choice in CommunityPolicy.Joining}
# Hues of communities, in the order in which they are given out: 25 apart and off the accent's.
HUES = (150, 65, 285, 235, 0, 195, 100, 310, 260, 335, 125, 210)


@dataclass
class Places:
    """What the rows of an import refer to, found once and kept for the run."""

    organisation: str
    folder: Path = Path()  # where the files are
    names: CouncilNames = field(default_factory=CouncilNames)
    councils: dict[str, Council] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    communities: dict[str, CommunityPage] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)  # the names of communities that are part of others today

    def refresh(self) -> None:
        """Read everything that is there now."""
        self.names, self.councils, self.topics, self.communities, self.people = CouncilNames(), {}, {}, {}, {}
        for council in Council.objects.all():
            self.keep_council(council)
        for community in CommunityPage.objects.select_related("policy"):
            self.communities[community.slug] = community
            self.communities[community.source or community.slug] = community
        for merger in Merger.objects.select_related("community", "into__policy"):
            names = {merger.community.slug, merger.community.source or merger.community.slug}
            self.communities.update(dict.fromkeys(names, merger.into))
            self.merged |= names
        for person in Person.objects.exclude(source="").filter(left_at=None).select_related("council"):
            self.people[person.source] = person
        for topic in Topic.objects.all():
            self.keep_topic(topic)

    def keep_topic(self, topic: Topic) -> None:
        """Make a topic findable by its slug, its title and its other words; the slug of another topic wins."""
        self.topics[topic.slug] = topic
        for words in [topic.title, *topic.other_word_list()]:
            self.topics.setdefault(slugify(words), topic)

    def topic(self, words: str) -> Topic | None:
        """The topic that these words mean."""
        return self.topics.get(words) or self.topics.get(slugify(words))

    def keep_council(self, council: Council) -> None:
        """Make a council findable by its code and its names."""
        self.councils[council.code.lower()] = council
        self.names.add(council)

    def council(self, code: str, organisation: str) -> Council | None:
        """A council by its code or its name, or an organisation by its name: made where nobody has that name yet."""
        if code:
            return self.councils.get(code.lower()) or self.names.find(code)
        return make_public_body(organisation, names=self.names) if organisation else None


def put_council(row: Row, places: Places, source: str) -> tuple[int, bool]:
    """A council, by its code."""
    name = row.text("name", limit=160, required=True)
    population = row.number("population")
    council, outcome = register(
        Entry(
            code=row.text("code", limit=20, required=True),
            name=name,
            short_name=row.text("short_name", limit=120) or short_name(name),
            kind=row.choice("kind", COUNCIL_KINDS, Council.Kind.OTHER),
            nation=row.text("nation", limit=60),
            region=row.text("region", limit=60),
            population=None if population is None else int(population),
            area_km2=row.number("area_km2"),
            latitude=row.number("latitude"),
            longitude=row.number("longitude"),
        )
    )
    places.keep_council(council)
    return council.pk, outcome is Outcome.MADE


def settle_successor(row: Row, places: Places) -> str | None:
    """Point a council to the one that took over, once all are there. Answers what could not be found."""
    successor = row.text("replaced_by")
    if not successor:
        return None
    council, later = places.council(row.text("code"), ""), places.council(successor, "")
    if council is None or later is None:
        return f"replaced_by is {successor!r}, which is not here"
    replace(council, by=[later])
    return None


def short_name(name: str) -> str:
    """What people call a council: the official name without the words for what sort of council it is."""
    short = name.removeprefix("Cyngor ")
    for ending in ("Council", "Borough", "Metropolitan", "London", "District", "County", "City", "Urban"):
        short = short.removesuffix(f" {ending}")
    return short or name


def put_organisation(row: Row, places: Places, source: str) -> tuple[int, bool]:
    """An organisation that is not a council: another public body, by its name."""
    name = row.text("name", limit=160, required=True)
    known = places.names.find(name)
    council = known or make_public_body(name, names=places.names)
    return council.pk, known is None


def put_topic(row: Row, places: Places, source: str) -> tuple[int, bool]:
    """A topic, by its slug; `group` names its parent, which comes first."""
    slug = row.text("slug", limit=80, required=True)
    group = row.text("group")
    parent = Topic.objects.filter(slug=group).first() if group else None
    if group and (parent is None or parent.parent_id):
        raise BadRow(f"group is {group!r}, which is not a topic of the first level")
    topic, made = Topic.objects.update_or_create(
        slug=slug,
        defaults={
            "title": row.text("title", limit=120, required=True),
            "summary": shorten(row.text("summary", "deck"), 300),
            "parent": parent,
            "other_words": "\n".join(row.list("other_words")),
        },
    )
    places.keep_topic(topic)
    return topic.pk, made


def put_community(row: Row, places: Places, source: str) -> tuple[int, bool]:
    """A community, by its slug. Its facilitators are settled when the people are there."""
    slug = slugify(row.text("slug", limit=160, required=True))
    community = places.communities.get(slug)
    if community and slug in places.merged:
        return community.pk, False  # the one that it became part of says for itself what it is
    introduction = row.prose("introduction") or row.prose("body_markdown")
    fields: dict[str, Any] = {
        "title": row.text("title", limit=200, required=True),
        "purpose": shorten(row.text("purpose", "summary", "deck", "title"), 200),
        "introduction": from_markdown(introduction),
        "ground_rules": "\n".join(row.list("ground_rules")),
        "source": slug,
    }
    facilitated = bool(row.list("facilitators", "leads"))
    policy: dict[str, Any] = {
        "visibility": row.choice("visibility", VISIBILITIES, CommunityPolicy.Visibility.OPEN),
        "joining": row.choice(
            "joining", JOININGS, CommunityPolicy.Joining.ASK if facilitated else CommunityPolicy.Joining.ANYONE
        ),
        "review_first": row.choice("publishing", {"review": True, "direct": False}, facilitated),
        "promise_days": int(row.number("promise_days") or 5),
    }
    made = community is None
    if community is None:
        hue = HUES[len({c.pk for c in places.communities.values()}) % len(HUES)]
        community = found(by=None, slug=slug, hue=hue, **fields, **policy)
    else:
        for name, value in fields.items():
            setattr(community, name, value)
        community.save()
        community.save_revision(clean=False).publish()
    places.communities[slug] = community
    for words in row.list("topics"):
        if topic := places.topic(words):
            topic.communities.add(community)
    return community.pk, made


def settle_facilitators(row: Row, places: Places) -> str | None:
    """Make the people that a community names its facilitators. Answers who could not be found."""
    slug = slugify(row.text("slug"))
    community = places.communities[slug]
    unknown: list[str] = []
    if slug in places.merged:
        return None
    for source in row.list("facilitators", "leads"):
        person = places.people.get(source)
        if person is None:
            unknown.append(source)
            continue
        belong(person, community, Membership.Role.FACILITATOR)
    return f"no such person: {', '.join(unknown)}" if unknown else None


def belong(person: Person, community: CommunityPage, role: str) -> None:
    """Make somebody a member, or a facilitator; nobody is made less than they are."""
    membership, made = Membership.objects.get_or_create(
        community=community, person=person, defaults={"role": role, "since": timezone.now()}
    )
    if not made and role == Membership.Role.FACILITATOR and not membership.is_facilitator:
        membership.role, membership.state = role, Membership.State.ACTIVE
        membership.save()
    person.forget_memberships()


def put_person(row: Row, places: Places, source: str) -> tuple[int, bool]:
    """A person, by their slug. Without an e-mail address they cannot sign in until an operator gives them one."""
    person = places.people.get(source)
    made = person is None
    if person is None and Person.objects.filter(source=source).exists():
        raise BadRow("closed their account here, so they were left alone")
    if person is None:
        address = row.text("email", limit=254) or f"{slugify(source)[:60]}@import.invalid"
        if Person.objects.filter(email__iexact=address).exists():
            raise BadRow(f"somebody else has the e-mail address {address}")
        person = Person.objects.create_user(address, source=source)
    fields: dict[str, Any] = {
        "name": row.text("name", limit=120, required=True),
        "council": places.council(row.text("council"), row.text("organisation", limit=160)),
        "role_title": row.text("role", limit=120),
        "biography": (row.prose("biography") or plain_text(from_markdown(row.prose("bio_markdown"))))[:1200],
        "why_i_take_part": shorten(row.text("why_i_take_part"), 400),
        "offers": "\n".join(row.list("offers"))[:800],
        "looks_for": "\n".join(row.list("looks_for"))[:800],
        "working_days": row.text("working_days", limit=120),
    }
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    person.skills.set([skill[:100] for skill in row.list("skills")])
    for slug in row.list("communities"):
        if community := places.communities.get(slugify(slug)):
            belong(person, community, Membership.Role.MEMBER)
    places.people[source] = person
    return person.pk, made
