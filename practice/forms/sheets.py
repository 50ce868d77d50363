"""The form with which facilitators say what they look at before a story goes out."""

from typing import Any

from django import forms

from practice.models import ReviewSheet


class SheetForm(forms.Form):
    """The checklist and the ready reasons of a community."""

    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    checklist = forms.CharField(
        required=False,
        max_length=2500,
        label="Before it goes out",
        help_text="One a line. Whoever reads a story sees them beside it, to tick for themselves.",
        widget=forms.Textarea(attrs={"class": "input", "rows": 6}),
    )
    reasons = forms.CharField(
        required=False,
        max_length=30_000,
        label="Ready reasons",
        help_text="A paragraph each, with an empty line between two. The first line is its name in the list; the rest "
        "is what the author gets, unless it is changed before it is sent.",
        widget=forms.Textarea(attrs={"class": "input", "rows": 18}),
    )

    def __init__(self, *args: Any, sheet: ReviewSheet, **options: Any) -> None:
        initial = {name: getattr(sheet, name) for name in ("edition", "checklist", "reasons")}
        super().__init__(*args, **{"initial": initial, **options})
