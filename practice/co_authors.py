"""Writing a story together: inviting somebody by name or by e-mail address, their answer, and handing a story over.

Whether an address has an account is never told. Of a draft in a hidden community nobody learns who may not know that
the community is there: its members alone can be invited, by name.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks import task
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from community import access
from community.inviting import address_typed, owners_of
from community.models import Person
from community.sanctioning import must_not_be_muted
from hub.later import later
from hub.letters import letter
from hub.notifications.notify import notify
from hub.refusal import Refused
from practice import credits, writing
from practice.models import StoryHandover, StoryPage, StoryWriter, WriterInvitation
from practice.sharing import is_hidden

MOST_A_DAY = 30
MOST_FOUND = 12


def invite(
    story: StoryPage,
    *,
    by: Person,
    person: Person | None = None,
    email: str = "",
    message: str = "",
    takes_over: bool = False,
) -> WriterInvitation:
    """Ask somebody to write a story with its authors or, with `takes_over`, in the place of the one who asks."""
    with transaction.atomic():
        held = writing.hold(story)
        if not held.may_be_edited_by(by):
            raise PermissionDenied
        must_not_be_muted(by, held.community)  # type: ignore[arg-type]
        if person is not None:
            _may_be_invited(held, person, by, takes_over=takes_over)
            invitee: dict[str, Any] = {"person": person, "email": ""}
        else:
            if is_hidden(held):
                raise Refused(f"{held.community} is hidden: only its members can write with you. Invite them by name.")
            invitee = {"person": None, "email": address_typed(email)}
        _not_too_many(held, by)
        invitation = held.writer_invitations.filter(**invitee).first() or WriterInvitation(story=held, **invitee)
        if invitation.pk and invitation.is_open:
            raise Refused(f"{invitation.invitee} is invited already, until {_day(invitation)}.")
        invitation.invited_by, invitation.takes_over = by, takes_over
        invitation.message, invitation.created_at = message.strip()[:600], timezone.now()
        invitation.save()
        log(instance=held, action="practice.invite_writer", user=by, data=_whom(invitation))
        people = [person] if person else owners_of(invitation.email)
        if people:
            _tell(people, invitation)
        else:
            later(mail_writer_invitation, invitation.pk)
    return invitation


def accept(invitation: WriterInvitation, *, person: Person) -> StoryPage:
    """Become an author of the draft. Whoever hands it over writes it no longer, and stays credited."""
    with transaction.atomic():
        held, mine = _mine(invitation, person)
        giver = mine.invited_by
        authors = credits.authors_of(writing.draft_of(held))
        writers = [author for author in authors if author.pk not in credits.handed_over(held)]
        StoryHandover.objects.filter(page=held, person=person).delete()
        StoryWriter.objects.get_or_create(page=held, person=person)
        log(instance=held, action="practice.accept_to_write", user=person)
        took_over = mine.takes_over and giver in authors
        mine.delete()
        if took_over and giver:
            StoryHandover.objects.get_or_create(page=held, person=giver, defaults={"to": person})
            log(instance=held, action="practice.hand_over", user=giver, data={"person": person.pk})
        credits.name(held, authors if person in authors else [*authors, person], by=person)
        held.refresh_from_db()
        does = "looks after" if took_over else "now writes"
        _tell_of_answer(held, [each for each in writers if each != giver], person, f"{person} {does} “{_title(held)}”")
        if giver and took_over:
            # They may no longer see a draft: what they are told is of its community.
            assert held.community is not None
            notify(
                [giver],
                "story-handed-over",
                about=held.community,
                subject=f"{person} looks after “{_title(held)}” now. You stay credited",
                url=held.get_absolute_url() if held.live else held.community.get_absolute_url(),
                by=person,
            )
        elif giver:
            _tell_of_answer(held, [giver], person, f"{person} writes “{_title(held)}” with you")
    return held


def decline(invitation: WriterInvitation, *, person: Person) -> None:
    """Say no. Who invited them is told, in the words that they know them by."""
    with transaction.atomic():
        held, mine = _mine(invitation, person)
        log(instance=held, action="practice.decline_to_write", data=_whom(mine))
        if mine.invited_by:
            notify(
                [mine.invited_by],
                "writing-declined",
                about=held,
                subject=f"{mine.invitee} said no to writing “{_title(held)}”",
                url=reverse("draft-together", args=[held.pk]),
                action="Who writes it",
            )
        mine.delete()


def withdraw(invitation: WriterInvitation, *, by: Person) -> None:
    """Undo an invitation that waits. Any author of the story may."""
    with transaction.atomic():
        held = writing.hold(invitation.story)
        if not held.may_be_edited_by(by):
            raise PermissionDenied
        waiting = WriterInvitation.objects.filter(pk=invitation.pk).first()
        if waiting is None:
            raise Refused("It was answered or withdrawn already.")
        log(instance=held, action="practice.withdraw_invitation", user=by, data=_whom(waiting))
        waiting.delete()


def found(story: StoryPage, *, by: Person, words: str) -> list[Person]:
    """People with this name who can be invited to write this story: in a hidden community, its members alone."""
    if len(words) < 2:
        return []
    people = Person.objects.visible_to(by).filter(name__icontains=words).exclude(pk=by.pk)
    if story.community and is_hidden(story):
        people = people.members_of(story.community)
    return list(people.select_related("council").order_by("name", "pk")[:MOST_FOUND])


def welcome(person: Person) -> None:
    """Tell somebody of the invitations that waited for an address which they have just confirmed."""
    told = set(person.notifications.filter(what="writing-invited").values_list("about_id", flat=True))  # type: ignore[attr-defined]
    for invitation in WriterInvitation.objects.seen_by(person).select_related("story", "invited_by"):
        if invitation.pk not in told:
            _tell([person], invitation)


@task()
def mail_writer_invitation(pk: int) -> None:
    """Send one invitation by e-mail, if it still stands and its story may still be known of."""
    waiting = WriterInvitation.objects.open().select_related("story__community__policy", "invited_by")
    invitation = waiting.filter(pk=pk, person=None).first()
    if invitation is None or is_hidden(invitation.story):
        return
    letter(
        "writer_invitation",
        to=invitation.email,
        subject=_subject(invitation),
        context={
            "invitation": invitation,
            "until": _day(invitation),
            "url": f"{settings.SITE_URL}{invitation.letter_address}",
        },
    ).send()


def by_letter(token: str) -> WriterInvitation | None:
    """The invitation that a letter leads to, as long as it stands."""
    number = WriterInvitation.number_in(token)
    waiting = WriterInvitation.objects.open().select_related("story__community__policy", "invited_by")
    invitation = waiting.filter(pk=number, person=None).first() if number else None
    return None if invitation is None or is_hidden(invitation.story) else invitation


def _may_be_invited(story: StoryPage, person: Person, by: Person, *, takes_over: bool) -> None:
    if not person.is_active:
        raise Refused("Their account is closed.")
    if person == by:
        raise Refused("That is you.")
    if is_hidden(story):
        assert story.community is not None
        if not (access.is_member(by, story.community) or access.is_editor(by)):
            raise Refused(f"You are no longer a member of {story.community}, which is hidden. Join it again to invite.")
        if not access.is_member(person, story.community):
            raise Refused(
                f"{story.community} is hidden, and {person} is not a member. Only its members can write here."
            )
    authors = credits.authors_of(writing.draft_of(story))
    if person in authors and person.pk not in credits.handed_over(story) and not takes_over:
        raise Refused(f"{person} writes it already.")


def _not_too_many(story: StoryPage, by: Person) -> None:
    """The log is counted, not the rows, so that inviting and withdrawing over and over does not help."""
    since = timezone.now() - timedelta(days=1)
    sent = PageLogEntry.objects.filter(action="practice.invite_writer", user=by, timestamp__gt=since)
    if sent.count() >= MOST_A_DAY:
        raise Refused(f"You have sent {MOST_A_DAY} invitations in a day. Send the others tomorrow.")
    asked = story.writer_invitations.filter(takes_over=False, created_at__gt=timezone.now() - timedelta(days=30))
    if len(credits.authors_of(writing.draft_of(story))) + asked.count() >= writing.MOST_AUTHORS:
        raise Refused(f"A story can name {writing.MOST_AUTHORS} authors, with those who are invited.")


def _mine(invitation: WriterInvitation, person: Person) -> tuple[StoryPage, WriterInvitation]:
    """Hold the story of an invitation that is to this person and still stands."""
    person.forget_memberships()
    held = writing.hold(invitation.story)
    mine = WriterInvitation.objects.seen_by(person).filter(pk=invitation.pk).select_related("invited_by", "person")
    waiting = mine.first()
    if waiting is None:
        raise Refused("This invitation does not stand any more. Ask for another one.")
    return held, waiting


def _whom(invitation: WriterInvitation) -> dict[str, Any]:
    return {"person": invitation.person_id} if invitation.person_id else {"email": invitation.email}


def _title(story: StoryPage) -> str:
    return story.draft_title or story.title


def _day(invitation: WriterInvitation) -> str:
    return f"{timezone.localtime(invitation.ends_at):%-d %B %Y}"


def _subject(invitation: WriterInvitation) -> str:
    title = _title(invitation.story)
    who = invitation.invited_by or "An author"
    return f"{who} asks you to {'look after' if invitation.takes_over else 'write'} “{title}”"


def _tell(people: list[Person], invitation: WriterInvitation) -> None:
    notify(
        people,
        "writing-invited",
        about=invitation,
        subject=_subject(invitation),
        url=reverse("writer-invitation", args=[invitation.pk]),
        by=invitation.invited_by,
        words=invitation.message,
        action="Answer",
    )


def _tell_of_answer(story: StoryPage, people: list[Person], by: Person, subject: str) -> None:
    url = reverse("draft-together", args=[story.pk])
    notify(people, "writing-joined", about=story, subject=subject, url=url, by=by, action="Who writes it")
