"""What the Wagtail admin shows of stories. The verbs of the website are the truth there too."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from hub.refusal import Refused
from practice import curating
from practice.models import StoryPage, Topic
from practice.templatetags.moderating import actions_for
from practice.views.admin import StoryListing, StoryViewSet
from practice.views.curating import TagViewSet, TopicViewSet

register_snippet(TopicViewSet)
register_snippet(TagViewSet)


class Reasoned(LogFormatter):
    """An entry of the audit log with the reason that was given."""

    said = ""

    def format_message(self, log_entry: Any) -> str:
        """What was done, and why."""
        reason = log_entry.data.get("reason")
        return f"{self.said}: “{reason}”" if reason else self.said


LOG_ACTIONS = {
    "practice.approve_own": ("Approve one's own", "Approved their own story, being the only facilitator"),
    "practice.undo_decision": ("Take a decision back", "Took back what they had decided"),
    "practice.merge": ("Merge a story", "Merged it into another story"),
    "practice.merge_here": ("Take a story in", "Merged another story into it"),
    "practice.part": ("Undo the merging of a story", "Took back that it was merged into another story"),
    "practice.part_here": ("Part with a story", "Took back that another story was merged into it"),
    "practice.take_suggestion": ("Take a suggestion", "Took what a reader had suggested"),
    "practice.decline": ("Decline", "Declined"),
    "practice.read_again": ("Read again", "Had it read again, after an appeal"),
    "practice.withdraw": ("Withdraw", "Withdrew it from its readers"),
    "practice.hide": ("Hide", "Hid it while a report is looked at"),
    "practice.show": ("Show", "Showed it again"),
    "practice.answer_report": ("Answer a report", "Answered what a reader reported"),
    "practice.restore": ("Restore", "Published it again as it was"),
    "practice.throw_away": ("Throw a draft away", "Threw the draft away"),
    "practice.bring_back": ("Bring a draft back", "Brought the draft back"),
    "practice.share_preview": ("Share a preview", "Gave out a link to the draft"),
    "practice.end_preview": ("End a preview", "Ended a link to the draft"),
    "practice.plan": ("Choose a time", "Chose when it goes out or is taken down"),
    "practice.cancel_plan": ("Cancel a plan", "Cancelled what was planned for it"),
    "practice.invite_writer": ("Invite an author", "Invited somebody to write it"),
    "practice.withdraw_invitation": ("Withdraw an invitation", "Withdrew an invitation to write it"),
    "practice.accept_to_write": ("Become an author", "Accepted to write it"),
    "practice.decline_to_write": ("Decline to write", "Said no to writing it"),
    "practice.hand_over": ("Hand over", "Handed it over to another author"),
    "practice.take_out_author": ("Take an author out", "Took an author out of the draft"),
    "practice.repeat": ("Repeat", "Said how repeating it went"),
    "practice.take_back_repeat": ("Take a repeat back", "Took back what they said of repeating it"),
    "practice.hide_repeat": ("Hide a repeat", "Hid what somebody said of repeating it"),
    "practice.show_repeat": ("Show a repeat", "Showed again what somebody said of repeating it"),
    "practice.ask_question": ("Ask a question", "Asked about it"),
    "practice.answer_question": ("Answer a question", "Answered a question about it"),
    "practice.take_away_question": ("Take a question away", "Took away what somebody asked"),
    "practice.ask_still_so": ("Ask whether it is still so", "Asked its authors whether it is still so"),
    "practice.say_still_so": ("Say whether it is still so", "Said how it stands"),
    "practice.pick": ("Pick for a week", "Picked it for a week"),
    "practice.unpick": ("Take a pick away", "Took away that it was picked for a week"),
    "practice.delete": ("Delete a story", "Deleted the story"),
    "practice.rename_tag": ("Rename a tag", "Gave the tag another name"),
    "practice.merge_tags": ("Merge two tags", "Merged another tag into it"),
    "practice.retire_tag": ("Retire a tag", "Took the tag off all stories"),
    "practice.promote_tag": ("Make a tag a topic", "Made the tag a topic"),
    "practice.undo_tag": ("Undo a change of a tag", "Took a change of the tag back"),
}


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """What the verbs of the room write into the audit log."""
    for action, (label, said) in LOG_ACTIONS.items():
        actions.register_action(action)(type("_Reasoned", (Reasoned,), {"label": label, "said": said}))


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """The pages of the admin for stories."""
    return [StoryViewSet(), StoryListing()]


@hooks.register("construct_page_action_menu")
def leave_decisions_to_the_website(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Under the text of a story, leave only what keeps a draft."""
    if isinstance(context.get("page"), StoryPage):
        items[:] = [item for item in items if item.name == "action-save-draft"]


@hooks.register("register_page_header_buttons")
def lead_to_the_website(page: Page, user: Any, **where: Any) -> Iterator[Button]:
    """Links from a story to the pages of the website on which it is decided, withdrawn, moved and deleted."""
    story = page.specific_deferred
    if isinstance(story, StoryPage):
        for order, (words, address) in enumerate(actions_for(user, story), start=90):
            yield Button(words, address, icon_name="globe", priority=order)


@hooks.register("register_page_listing_more_buttons")
def lead_from_a_list(page: Page, user: Any, **where: Any) -> Iterator[Button]:
    """Links from each story of a list to what may be done with it. They ask the database nothing."""
    if issubclass(page.specific_class or Page, StoryPage):
        verbs = verbs_of(page) if isinstance(page, StoryPage) and hasattr(page, "review_status") else []
        for order, (words, name) in enumerate(verbs, start=80):
            yield Button(words, reverse(name, args=[page.pk]), icon_name="globe", priority=order)
        address = reverse("story-history", args=[page.pk])
        yield Button("Its history, and what may be done with it", address, icon_name="globe", priority=90)


def verbs_of(story: StoryPage) -> list[tuple[str, str]]:
    """What the website lets an editor do with a story in this state: words, and the page on which it is done."""
    states = StoryPage.State
    offered = [
        ("Read it and decide", "review", story.edit_state == states.IN_REVIEW),
        ("Withdraw it", "withdraw-story", story.state == states.LIVE),
        ("Publish it again", "restore-story", story.state == states.WITHDRAWN),
        ("Move it to another community", "move-story", story.first_published_at is not None),
        ("Pick it for a week", "pick-story", story.state == states.LIVE),
    ]
    return [(words, name) for words, name, is_offered in offered if is_offered]


@hooks.register("before_delete_snippet")
def keep_topics_in_use(request: HttpRequest, snippets: Any) -> HttpResponse | None:
    """A topic that stories are about is not deleted, one by one or in bulk."""
    try:
        curating.check_may_go([each for each in snippets if isinstance(each, Topic)])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(TopicViewSet.index_address())
    return None
