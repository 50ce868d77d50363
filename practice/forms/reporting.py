"""Forms of those who report something, and of those who answer."""

from typing import Any

from django import forms

from practice.models import Report

LEAVE, ASK, HIDE, WITHDRAW = "leave", "ask", "hide", "withdraw"
ACCEPT, REFUSE = "accept", "refuse"
GRANT, STAND = "grant", "stand"


class ReportForm(forms.Form):
    """What is wrong, and where."""

    reason = forms.ChoiceField(
        label="What is wrong?",
        choices=Report.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is wrong. “Something else” is fine"},
    )
    words = forms.CharField(
        label="Say more",
        max_length=1000,
        help_text="Where it stands, and what would put it right.",
        widget=forms.Textarea(attrs={"class": "input", "rows": 5}),
        error_messages={"required": "Say what is wrong, and where, so that it can be found"},
    )


class WordsForm(forms.Form):
    """A decision of several, by its button, and a word about it."""

    do = forms.ChoiceField()
    words = forms.CharField(
        max_length=1000, required=False, label="A word", widget=forms.Textarea(attrs={"class": "input", "rows": 1})
    )
    needed: dict[str, str] = {}  # by decision: what is said where the word is missing

    def clean(self) -> dict[str, Any]:
        """Some decisions need a word."""
        cleaned = super().clean() or {}
        said = self.needed.get(cleaned.get("do", ""))
        if said and not (cleaned.get("words") or "").strip() and "words" not in self.errors:
            self.add_error("words", said)
        return cleaned


class AnswerForm(WordsForm):
    """The answer to a report. Each needs a word: who reported reads it, or who wrote."""

    needed = {
        LEAVE: "Say why it stays as it is: whoever reported it reads that",
        ASK: "Say what should be corrected: its authors read that",
        HIDE: "Say why it is hidden: its authors read that",
        WITHDRAW: "Say why: those who told it read that",
    }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["do"].choices = [(name, name) for name in self.needed]  # type: ignore[attr-defined]


class RequestForm(WordsForm):
    """The answer to somebody who asks to join. A refusal needs a word."""

    needed = {REFUSE: "Say why, in a sentence that the person can read"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].max_length = 600  # type: ignore[attr-defined]
        self.fields["do"].choices = [(ACCEPT, ACCEPT), (REFUSE, REFUSE)]  # type: ignore[attr-defined]


class AppealAnswerForm(WordsForm):
    """The answer to an appeal. Both sides read the word."""

    needed = {
        GRANT: "Say why it is undone: both sides read that",
        STAND: "Say why it stands: both sides read that",
    }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["do"].choices = [(name, name) for name in self.needed]  # type: ignore[attr-defined]
