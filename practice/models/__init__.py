"""Stories of practice, and the topics that they are about."""

from practice.models.imported import ImportedRow
from practice.models.story import StoryAttachment, StoryAuthor, StoryPage, StoryTag, StoryWriter
from practice.models.topic import Topic
from practice.models.workflow import CommunityReview, ReviewState

__all__ = [
    "CommunityReview",
    "ImportedRow",
    "ReviewState",
    "StoryAttachment",
    "StoryAuthor",
    "StoryPage",
    "StoryTag",
    "StoryWriter",
    "Topic",
]
