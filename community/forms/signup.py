"""What we ask of somebody who joins, beside an address and a password, whichever way they come in."""

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html

from community.models import Council, Person
from hub.forms import one_line


class JoinForm(forms.Form):
    """Name, council, what they do, and their word on the ground rules."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="As colleagues say it. It is shown; your address never is.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Give your name, as colleagues say it"},
    )
    council = forms.ModelChoiceField(
        label="Your council",
        queryset=Council.objects.none(),
        required=False,
        empty_label="None of these, or I would rather not say",
        widget=forms.Select(attrs={"autocomplete": "organization"}),
    )
    role_title = forms.CharField(
        label="What you do there",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    agree = forms.BooleanField(
        label="I will name councils and never residents, and I will say what it cost",
        help_text=format_html('<a href="{}">Read the ground rules</a>, one page', "/ground-rules/"),
        error_messages={"required": "Agree to the ground rules, or read them first"},
    )

    field_order = ["name", "email", "council", "role_title", "password1", "agree"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["council"].queryset = Council.objects.current()  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """A name has a letter in it, and lies on one line."""
        name = one_line(self.cleaned_data["name"])
        if not any(character.isalpha() for character in name):
            raise forms.ValidationError("Give your name, as colleagues say it")
        return name

    def signup(self, request: HttpRequest, user: Person) -> None:
        """Keep what was said, when allauth has made the account."""
        user.name = self.cleaned_data["name"]
        user.council = self.cleaned_data["council"]
        user.role_title = self.cleaned_data["role_title"]
        user.save(update_fields=["name", "council", "role_title"])
