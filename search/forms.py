"""What people choose and write about searches."""

from django import forms

from search.models import StandingSearch
from search.standing import LONGEST_NAME


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
