"""What the facilitators of a community look at before a story goes out, and the reasons that they have ready."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log

from community import access
from community.models import CommunityPage, CommunityPolicy, Person
from hub.refusal import Refused
from practice.models import ReviewSheet
from practice.models.sheet import CHECKLIST, REASONS, lines_of, reasons_of

MOST_LINES, LONGEST_LINE = 12, 160
MOST_REASONS, LONGEST_NAME, LONGEST_REASON = 20, 80, 2000


def sheet_of(community: CommunityPage | None) -> ReviewSheet:
    """The sheet of a community, or the one that every community begins with."""
    kept = ReviewSheet.objects.filter(community=community).first() if community else None
    return kept or ReviewSheet(community=community, checklist="\n".join(CHECKLIST), reasons=REASONS, edition=0)


def write_sheet(community: CommunityPage, *, by: Person, checklist: str, reasons: str, edition: int) -> ReviewSheet:
    """Say what is looked at, and which reasons are ready. `edition` is the one that the writer had before them."""
    _check(checklist, reasons)
    with transaction.atomic():
        CommunityPolicy.held(community)
        by.forget_memberships()
        if not access.facilitates(by, community):
            raise PermissionDenied
        sheet = sheet_of(community)
        if sheet.edition != edition:
            raise Refused("Somebody else changed this meanwhile. Read it again below, then save yours.")
        sheet.checklist = "\n".join(lines_of(checklist))
        sheet.reasons = "\n\n".join(f"{each.name}\n{each.words}" for each in reasons_of(reasons))
        sheet.edition += 1
        sheet.save()
        log(community, "community.write_sheet", user=by)
    return sheet


def _check(checklist: str, reasons: str) -> None:
    lines, ready = lines_of(checklist), reasons_of(reasons)
    if len(lines) > MOST_LINES:
        raise Refused(f"Keep the checklist to {MOST_LINES} lines: a longer one is not read.")
    if long := [line for line in lines if len(line) > LONGEST_LINE]:
        raise Refused(f"Say this in at most {LONGEST_LINE} characters: “{long[0][:60]}…”.")
    if len(ready) > MOST_REASONS:
        raise Refused(f"Keep {MOST_REASONS} reasons at most.")
    for each in ready:
        if len(each.name) > LONGEST_NAME and each.name != each.words:
            raise Refused(f"The first line is the name of a reason: at most {LONGEST_NAME} characters.")
        if len(each.words) > LONGEST_REASON:
            raise Refused(f"“{each.name[:60]}” is too long: at most {LONGEST_REASON} characters.")
