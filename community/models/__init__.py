"""People, councils and communities."""

from community.models.community import CommunityPage, CommunityPolicy
from community.models.council import Council
from community.models.membership import Invitation, Membership
from community.models.person import Person, PersonSkill

__all__ = ["CommunityPage", "CommunityPolicy", "Council", "Invitation", "Membership", "Person", "PersonSkill"]
