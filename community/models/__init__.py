"""People, councils and communities."""

from community.models.absence import Absence
from community.models.appeal import Appeal
from community.models.community import CommunityPage, CommunityPolicy
from community.models.council import Council
from community.models.front import Arrangement, Front, PersonToAsk
from community.models.life import HandOver, Merger
from community.models.membership import Invitation, Membership
from community.models.person import Person, PersonSkill
from community.models.sanction import Sanction

__all__ = [
    "Absence",
    "Appeal",
    "Arrangement",
    "CommunityPage",
    "CommunityPolicy",
    "Council",
    "Front",
    "HandOver",
    "Invitation",
    "Membership",
    "Merger",
    "Person",
    "PersonSkill",
    "PersonToAsk",
    "Sanction",
]
