"""The stories of an import."""

import re
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from wagtail.models import Page

from community.hosting import found
from community.models import CommunityPage, CommunityPolicy, Membership, Person
from hub.richtext import clean_html, from_markdown, plain_text
from practice import moderating, writing
from practice.importing.places import Places
from practice.importing.rows import BadRow, Row, shorten
from practice.models import StoryAuthor, StoryPage
from practice.models.completeness import PARTS

STATES = {state.value: state for state in StoryPage.State if state != StoryPage.State.PLANNED}
STATUSES = {status.value: status for status in StoryPage.Status}
ASKED = "Could you say what it cost, and how each figure was counted?"


def put_story(row: Row, places: Places, source: str, *, home: str) -> tuple[int, bool]:
    """A story, by its source id. One that was changed here since it came in is left as it is."""
    story = StoryPage.objects.filter(source=source).first()
    state = row.choice("state", STATES, StoryPage.State.LIVE)
    authors, unknown = people_of(row, places)
    fields = {**told(row), "credited": shorten(", ".join(unknown), 300)}
    council = places.council(row.text("council"), row.text("organisation", limit=160))
    if council is None and row.text("council"):
        raise BadRow(f"council is {row.text('council')!r}, which is not here")
    fields["council"] = (
        council
        or next((author.council for author in authors if author.council), None)
        or places.council("", places.organisation)
    )
    fields["based_on"] = StoryPage.objects.filter(source=row.text("based_on")).first() if row.text("based_on") else None
    moment = row.moment("published", "date") or (timezone.now() if state == StoryPage.State.LIVE else None)
    topics, words = topics_of(row, places)
    tags = [tag.lower()[:100] for tag in [*row.list("tags"), *words]]

    if story is not None:
        edited = story.latest_revision is not None and story.latest_revision.user_id is not None
        if edited and story.live:
            raise BadRow("was changed here since it came in, so it was left as it is")
        return change(story, fields, authors, topics, tags), False

    slug = f"{slugify(fields['title'])[:60].strip('-') or 'story'}-{get_random_string(6).lower()}"
    story = StoryPage(slug=slug, live=False, owner=authors[0] if authors else None, source=source, **fields)
    if state == StoryPage.State.LIVE:
        story.first_published_at = story.published_at = moment
    story.authorships = [StoryAuthor(person=person, sort_order=order) for order, person in enumerate(authors)]
    story.set_topics(topics)
    story.tags.add(*tags)
    Page.objects.filter(depth=1).select_for_update().first()
    community_of(row, places, home).add_child(instance=story)
    settle_state(story, state, authors, moment, note=row.text("note") or ASKED)
    return story.pk, True


def change(story: StoryPage, fields: dict[str, Any], authors: list[Person], topics: list[Any], tags: list[str]) -> int:
    """Bring a story that came in before up to what the row says now."""
    draft = story.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.authorships = [StoryAuthor(person=person, sort_order=order) for order, person in enumerate(authors)]
    draft.topic_order = []
    draft.set_topics(topics)
    draft.tags.set(tags)
    revision = draft.save_revision(clean=False)
    if story.live:
        revision.publish()
    return story.pk


def settle_state(story: StoryPage, state: str, authors: list[Person], moment: datetime | None, *, note: str) -> None:
    """Take a new story to the state that the row names, by the verbs that people use where people would."""
    writer = authors[0] if authors and state != StoryPage.State.LIVE else None
    revision = story.save_revision(clean=False, user=writer)
    if state == StoryPage.State.LIVE:
        revision.publish()
        # The story is as old as the row says, and not as young as its import.
        Page.objects.filter(pk=story.pk).update(last_published_at=moment, latest_revision_created_at=moment)
    elif state == StoryPage.State.WITHDRAWN:
        revision.publish()
        story.refresh_from_db()
        story.unpublish()
    elif state != StoryPage.State.DRAFT:
        if not authors:
            raise BadRow(f"state is {state}, and there is no author who could have sent it")
        writing.submit(story, by=authors[0])
        facilitator = (
            Membership.objects.facilitators()
            .filter(community=story.community)
            .exclude(person__in=authors)
            .select_related("person")
            .first()
        )
        if facilitator and state == StoryPage.State.CHANGES_REQUESTED:
            moderating.ask_for_changes(story, by=facilitator.person, revision=revision, note=note)
        elif facilitator and state == StoryPage.State.DECLINED:
            moderating.decline(story, by=facilitator.person, revision=revision, reason=note)


