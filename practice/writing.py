"""What authors do with a story: begin it, save it, send it, take it back.

A draft is a Wagtail revision; the row of the page holds what is published. Every verb locks the row first, so that of
two people who save at once the second is told, with both texts.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from wagtail.models import Page, Revision, WorkflowState

from community import access
from community.models import CommunityPage, Council, Membership, Person
from community.sanctioning import must_not_be_muted
from hub import pagecache
from hub.models import Picture
from hub.notifications.notify import notify
from hub.refusal import Refused
from hub.richtext import clean_html
from practice.forgetting import given_with
from practice.models import (
    StoryAttachment,
    StoryAuthor,
    StoryHandover,
    StoryPage,
    StoryPicture,
    StoryPlan,
    StoryWriter,
    Topic,
)
from practice.models.completeness import PARTS
from practice.models.plan import is_kept
from practice.models.workflow import review_in_progress
from practice.signals import story_begun
from practice.tags import as_of_today

MOST_AUTHORS = 12
MOST_FILES = 10
MOST_PICTURES = 12
# Saving as one types makes one version in so many minutes, not hundreds.
ONE_VERSION_EACH = timedelta(minutes=10)


class Draft(TypedDict, total=False):
    """What an author may change. What is not there stays as it is."""

    title: str
    summary: str
    worth_repeating: str
    problem: str
    did: str
    happened: str
    learned: str
    council: Council | None
    practice_status: str
    began_on: date | None
    ended_on: date | None
    took_people: str
    took_money: str
    took_time: str
    credited: str
    correction: str
    topics: Iterable[Topic]
    tags: Iterable[str]
    authors: Iterable[Person]
    picture: Picture | None
    picture_alt: str
    picture_caption: str
    picture_credit: str
    gallery: Iterable[StoryPicture]
    titles: dict[str, str]
    attachments: Iterable[StoryAttachment]


class Conflict(Refused):
    """Somebody else saved first. Carries what they saved and what was not saved, so that a person can choose."""

    def __init__(self, *, theirs: StoryPage, revision: Revision, mine: Draft) -> None:
        super().__init__("Someone else saved this meanwhile. Nothing is lost: choose for each part which text stays.")
        self.theirs = theirs
        self.revision = revision
        self.mine = mine


class Incomplete(Refused):
    """Something must be written before the story can be sent. Carries the sentences, by field."""

    def __init__(self, missing: dict[str, str]) -> None:
        super().__init__("Before you send it: " + "; ".join(missing.values()) + ".")
        self.missing = missing


def start(
    *, by: Person, title: str, community: CommunityPage, based_on: StoryPage | None = None, answers: str = ""
) -> StoryPage:
    """Begin a story with nothing but its title, in a community that the author belongs to, perhaps as what was made of
    somebody else's practice. `answers` is what another room asked for, in a word that it understands."""
    if not access.is_member(by, community):
        raise PermissionDenied
    must_not_be_muted(by, community)
    community.policy.must_not_be_archived()
    title = " ".join(title.split())
    if not title:
        raise Refused("Say in a few words what changed. It becomes the title, and you can change it later.")
    with transaction.atomic():
        hold_the_tree()
        story = StoryPage(
            title=title[:255],
            slug=f"{slugify(title)[:70].strip('-') or 'story'}-{get_random_string(8).lower()}",
            live=False,
            owner=by,
            council=by.council,
            based_on=based_on and StoryPage.objects.visible_to(by).filter(pk=based_on.pk).first(),
        )
        story.authorships.add(StoryAuthor(person=by))
        CommunityPage.objects.get(pk=community.pk).add_child(instance=story)
        story.save_revision(user=by, clean=False)
        story_begun.send(sender=StoryPage, story=story, by=by, answers=answers)
    story.refresh_from_db()
    return story


def draft_of(story: StoryPage) -> StoryPage:
    """The newest text of a story, whether it is published or not."""
    return _with_rows(story.get_latest_revision_as_object())


def version_of(revision: Revision) -> StoryPage:
    """A version of a story, ready to be saved again."""
    return _with_rows(revision.as_object())


def save_draft(
    story: StoryPage, *, by: Person, base_revision: int, values: Draft, beside_the_last: bool = False
) -> Revision:
    """Keep a new version of the draft; what is published stays. Raises Conflict if the base is not the latest.

    With `beside_the_last`, the version before is kept also where it is only a stage of what its author is typing.
    """
    with transaction.atomic():
        held = hold(story)
        if not held.may_be_edited_by(by):
            raise PermissionDenied
        if (lock := held.get_lock()) and lock.for_user(by):
            raise Refused("An editor of the site has locked this story for a while. Your text can be saved after that.")
        latest = held.latest_revision
        draft = draft_of(held)
        if latest is not None and latest.pk != base_revision:
            raise Conflict(theirs=draft, revision=latest, mine=values)
        if "tags" in values:
            values = {**values, "tags": as_of_today(values["tags"], by=by, beside=draft)}
        _write(draft, values)
        stage = latest is not None and not beside_the_last and _may_be_replaced(held, latest, by)
        replaced = latest if stage else None
        revision = draft.save_revision(user=by, clean=False, log_action=replaced is None)
        if replaced is not None and _holds_all_of(revision, replaced):
            replaced.delete()
        name_writers(held, draft, by=by)
    story.refresh_from_db(fields=["latest_revision", "has_unpublished_changes", "draft_title"])
    return revision


