"""The form that asks whether a story is to be merged into another one."""

from typing import Any

from django import forms

from community import access
from practice.models import StoryPage


class MergeForm(forms.Form):
    """Why, and whether it is meant that more people see who told it."""

    reason = forms.CharField(
        label="A word to its authors",
        help_text="They are credited with the other story, and may write it from then on.",
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
    )
    knowingly = forms.BooleanField(required=False, label="I mean this: more people will see who told it")

    def __init__(self, data: Any, *, story: StoryPage, into: StoryPage) -> None:
        super().__init__(data)
        if story.audience in (access.PUBLIC, into.audience):
            del self.fields["knowingly"]
