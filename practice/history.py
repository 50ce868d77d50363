"""What happened to a story, in plain words: from Wagtail's audit log, and from what was said at each reading."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from wagtail.models import PageLogEntry

from community import access
from community.models import Person
from practice.models import ReviewState, StoryPage

# Entries beyond these are left out: nobody reads further, and a page has a bounded size.
MOST_ENTRIES = 1000


@dataclass(frozen=True)
class Event:
    """One thing that happened: who did it, what it was, and what they said."""

    when: datetime
    who: Person | None
    words: str
    said: str = ""
    nobody: str = "Someone who has left"  # what stands in the place of a name


def events_of(story: StoryPage, person: Any) -> list[Event]:
    """All that happened, the latest first, as this person may read it. Saving again on the same day counts once."""
    log = PageLogEntry.objects.filter(page=story.pk).select_related("user").order_by("-timestamp", "-pk")
    entries = list(log[:MOST_ENTRIES])
    without_hidden_names(entries, person)
    events = [*_from_log(entries), *_sendings(story)]
    events.sort(key=lambda event: event.when, reverse=True)
    return list(_saved_once_a_day(events))


def _from_log(entries: list[PageLogEntry]) -> Iterator[Event]:
    """What one verb wrote in several entries is told by the one that says most."""
    for _, group in groupby(entries, key=lambda entry: entry.uuid or entry.pk):
        by_action = {entry.action: entry for entry in group}
        nobody = "Someone who has left" if next(iter(by_action.values())).user_id else "The site"
        for action, tell in TELL.items():
            if entry := by_action.get(action):
                words, said = tell(entry.data)
                if action == "practice.answer_report" and entry.data.get("outcome") == "nothing":
                    said = ""  # it was written to whoever reported, and is no word for the authors
                if rename := by_action.get("wagtail.rename"):
                    words += f", with the title “{rename.data['title']['new']}”"
                yield Event(entry.timestamp, entry.user, words, said, nobody)
                break
        else:
            for entry in by_action.values():
                if entry.action not in TOLD_OTHERWISE:
                    yield Event(entry.timestamp, entry.user, entry.message, nobody=nobody)


def without_hidden_names(entries: Iterable[PageLogEntry], person: Any) -> None:
    """Take the names of communities that are hidden from this person out of what is told of moves."""
    moves = [entry for entry in entries if entry.action == "wagtail.move"]
    hidden = set(access.hidden_communities(person)) if moves else set()
    for entry in moves:
        for place in ("source", "destination"):
            if entry.data[place]["id"] in hidden:
                entry.data[place] = {**entry.data[place], "title": "another community"}


def _sendings(story: StoryPage) -> Iterator[Event]:
    """Each time that it was sent to be read. The log knows only some of them, and not what was said."""
    sendings = ReviewState.objects.of_story(story).select_related("revision__user").defer("revision__content")
    for number, review in enumerate(sendings):
        words = "sent it again to be read" if number else "sent it to be read"
        yield Event(review.started_at, review.revision.user, words, review.author_note)


def _saved_once_a_day(events: list[Event]) -> Iterator[Event]:
    last = None
    for event in events:
        this = (event.who, event.when.date(), event.words) if event.words == SAVED else None
        if this is None or this != last:
            yield event
        last = this


def _plain(words: str) -> Callable[[dict[str, Any]], tuple[str, str]]:
    return lambda data: (words, data.get("reason") or data.get("comment") or "")


def _moved(data: dict[str, Any]) -> tuple[str, str]:
    return f"moved it from {data['source']['title']} to {data['destination']['title']}", ""


def _answered(data: dict[str, Any]) -> tuple[str, str]:
    what = "what was reported below it" if data.get("repeat") else "what a reader reported"
    came = {
        "nothing": "left it as it is",
        "asked": "asked for a correction",
        "hidden": "hid what was said",
        "withdrawn": "withdrew it",
        "merged": "merged it into another story",
    }
    return f"answered {what}: {came.get(data.get('outcome', ''), 'decided')}", data.get("reason", "")


SAVED = "wrote on it"
# In this order: of the entries that one verb wrote, the first of these tells what happened.
TELL: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "practice.approve_own": _plain("approved it, being the only facilitator of its community"),
    "practice.undo_decision": lambda data: (f"took back that they {data['done']}", data.get("reason") or ""),
    "practice.merge": lambda data: (f"merged it into “{data['title']}”", data.get("reason") or ""),
    "practice.merge_here": lambda data: (
        f"merged “{data['title']}” into it" if data["title"] else "merged another story into it",
        data.get("reason") or "",
    ),
    "practice.part": lambda data: (f"took back that it was merged into “{data['title']}”", ""),
    "practice.part_here": lambda data: (
        f"took back that “{data['title']}” was merged into it"
        if data["title"]
        else "took back that another story was merged into it",
        "",
    ),
    "practice.take_suggestion": _plain("took what a reader had suggested"),
    "practice.decline": _plain("declined it"),
    "practice.read_again": _plain("had it read again, after an appeal"),
    "practice.share_preview": _plain("gave out a link to the draft"),
    "practice.end_preview": _plain("ended a link to the draft"),
    "practice.throw_away": _plain("threw it away"),
    "practice.bring_back": _plain("brought it back"),
    "practice.withdraw": _plain("withdrew it from its readers"),
    "practice.hide": _plain("hid it while a report is looked at"),
    "practice.show": _plain("showed it again"),
    "practice.answer_report": _answered,
    "practice.repeat": _plain("said how repeating it went"),
    "practice.take_back_repeat": _plain("took back what they had said of repeating it"),
    "practice.ask_question": _plain("asked about it"),
    "practice.answer_question": _plain("answered a question about it"),
    "practice.take_away_question": _plain("took away what somebody asked"),
    "practice.hide_repeat": _plain("hid what somebody said of repeating it"),
    "practice.show_repeat": _plain("showed again what somebody said of repeating it"),
    "practice.ask_still_so": _plain("asked its authors whether it is still so"),
    "practice.say_still_so": _plain("said how it stands"),
    "practice.pick": _plain("picked it for a week on the front page"),
    "practice.unpick": _plain("took away that it was picked for a week"),
    "practice.restore": _plain("published it again, as it was"),
    "wagtail.workflow.approve": _plain("read it and approved it"),
    "wagtail.workflow.reject": _plain("asked for changes"),
    "wagtail.publish": _plain("published it"),
    "wagtail.workflow.cancel": _plain("took it back before it was decided"),
    "wagtail.move": _moved,
    "wagtail.create": _plain("began it"),
    "wagtail.revert": _plain("threw away what was not published"),
    "wagtail.edit": _plain(SAVED),
}
TOLD_OTHERWISE = {"wagtail.workflow.start", "wagtail.workflow.resume", "wagtail.rename"}
