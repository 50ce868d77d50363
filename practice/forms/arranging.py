"""The forms in which the parts of a community's front page are changed in their places."""

from typing import Any

from django import forms

from community.arranging import MOST_PEOPLE
from community.models import CommunityPage, Membership
from hub.forms import RichField
from practice.models import Collection


class IntroductionForm(forms.Form):
    """What a community says it does."""

    base_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    introduction = RichField("Introduction", "Who meets here, what to write about, where a newcomer begins.")

    def __init__(self, data: Any = None, *, community: CommunityPage) -> None:
        initial = {"introduction": community.introduction, "base_revision": community.latest_revision_id}
        super().__init__(data, initial=initial)


class RulesForm(forms.Form):
    """The ground rules."""

    base_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    ground_rules = forms.CharField(
        required=False,
        max_length=2000,
        label="Ground rules",
        help_text="One a line. Four or five are read; fifteen are not.",
        widget=forms.Textarea(attrs={"class": "input", "rows": 5}),
    )

    def __init__(self, data: Any = None, *, community: CommunityPage) -> None:
        initial = {"ground_rules": community.ground_rules, "base_revision": community.latest_revision_id}
        super().__init__(data, initial=initial)


class StartForm(forms.Form):
    """With which collection a newcomer starts: one of the community, or one of the whole site."""

    collection = forms.ModelChoiceField(
        Collection.objects.none(),
        required=False,
        blank=True,
        label="Which collection should a newcomer read first?",
        widget=forms.RadioSelect,
        empty_label="None",
    )

    def __init__(self, data: Any = None, *, community: CommunityPage, person: Any, start: int | None) -> None:
        super().__init__(data, initial={"collection": start})
        offered = Collection.objects.visible_to(person).filter(community=community) | Collection.objects.visible_to(
            person
        ).filter(community=None)
        self.fields["collection"].queryset = offered.order_by("-community", "title")  # type: ignore[attr-defined]


class MemberField(forms.ModelChoiceField):
    """A member, by name and council."""

    def label_from_instance(self, obj: Any) -> str:
        """What stands in the list."""
        council = obj.person.council
        return f"{obj.person}, {council.short_name}" if council else str(obj.person)


class PersonForm(forms.Form):
    """A member whom others may ask, and what about."""

    member = MemberField(
        Membership.objects.none(),
        label="Which member?",
        empty_label="Choose a member",
        error_messages={"required": "Choose a member"},
        help_text=f"They are told, and can take their name away. {MOST_PEOPLE} people at most.",
    )
    words = forms.CharField(
        max_length=160,
        label="Ask about",
        help_text="Such as “liners, and what they really cost”.",
        error_messages={"required": "Say what others may ask them about"},
    )

    def __init__(self, data: Any = None, *, community: CommunityPage) -> None:
        super().__init__(data)
        members = community.memberships.present().with_people()  # type: ignore[attr-defined]
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
