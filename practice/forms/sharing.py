"""The form by which a draft is shared."""

from django import forms

from practice.forms.fields import line


class ShareForm(forms.Form):
    """For whom, and for how long."""

    whom = line("For whom?", 80, "So that you know later whom you gave it to. Only the authors see this.")
    days = forms.ChoiceField(
        label="How long should the link hold?",
        choices=[("3", "3 days"), ("7", "A week"), ("30", "A month")],
        initial="7",
        widget=forms.RadioSelect,
    )
