"""What a text is looked through for before it is sent, and while it is read by those who decide about it."""

from dataclasses import dataclass

from hub.richtext import plain_text
from practice.models import StoryPage
from practice.models.completeness import PARTS
from practice.personal import Find, personal_data_in
from practice.plainness import Plainness, look_at

LINES = (
    "title",
    "summary",
    "worth_repeating",
    "took_people",
    "took_money",
    "took_time",
    "credited",
    "picture_alt",
    "picture_caption",
)


@dataclass(frozen=True)
class SecondLook:
    """What was found in one version of a story."""

    personal: list[Find]
    plain: Plainness


def look_again(draft: StoryPage) -> SecondLook:
    """Look through every word of a draft."""
    told = [plain_text(getattr(draft, part)) for part in PARTS]
    lines = [getattr(draft, name) for name in LINES]
    return SecondLook(
        personal=personal_data_in("\n".join([*lines, *told])),
        plain=look_at("\n".join([draft.summary, draft.worth_repeating, *told])),
    )
