"""The form in which a facilitator says that they are away."""

from typing import Any

from django import forms
from django.utils import timezone

from community.models import CommunityPage, Person


def day(label: str, help_text: str, missing: str) -> forms.DateField:
    """A day, chosen from a calendar where the browser has one."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"class": "input short", "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": "Write the day as 2026-12-03"},
    )


class AbsenceForm(forms.Form):
    """Who is away, when, and who stands in."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label="Who is away", empty_label=None, widget=forms.Select(attrs={"class": "input"})
    )
    begins_on = day("From", "The first day.", "Say the first day")
    ends_on = day("Until", "The last day. It ends by itself.", "Say the last day")
    deputy = forms.ModelChoiceField(
        Person.objects.none(),
        label="Who stands in",
        help_text="Another facilitator, or a member who decides like one in those days.",
        empty_label="Choose somebody",
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"required": "Choose who stands in"},
    )

    def __init__(self, *args: Any, community: CommunityPage, by: Person, **options: Any) -> None:
        options["initial"] = {"begins_on": timezone.localdate(), "person": by.pk}
        super().__init__(*args, **options)
        members = Person.objects.filter(pk__in=community.memberships.present().values("person")).order_by("name", "pk")
        self.fields["deputy"].queryset = members  # type: ignore[attr-defined]
        facilitators = community.memberships.facilitators().values("person")
        self.fields["person"].queryset = members.filter(pk__in=facilitators)  # type: ignore[attr-defined]