def submit(story: StoryPage, *, by: Person, note: str = "") -> str:
    """Send the newest text, with a word to its reader. Returns "sent"; where nothing is read first, "published", or
    "planned" where a time was chosen for it."""
    with transaction.atomic():
        held = hold(story)
        community = held.community
        if community is None or not held.may_be_edited_by(by):
            raise PermissionDenied
        if not (access.is_member(by, community) or access.is_editor(by)):
            raise Refused(f"You are no longer a member of {community.title}. Join it again to send a story to it.")
        must_not_be_muted(by, community)
        community.policy.must_not_be_archived()
        draft = draft_of(held)
        _check_complete(draft)
        revision = held.latest_revision
        if revision is None or revision.pk == held.live_revision_id:
            raise Refused("Nothing has changed since it was published.")
        if (plan := StoryPlan.objects.filter(story=held, revision=revision).first()) is not None:
            raise Refused(f"This text {plan.words[:1].lower()}{plan.words[1:]} already.")
        # What was withdrawn is read again first, whatever the community's rule: else it could be put back by anyone.
        if community.policy.review_first or held.taken_away:
            _send_to_a_reader(held, revision, by, note.strip())
            outcome = "sent"
        elif StoryPlan.keep_for_later(held, revision, by=by, was_read=held.may_be_moderated_by(by)):
            outcome = "planned"
        else:
            publish(held, revision=revision, by=by)
            outcome = "published"
    story.refresh_from_db()
    return outcome


def publish(story: StoryPage, *, revision: Revision, by: Person) -> None:
    """Make this version the one that is read. Its authors may where the community reads nothing first; else those who
    moderate it."""
    with transaction.atomic():
        held = hold(story)
        community = held.community
        if community is None or revision.object_id != str(held.pk):
            raise PermissionDenied
        unread = not community.policy.review_first and not held.taken_away
        if not (held.may_be_moderated_by(by) or (unread and held.may_be_edited_by(by))):
            raise PermissionDenied
        community.policy.must_not_be_archived()
        _check_complete(revision.as_object())
        put_out(held, revision=revision, by=by)
    story.refresh_from_db()


def put_out(held: StoryPage, *, revision: Revision, by: Person | None, as_planned: bool = False) -> None:
    """Publish a version of a story that is held, and tell its authors; all of them, where it was planned."""
    was_live = held.live
    revision.publish(user=by, skip_permission_checks=True)
    held.refresh_from_db()
    notify(
        [authorship.person for authorship in held.authorships.select_related("person")],
        "story-published",
        about=held,
        subject=f"“{held.title}” {'has a new version' if was_live else 'is published'}{', as planned' * as_planned}",
        url=held.get_absolute_url(),
        by=None if as_planned else by,
        action="See it",
    )


def take_back(story: StoryPage, *, by: Person) -> None:
    """Stop the review, so that the authors can go on before anyone decides."""
    with transaction.atomic():
        held = hold(story)
        if not held.may_be_edited_by(by):
            raise PermissionDenied
        review = held.current_workflow_state
        if review is None or review.status != WorkflowState.STATUS_IN_PROGRESS:
            raise Refused("It is not with a reader any more, so there is nothing to take back.")
        review.cancel(user=by)
    story.refresh_from_db()


def hold(story: StoryPage) -> StoryPage:
    """The story as it is now, held until the end of the transaction."""
    return StoryPage.objects.select_for_update(of=("self", "page_ptr")).get(pk=story.pk)


def hold_the_tree() -> None:
    """Creates, moves and deletions together corrupt the page tree: one at a time, held at its root."""
    list(Page.objects.filter(depth=1).select_for_update(no_key=True))


def _write(draft: StoryPage, values: Draft) -> None:
    """Put what an author wrote into a draft, cleaned."""
    for name, value in values.items():
        if name in PARTS:
            setattr(draft, name, clean_html(str(value)))
        elif name == "title":
            draft.title = " ".join(values["title"].split())[:255] or draft.title
        elif name == "topics":
            draft.set_topics(values["topics"])
        elif name == "tags":
            draft.tags.set(list(dict.fromkeys(" ".join(tag.lower().split())[:100] for tag in values["tags"])))
        elif name == "authors":
            _name_authors(draft, list(dict.fromkeys(values["authors"])))
        elif name in {"attachments", "gallery"}:
            kept: list[Any] = list(values[name])  # type: ignore[literal-required]
            for order, item in enumerate(kept):
                item.sort_order = order
            getattr(draft, name).set(kept)
        elif name == "titles":
            for attachment in draft.attachments.all():
                attachment.title = (values["titles"].get(attachment.key) or attachment.title)[:160]
        elif name == "correction":
            if value != draft.correction:
                draft.correction, draft.corrected_on = values["correction"], timezone.localdate() if value else None
        else:
            setattr(draft, name, value)


