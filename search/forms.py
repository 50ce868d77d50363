"""What people choose and write about searches."""

import re
from typing import Any

from django import forms

from practice.models import StoryPage, Topic
from search import wishing
from search.models import StandingSearch, Wish
from search.report import SHOWN
from search.standing import LONGEST_NAME


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"})


class StandingSearchForm(forms.Form):
    """The name of a standing search, and how its owner hears of what it finds."""

    name = forms.CharField(
        label="What do you call it?",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Give it a name, so that you know it again"},
    )
    how = forms.ChoiceField(
        label="How do you want to hear of it?",
        choices=StandingSearch.How.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you want to hear of it"},
    )


class WishForm(forms.Form):
    """What becomes of a wish on the board, and why."""

    into = forms.ModelChoiceField(
        Wish.objects.none(),
        label="Does it mean the same as another wish?",
        required=False,
        empty_label="No: hide it",
        help_text="Then it is counted with that one, and whoever waits for it waits for that.",
    )
    reason = forms.CharField(
        label="Why?",
        max_length=300,
        help_text="One sentence. Facilitators and editors read it.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Give a reason, so that others know why"},
    )

    def __init__(self, *args: Any, wish: Wish, **options: Any) -> None:
        super().__init__(*args, **options)
        others = wishing.without_closed_names(Wish.objects.public().exclude(pk=wish.pk))
        chosen = Wish.objects.filter(pk__in=[other.pk for other in others]).order_by("words")
        self.fields["into"].queryset = chosen  # type: ignore[attr-defined]


class OtherWordForm(forms.Form):
    """Another word for a topic."""

    topic = forms.ModelChoiceField(
        Topic.objects.order_by("title"),
        label="Topic",
        empty_label="Choose a topic",
        error_messages={"required": "Choose the topic that it means"},
    )
    words = forms.CharField(
        label="What do people call it?",
        max_length=120,
        help_text="One word, or two or three that belong together. For example: brown bin, HMO, wheelie.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write the word that people use"},
    )


class AnswerForm(forms.Form):
    """A story to stand on top of what is found for some words."""

    words = forms.CharField(
        label="When somebody searches for",
        max_length=120,
        help_text="Word forms, order and small words do not matter: “damp in a flat” is “flats damp”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write the words that people search for"},
    )
    story = forms.CharField(
        label="Show this story first",
        max_length=300,
        help_text="Copy its address from the browser.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
        error_messages={"required": "Paste the address of the story"},
    )

    def __init__(self, *args: Any, person: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person = person

    def clean_story(self) -> StoryPage:
        """The story at an address, if this person may read it."""
        found = re.search(r"(?:^|/stories/)(\d{1,18})(?:/|$)", self.cleaned_data["story"].strip())
        story = StoryPage.objects.visible_to(self.person).filter(pk=int(found[1])).first() if found else None
        if story is None:
            raise forms.ValidationError("There is no such story. Open it, and copy the address from the browser.")
        return story


class PeriodForm(forms.Form):
    """Which days, and which questions."""

    show = forms.ChoiceField(label="Show", choices=list(SHOWN.items()))
    first = forms.DateField(label="From", widget=_day())
    last = forms.DateField(label="To", widget=_day())

    def clean(self) -> dict[str, Any]:
        """Keep the days in order."""
        asked = super().clean() or {}
        if asked.get("first") and asked.get("last") and asked["first"] > asked["last"]:
            self.add_error("last", "The last day comes before the first.")
        return asked
