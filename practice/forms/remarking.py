"""The forms in which a passage is remarked on, and a remark is answered."""

from typing import Any

from django import forms

from practice.models.remark import MOST_WORDS
from practice.passages import Paragraph

SLIM = {"class": "input", "rows": 3}


class RemarkForm(forms.Form):
    """What is said of a paragraph, or of some words in it, and how it could be put."""

    passage = forms.CharField(required=False, widget=forms.HiddenInput)
    words = forms.CharField(
        label="What you have to say about it",
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs=SLIM),
    )
    suggested = forms.CharField(
        label="How you would put it",
        help_text="Change the paragraph below. Its author sees what you changed and can take it with one press. Leave "
        "it as it is to suggest nothing.",
        required=False,
        max_length=5 * MOST_WORDS,
        widget=forms.Textarea(attrs={"class": "input", "rows": 7}),
    )

    def __init__(self, data: Any, *, on: Paragraph, passage: str) -> None:
        super().__init__(data, initial={"passage": passage, "suggested": on.text})


class AnswerForm(forms.Form):
    """An answer to a remark."""

    words = forms.CharField(
        label="Your answer",
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs=SLIM),
        error_messages={"required": "Write an answer"},
    )