def _name_authors(draft: StoryPage, people: list[Person]) -> None:
    if not people:
        raise Refused("A story needs at least one author.")
    if len(people) > MOST_AUTHORS:
        raise Refused(f"A story can name {MOST_AUTHORS} authors. Credit the others by name.")
    known = {authorship.person_id: authorship for authorship in draft.authorships.all()}
    chosen = []
    for order, person in enumerate(people):
        authorship = known.get(person.pk) or StoryAuthor(person=person)
        authorship.sort_order = order
        chosen.append(authorship)
    draft.authorships.set(chosen)


def name_writers(story: StoryPage, draft: StoryPage, *, by: Person) -> None:
    """Let those whom the draft names write it, and no others; tell those who are new. Who has handed the story over is
    credited, and writes it no longer."""
    credited = {authorship.person_id: authorship.person for authorship in draft.authorships.all()}
    handed_over = set(StoryHandover.objects.filter(page=story).values_list("person_id", flat=True))
    authors = {pk: person for pk, person in credited.items() if pk not in handed_over}
    known = set(story.writers.values_list("person_id", flat=True))
    before = known | set(story.authorships.values_list("person_id", flat=True))
    gone, _ = story.writers.exclude(person__in=authors).delete()
    new = [StoryWriter(page=story, person_id=pk) for pk in authors if pk not in known]
    if not story.live and story.first_published_at is None:
        # Nobody reads it yet, so the rows of the page can say at once who its authors are.
        story.authorships.exclude(person__in=credited).delete()
    StoryWriter.objects.bulk_create(new)
    if gone or new:
        pagecache.bump()  # the page of a published story remembers who has more to do with it than read it
    notify(
        [person for pk, person in authors.items() if pk not in before],
        "story-named",
        about=story,
        subject=f"{by} names you as an author of “{draft.title}”",
        url=reverse("draft", args=[story.pk]),
        by=by,
        action="Write with them",
    )


def _with_rows(draft: StoryPage) -> StoryPage:
    _remember_rows(draft, StoryAuthor, "authorships", "person_id")
    _remember_rows(draft, StoryAttachment, "attachments", "file")
    _remember_rows(draft, StoryPicture, "gallery", "picture_id")
    return draft


def _remember_rows(draft: StoryPage, kind: Any, relation: str, key: str) -> None:
    """Give what the draft lists the row that publishing made of it, so that publishing again does not make another."""
    rows = {str(getattr(row, key)): row.pk for row in kind.objects.filter(page=draft.pk)}
    for item in getattr(draft, relation).all():
        item.pk = item.id = rows.get(str(getattr(item, key)))


def _may_be_replaced(story: StoryPage, latest: Revision, by: Person) -> bool:
    """Whether the latest version is only a stage of what its author is typing: theirs, recent, never sent or shown."""
    if latest.user_id != by.pk:
        return False
    if is_kept(latest, story):
        return False
    before = story.revisions.exclude(pk=latest.pk).order_by("-created_at", "-pk").values_list("created_at", flat=True)
    kept_at = before.first()
    return kept_at is not None and kept_at > timezone.now() - ONE_VERSION_EACH


def _holds_all_of(revision: Revision, replaced: Revision) -> bool:
    """Whether no file or picture would be left without a version that knows it."""
    files, pictures = given_with(replaced)
    files_now, pictures_now = given_with(revision)
    return files <= files_now and pictures <= pictures_now


def _check_complete(draft: StoryPage) -> None:
    if missing := draft.missing():
        raise Incomplete(missing)
    try:
        draft.full_clean()
    except ValidationError as error:
        raise Incomplete({field: " ".join(sentences) for field, sentences in error.message_dict.items()}) from error


def _send_to_a_reader(story: StoryPage, revision: Revision, by: Person, note: str) -> None:
    review = story.current_workflow_state
    if review is None:
        workflow = story.get_workflow()
        if workflow is None:
            raise Refused("Nobody can read stories here at the moment. Tell the editors of the site.")
        workflow.start(story, by)
    elif review.status == WorkflowState.STATUS_NEEDS_CHANGES:
        review.resume(by)
    elif review.current_task_state.revision_id == revision.pk:
        raise Refused("This text is with a reader already.")
    else:
        review.current_task_state.specific.cancel(user=by, resume=True)
    if note:
        reading = review_in_progress(story)
        assert reading is not None
        reading.author_note = note[:600]
        reading.save(update_fields=["author_note"])
    notify(
        [membership.person for membership in _facilitators(story)],
        "story-submitted",
        about=story,
        subject=f"“{story.draft_title}” waits for you to read it",
        url=reverse("review", args=[story.pk]),
        by=by,
        words=note,
        action="Read it",
    )


def _facilitators(story: StoryPage) -> Iterable[Membership]:
    return Membership.objects.on_duty().filter(community=story.community_id).select_related("person")
