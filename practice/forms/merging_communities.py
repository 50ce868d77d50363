"""The forms with which one community is made part of another: which one stays, and that it is meant."""

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


class SureForm(IntoForm):
    """The community that stays, and the name of the one that goes, typed by whoever means it."""

    typed = forms.CharField(
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Type the name of the community that goes"},
    )

    def __init__(self, *args: Any, community: CommunityPage, **options: Any) -> None:
        super().__init__(*args, **options)
        self.name = " ".join(community.title.split())
        self.fields["typed"].label = f"Type “{self.name}” to say that you mean it"
        self.fields["typed"].help_text = "It cannot be undone."

    def clean_typed(self) -> str:
        """Its name, in capitals or not."""
        typed = " ".join(self.cleaned_data["typed"].split())
        if typed.casefold() != self.name.casefold():
            raise forms.ValidationError(f"Type the name as it stands here: {self.name}")
        return typed
