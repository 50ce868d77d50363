"""The forms for what happens to communities in time."""

from typing import Any

from django import forms

from community.models import CommunityPage, Membership


class ArchiveForm(forms.Form):
    """Why a community is archived, and where people write instead."""

    why = forms.CharField(
        max_length=300,
        required=False,
        label="Why",
        help_text="One sentence. It stands on the front page, and its members are told.",
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )
    write_in = forms.ModelChoiceField(
        CommunityPage.objects.none(),
        required=False,
        label="Where people write instead",
        help_text="Only those who may find that community are told of it.",
        empty_label="Nowhere in particular",
        widget=forms.Select(attrs={"class": "input"}),
    )

    def __init__(self, *args: Any, community: CommunityPage, person: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        places = CommunityPage.objects.visible_to(person).unarchived().exclude(pk=community.pk)
        self.fields["write_in"].queryset = places.order_by("title")  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """Who is asked to facilitate."""

    to = forms.ModelChoiceField(
        Membership.objects.none(),
        label="Whom do you ask?",
        help_text="Members who are no facilitators yet.",
        empty_label="Choose a member",
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"required": "Choose a member"},
    )
    message = forms.CharField(
        max_length=600,
        required=False,
        label="A word to them",
        help_text="What it takes in a week, and why you ask them.",
        widget=forms.Textarea(attrs={"class": "input", "rows": 4}),
    )
    steps_back = forms.BooleanField(
        required=False,
        label="I step back once they have said yes",
        help_text="You stay a member. Until then nothing changes.",
    )

    def __init__(self, *args: Any, community: CommunityPage, person: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = community.memberships.present().filter(role=Membership.Role.MEMBER)
        field: Any = self.fields["to"]
        field.queryset = rows.with_people()
        field.label_from_instance = lambda row: str(row.person)
        own = community.membership_of(person)
        if own is None or not own.is_facilitator:
            del self.fields["steps_back"]


class VolunteerForm(forms.Form):
    """A word of somebody who would facilitate."""

    message = forms.CharField(
        max_length=600,
        required=False,
        label="A word to those who decide",
        help_text="What you do, and how much time you have.",
        widget=forms.Textarea(attrs={"class": "input", "rows": 4}),
    )
