"""The form with which one community is made part of another."""

from typing import Any

from django import forms

from community.models import CommunityPage


class IntoForm(forms.Form):
    """The community that stays."""

    into = forms.ModelChoiceField(
        CommunityPage.objects.none(),
        to_field_name="slug",
        label="The community that stays",
        help_text="You can choose one that you facilitate too.",
        empty_label="Choose a community",
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={
            "required": "Choose the community that stays",
            "invalid_choice": "Choose one that you facilitate and that is open for new stories",
        },
    )

    def __init__(self, *args: Any, places: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["into"].queryset = places  # type: ignore[attr-defined]
        self.leads_nowhere = not places.exists()
