"""Stories of practice, and the topics that they are about."""

from practice.models.attached import AttachedText
from practice.models.attachment import StoryAttachment
from practice.models.authorship import StoryAuthor, StoryHandover, StoryWriter
from practice.models.collection import Collection, CollectionItem
from practice.models.feature import Feature, Pick
from practice.models.gallery import StoryPicture
from practice.models.habit import WritingHabit
from practice.models.imported import ImportedRow
from practice.models.invitation import WriterInvitation
from practice.models.merged import StoryMerge
from practice.models.plan import StoryPlan
from practice.models.preview import PreviewLink
from practice.models.question import Question
from practice.models.remark import Remark, RemarkAnswer
from practice.models.reminder import Reminder
from practice.models.repetition import Repetition
from practice.models.report import Report
from practice.models.sheet import ReviewSheet
from practice.models.still_so import StillSo
from practice.models.story import StoryPage
from practice.models.tag import StoryTag, TagChange, TagsApart
from practice.models.topic import FormerSlug, Topic
from practice.models.workflow import CommunityReview, ReviewState

__all__ = [
    "AttachedText",
    "Collection",
    "CollectionItem",
    "CommunityReview",
    "Feature",
    "FormerSlug",
    "ImportedRow",
    "Pick",
    "PreviewLink",
    "Question",
    "Remark",
    "RemarkAnswer",
    "Reminder",
    "Repetition",
    "Report",
    "ReviewSheet",
    "ReviewState",
    "StillSo",
    "StoryAttachment",
    "StoryAuthor",
    "StoryHandover",
    "StoryMerge",
    "StoryPage",
    "StoryPicture",
    "StoryPlan",
    "StoryTag",
    "StoryWriter",
    "TagChange",
    "TagsApart",
    "Topic",
    "WriterInvitation",
    "WritingHabit",
]
