"""The forms with which collections are tended."""

from typing import Any

from django import forms

from community.forms.community import explained
from community.models import CommunityPage
from hub.forms import RichField
from hub.numbers import number_in
from practice.models import Collection, StoryPage

FOR_WHOM = [
    ("", explained("Everybody who may read the community", "They see of its stories those that they may read.")),
    ("members", explained("Members only", "Nobody else finds it.")),
]


class CollectionForm(forms.Form):
    """What a collection says of itself, and whom it is for."""

    title = forms.CharField(
        max_length=120,
        label="What is it called?",
        help_text="Such as “Start here”, or “Before the winter”.",
        error_messages={"required": "Give it a name that says when somebody needs it"},
    )
    introduction = RichField("Introduction", "Whom it is for, and in which order to read. Two or three sentences.")
    for_whom = forms.ChoiceField(label="Who reads it?", choices=FOR_WHOM, required=False, widget=forms.RadioSelect)

    def __init__(
        self, data: Any = None, *, community: CommunityPage | None, collection: Collection | None = None
    ) -> None:
        initial: dict[str, Any] = {}
        if collection:
            whom = "members" if collection.for_members else ""
            initial = {"title": collection.title, "introduction": collection.introduction, "for_whom": whom}
        super().__init__(data, initial=initial)
        if community is None:
            del self.fields["for_whom"]

    def told(self) -> dict[str, Any]:
        """The values, as the verbs take them."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "introduction": data["introduction"],
            "for_members": data.get("for_whom") == "members",
        }


class PutForm(forms.Form):
    """Into which collection a story goes, and why it stands there."""

    collection = forms.ModelChoiceField(
        Collection.objects.none(),
        label="Into which collection?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose a collection"},
    )
    note = forms.CharField(
        required=False,
        max_length=300,
        label="Why it stands there",
        help_text="A sentence for whoever follows the path. Leave it empty if the story says it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, person: Any) -> None:
        super().__init__(*args)
        tended = Collection.objects.standing().tended_by(person).select_related("community")
        self.fields["collection"].queryset = tended  # type: ignore[attr-defined]
        self.leads_nowhere = not tended.exists()


def stories_for(words: str, person: Any) -> list[StoryPage]:
    """Published stories that are meant by some words of their title, or by an address of the site."""
    stories = StoryPage.objects.visible_to(person).for_cards().newest_first()
    _, _, after = words.partition("/stories/")
    if number := number_in((after or words).split("/")[0].strip()):
        return list(stories.filter(pk=number))
    for word in words.split()[:8]:
        stories = stories.filter(title__icontains=word)
    return list(stories[:10]) if words.strip() else []
