"""The forms with which words on stories are changed."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import slugify
from taggit.models import Tag

from practice.models import Topic


class NameForm(forms.Form):
    """Another name for a word."""

    name = forms.CharField(
        max_length=60,
        label="Its new name",
        help_text="As people would write it. Its old address leads to the new one.",
        widget=forms.TextInput(attrs={"class": "input", "autocapitalize": "none", "autocomplete": "off"}),
        error_messages={"required": "Say what it is to be called"},
    )


class IntoForm(forms.Form):
    """The word that stays when two are made one."""

    into = forms.CharField(
        max_length=100,
        label="The word that stays",
        help_text="A word that stands on stories already.",
        widget=forms.TextInput(
            attrs={"class": "input", "autocapitalize": "none", "autocomplete": "off", "list": "words"}
        ),
        error_messages={"required": "Say which word stays"},
    )

    def __init__(self, *args: Any, tag: Tag, tags: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tag, self.tags = tag, tags

    def clean_into(self) -> Tag:
        """The tag that is meant, by its name or its address."""
        said = " ".join(self.cleaned_data["into"].split())
        meant = Q(name__iexact=said) | Q(slug=slugify(said, allow_unicode=True))
        found = self.tags.exclude(pk=self.tag.pk).filter(meant).first()
        if found is None:
            raise forms.ValidationError(f"No other word “{said[:60]}” stands on a story that you can read")
        return found  # type: ignore[no-any-return]


class TopicForm(forms.Form):
    """The topic that a word becomes: one that is there, or a new one."""

    topic = forms.ModelChoiceField(
        Topic.objects.by_group(),
        required=False,
        label="A topic that is there",
        empty_label="None of these: a new one",
        widget=forms.Select(attrs={"class": "input"}),
    )
    title = forms.CharField(
        max_length=120,
        required=False,
        label="The name of the new topic",
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    group = forms.ModelChoiceField(
        Topic.objects.groups(),
        required=False,
        label="The group that the new topic stands in",
        empty_label="None: it is a group itself",
        widget=forms.Select(attrs={"class": "input"}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned = super().clean() or {}
        if not cleaned.get("topic") and not (cleaned.get("title") or "").strip():
            self.add_error("title", "Choose a topic above, or give the new one a name")
        return cleaned