def told(row: Row) -> dict[str, Any]:
    """The words of the story, in the fields of the page. A summary that is too long begins the text instead."""
    whole = row.text("summary", "deck")
    began_on, ended_on = row.months("happened")
    parts = row.values.get("parts") or {}
    if not isinstance(parts, dict) or set(parts) - set(PARTS):
        raise BadRow(f"parts must be an object with any of {', '.join(PARTS)}")
    texts = {part: from_markdown(str(parts.get(part) or "")) for part in PARTS}
    body = (
        from_markdown(row.prose("body_markdown")) if row.prose("body_markdown") else clean_html(row.prose("body_html"))
    )
    texts["did"] += body
    if len(whole) > 280:
        texts["did"] = from_markdown(whole) + texts["did"]
    if not any(texts.values()):
        raise BadRow("the story has no text: give parts, body_markdown or body_html")
    whole = whole or first_words("".join(texts.values()))
    took = row.values.get("took") or {}
    if not isinstance(took, dict):
        raise BadRow("took must be an object with people, money and months")
    return {
        "title": row.text("title", limit=255, required=True),
        "summary": shorten(whole, 280),
        "worth_repeating": row.text("worth_repeating", limit=300),
        **texts,
        "took_people": shorten(str(took.get("people") or ""), 200),
        "took_money": shorten(str(took.get("money") or ""), 200),
        "took_time": shorten(months(str(took.get("months") or "")), 200),
        "began_on": began_on,
        "ended_on": ended_on,
        "practice_status": row.choice("practice_status", STATUSES, ""),
    }


def months(words: str) -> str:
    """`took.months` as words that stand alone: "Seven, with one wasted" is "Seven months, with one wasted"."""
    return re.sub(r"^(\w+)\b(?! \w*(?:day|week|month|season|summer|winter|year)s?\b)", _with_unit, words)


def _with_unit(found: re.Match[str]) -> str:
    return f"{found[0]} month" if found[0] in {"One", "1"} else f"{found[0]} months"


def first_words(text: str) -> str:
    """The first paragraph that says something, for a story that came without a summary."""
    paragraphs = [" ".join(plain_text(part).split()) for part in re.findall(r"<p>.*?</p>", text)]
    return next((words for words in paragraphs if len(words) > 60), paragraphs[0] if paragraphs else plain_text(text))


def people_of(row: Row, places: Places) -> tuple[list[Person], list[str]]:
    """The authors who are here, in order and once each, and the names of those who are not."""
    authors: dict[int, Person] = {}
    unknown = []
    for source in row.list("authors"):
        person = places.people.get(source) or places.people.get(slugify(source))
        if person:
            authors[person.pk] = person
        else:
            unknown.append(source)
    return list(authors.values()), unknown


def topics_of(row: Row, places: Places) -> tuple[list[Any], list[str]]:
    """The topics that are here, and the words for those that are not, which become tags."""
    topics: dict[int, Any] = {}
    unknown = []
    for words in row.list("topics"):
        topic = places.topic(words)
        if topic:
            topics[topic.pk] = topic
        else:
            unknown.append(words.replace("-", " "))
    # A story lives in one community; the names of others that it was linked to stay as words.
    for slug in row.list("communities")[1:]:
        community = places.communities.get(slugify(slug))
        unknown.append(community.title if community else slug.replace("-", " "))
    return list(topics.values()), unknown


def community_of(row: Row, places: Places, home: str) -> CommunityPage:
    """The community that the row names, or the one for stories without a community, made when it is needed."""
    slug = slugify(next(iter(row.list("community", "communities")), ""))
    community = places.communities.get(slug)
    if community is None and slug and row.text("community"):
        community = places.communities[slug] = new_community(slug)
    if community is None:
        community = places.communities.get(home) or new_community(home)
        places.communities[home] = community
    return community


def new_community(slug: str) -> CommunityPage:
    """An open community for stories that name none, or name one of which nothing else is known."""
    title = slug.replace("-", " ").capitalize()
    return found(
        by=None,
        slug=slug,
        title=title,
        purpose=f"Stories about {title.lower()}.",
        source=slug,
        visibility=CommunityPolicy.Visibility.OPEN,
        joining=CommunityPolicy.Joining.ANYONE,
        review_first=True,
    )
