"""The forms with which stories are put forward: in a community until a day, or on the front page for a week."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateformat import format as format_date

from community.forms.community import explained
from practice.featuring import MOST, MOST_DAYS, USUAL_DAYS, weeks_to_choose
from practice.models import Feature, Pick, StoryPage
from practice.models.feature import monday_of

Kind = Feature.Kind
KINDS = [
    (
        Kind.FEATURED,
        explained("Feature it", f"Large, in a part of its own. {MOST[Kind.FEATURED]} at most."),
    ),
    (
        Kind.PINNED,
        explained("Pin it", f"Above the newest stories, in an order of yours. {MOST[Kind.PINNED]} at most."),
    ),
]


class FeatureForm(forms.Form):
    """How a story stands out in its community, why, and until when."""

    kind = forms.ChoiceField(
        label="How should it stand out?",
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two"},
    )
    reason = forms.CharField(
        max_length=200,
        label="Why should others read it?",
        help_text="One sentence. It stands beside the story, after your name.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a sentence why others should read it"},
    )
    until = forms.DateField(
        label="Until when?",
        help_text="The last day on which it stands there. It ends by itself.",
        widget=forms.DateInput(attrs={"type": "date", "class": "input short"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a last day", "invalid": "Choose a day, such as 31/1/2027"},
    )

    def __init__(self, data: Any = None, *, kind: str = "", now: Feature | None = None) -> None:
        today = timezone.localdate()
        initial = {"kind": kind or Kind.FEATURED, "until": today + timedelta(days=USUAL_DAYS)}
        if now:
            initial |= {"kind": now.kind, "reason": now.reason, "until": max(now.until, today)}
        super().__init__(data, initial=initial)
        limits = {"min": today.isoformat(), "max": (today + timedelta(days=MOST_DAYS)).isoformat()}
        self.fields["until"].widget.attrs.update(limits)


class PickForm(forms.Form):
    """For which week a story is picked, and why."""

    week = forms.TypedChoiceField(coerce=date.fromisoformat, label="For which week?", widget=forms.RadioSelect)
    words = forms.CharField(
        max_length=200,
        label="Why should everybody read it?",
        help_text="One sentence. It stands under the title on the front page.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a sentence why everybody should read it"},
    )

    def __init__(self, data: Any = None, *, story: StoryPage) -> None:
        picks = {pick.week: pick for pick in Pick.objects.coming().select_related("story")}
        weeks = weeks_to_choose()
        own = next((pick for pick in picks.values() if pick.story_id == story.pk), None)
        free = next((week for week in weeks if week not in picks), weeks[0])
        initial = {"week": (own.week if own else free).isoformat(), "words": own.words if own else ""}
        super().__init__(data, initial=initial)
        self.fields["week"].choices = [  # type: ignore[attr-defined]
            (week.isoformat(), explained(week_in_words(week), _taken(picks.get(week), story))) for week in weeks
        ]


def week_in_words(week: date) -> str:
    """A week as people say it."""
    this = monday_of(timezone.localdate())
    if week == this:
        return "This week"
    first = f"the week from {format_date(week, 'j F')}"
    return f"Next week, {first}" if week == this + timedelta(weeks=1) else first[:1].upper() + first[1:]


def _taken(pick: Pick | None, story: StoryPage) -> str:
    if pick is None:
        return "Nobody has chosen yet."
    return "This story." if pick.story_id == story.pk else f"It takes the place of “{pick.story}”."
