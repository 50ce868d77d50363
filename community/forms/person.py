"""What somebody says of themselves, and what they say when they leave."""

from typing import Any
from urllib.parse import urlsplit

from django import forms

from community.models import Council, Person
from hub.forms import PictureField, one_line

MOST_SKILLS = 12
LONGEST_SKILL = 50
MOST_LINKS = 6


class ProfileForm(forms.ModelForm):
    """The profile of a person, as they write it."""

    skills = forms.CharField(
        label="Skills",
        required=False,
        max_length=700,
        help_text="Separated by commas: data analysis, contract management",
    )
    portrait = PictureField(
        label="Portrait",
        required=False,
        help_text="JPEG, PNG or WebP. We keep a small copy, without where it was taken.",
    )
    remove_portrait = forms.BooleanField(label="Take my portrait away", required=False)

    class Meta:
        model = Person
        fields = [
            "name",
            "council",
            "role_title",
            "biography",
            "why_i_take_part",
            "offers",
            "looks_for",
            "working_days",
            "links",
        ]
        labels = {"council": "Your council"}
        help_texts = {
            "name": "As colleagues say it.",
            "biography": "What you do, how you came to it, what you are good at. The first person suits it.",
            "offers": "One a line: a call, a visit, a spreadsheet.",
            "looks_for": "One a line: what you would like to learn, or see working.",
            "working_days": "Such as: Tuesday to Friday, mornings best",
            "links": "One address a line, beginning with https://",
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "role_title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "biography": forms.Textarea(attrs={"rows": 8}),
            "why_i_take_part": forms.Textarea(attrs={"rows": 3}),
            "offers": forms.Textarea(attrs={"rows": 4}),
            "looks_for": forms.Textarea(attrs={"rows": 4}),
            "links": forms.Textarea(attrs={"rows": 3, "inputmode": "url"}),
        }

    field_order = [
        "name",
        "council",
        "role_title",
        "portrait",
        "remove_portrait",
        "biography",
        "why_i_take_part",
        "skills",
        "offers",
        "looks_for",
        "working_days",
        "links",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].error_messages["required"] = "Give your name, as colleagues say it"
        current = Council.objects.current() | Council.objects.filter(pk=self.instance.council_id)
        self.fields["council"].queryset = current.distinct()  # type: ignore[attr-defined]
        self.fields["council"].empty_label = "None of these, or I would rather not say"  # type: ignore[attr-defined]
        self.initial["skills"] = ", ".join(sorted(skill.name for skill in self.instance.skills.all()))
        if not self.instance.portrait_id:
            del self.fields["remove_portrait"]

    def clean_name(self) -> str:
        """A name has a letter in it, and lies on one line."""
        name = one_line(self.cleaned_data["name"])
        if not any(character.isalpha() for character in name):
            raise forms.ValidationError("Give your name, as colleagues say it")
        return name

    def clean_skills(self) -> list[str]:
        """Small letters, each once, in the order that they were written."""
        words = [" ".join(word.split()).lower() for word in self.cleaned_data["skills"].split(",")]
        skills = list(dict.fromkeys(word for word in words if word))
        if len(skills) > MOST_SKILLS:
            raise forms.ValidationError(f"Choose the {MOST_SKILLS} skills that matter most")
        if longest := next((skill for skill in skills if len(skill) > LONGEST_SKILL), ""):
            raise forms.ValidationError(f"“{longest[:30]}…” is long for a skill. Put commas between them")
        return skills

    def clean_links(self) -> str:
        """Only addresses of web pages."""
        links = [line.strip() for line in self.cleaned_data["links"].splitlines() if line.strip()]
        if len(links) > MOST_LINKS:
            raise forms.ValidationError(f"Choose {MOST_LINKS} links at most")
        for link in links:
            if not is_web_address(link):
                raise forms.ValidationError(f"“{link[:60]}” is not the address of a web page. Begin with https://")
        return "\n".join(links)


class CloseAccountForm(forms.Form):
    """How somebody wants to be remembered when they close their account."""

    credit = forms.ChoiceField(
        label="How should the stories that you told be credited?",
        choices=[("name", "To my name"), ("former", "To “a former member”")],
        initial="name",
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(
        label="I want to close my account for good",
        error_messages={"required": "Tick the box if you are sure"},
    )


def is_web_address(link: str) -> bool:
    """Whether this is an http or https address with a host, and nothing that a browser could take for more."""
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        return False
    plain = not any(character.isspace() or character in "<>\"'\\" for character in link)
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname and "." in parts.hostname)
        and parts.username is None
        and port != 0
        and plain
    )
