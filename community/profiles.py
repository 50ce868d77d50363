"""What people say of themselves: the verb that changes it, and the copy of all that we keep of them."""

from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from community.models import CommunityPage, Person
from community.signals import gathering_data, person_changed
from hub.pictures import keep_picture

CHANGEABLE = (
    "name",
    "council",
    "role_title",
    "biography",
    "why_i_take_part",
    "offers",
    "looks_for",
    "working_days",
    "links",
)


@transaction.atomic
def change_profile(
    person: Person,
    *,
    by: Person,
    values: dict[str, Any],
    portrait: IO[bytes] | None = None,
    remove_portrait: bool = False,
) -> None:
    """Change what a person says of themselves. `values` may hold any of CHANGEABLE, and `skills`, a list of words."""
    if by != person:
        raise PermissionDenied("A profile is changed by its owner.")
    person = Person.objects.select_for_update().get(pk=person.pk)
    for field in CHANGEABLE:
        if field in values:
            setattr(person, field, values[field])
    old = person.portrait if portrait or remove_portrait else None
    if portrait:
        person.portrait = keep_picture(portrait, title=f"Portrait of {person}", by=person)
    elif remove_portrait:
        person.portrait = None
    person.save()
    if old:
        old.delete()
    if "skills" in values:
        person.skills.set(values["skills"])
    person_changed.send(sender=Person, person=person)


def _title(community: CommunityPage, person: Person) -> str:
    """What a community is called, as far as this person may still know of it."""
    return community.title if community.may_be_seen_by(person) else "A community that is not open to you"


def data_of(person: Person) -> dict[str, Any]:
    """All that we keep of a person, in a form that a program can read. Higher rooms add what they keep."""
    data: dict[str, Any] = {
        "person": {
            "id": person.pk,
            "joined": person.date_joined,
            "last_here": person.last_login,
            "email": person.email,
            "confirmed_addresses": person.confirmed_addresses(),
            **{field: str(getattr(person, field) or "") for field in CHANGEABLE},
            "skills": sorted(skill.name for skill in person.skills.all()),
            "letters": person.mail_notices,
            "edits_the_site": person.is_editor,
        },
        "communities": [
            {
                "community": _title(membership.community, person),
                "role": membership.role,
                "state": membership.state,
                "asked": membership.asked_at,
                "since": membership.since,
                "message": membership.message,
                "answer": membership.answer,
                "asked_about": membership.to_ask.words if hasattr(membership, "to_ask") else "",
            }
            for membership in person.memberships.select_related("community__policy", "to_ask")
        ],
        "warned_or_muted": [
            {
                "community": _title(row.community, person),
                "what": row.kind,
                "why": row.reason,
                "at": row.at,
                "until": row.until,
                "taken_back": row.ended_at,
            }
            for row in person.sanctions.select_related("community__policy").order_by("pk")
        ],
        "appeals": [
            {"words": row.words, "made": row.made_at, "granted": row.granted, "answer": row.answer}
            for row in person.appeals.order_by("pk")
        ],
        "away": [
            {"community": row.community.title, "from": row.begins_on, "until": row.ends_on, "deputy": str(row.deputy)}
            for row in person.absences.select_related("community", "deputy").order_by("pk")
        ],
        "asked_to_facilitate_or_would": [
            {"community": row.community.title, "asked": bool(row.by_id), "message": row.message, "on": row.created_at}
            for row in person.hand_overs.select_related("community")
        ],
        "notices": [
            {"subject": notice.subject, "words": notice.words, "at": notice.created_at, "read": notice.read_at}
            for notice in person.notifications.all()  # type: ignore[attr-defined]
        ],
    }
    gathering_data.send(sender=Person, person=person, data=data)
    return data
