"""The forms in which facilitators say why they warn, mute or remove somebody, and in which that is appealed against."""

from django import forms

from community.forms.community import ReasonForm


class MuteForm(ReasonForm):
    """Why somebody may read but not write, and for how long."""

    days = forms.TypedChoiceField(
        coerce=int,
        label="For how long",
        choices=[(3, "Three days"), (7, "A week"), (14, "Two weeks"), (30, "A month"), (90, "Three months")],
        initial=7,
        help_text="It ends by itself.",
        widget=forms.Select(attrs={"class": "input short"}),
    )


class RemovalForm(ReasonForm):
    """Why somebody is put out, and when they may ask to come back."""

    ask_after_days = forms.TypedChoiceField(
        coerce=int,
        label="They may ask to come back",
        choices=[(7, "In a week"), (30, "In thirty days"), (90, "In three months"), (365, "In a year")],
        initial=30,
        required=False,
        empty_value=None,
        help_text="A facilitator can invite them at any time.",
        widget=forms.Select(attrs={"class": "input short"}),
    )


class AppealForm(forms.Form):
    """Why it should be decided differently."""

    words = forms.CharField(
        max_length=1000,
        label="Why should it be decided differently?",
        help_text="The editors of the site read this, beside what was decided and why.",
        widget=forms.Textarea(attrs={"class": "input", "rows": 6}),
        error_messages={"required": "Say why it should be decided differently"},
    )
