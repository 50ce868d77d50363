"""Forms of those who read stories, and of what is done with a story once it is out."""

from typing import Any

from django import forms

from community import access
from community.models import CommunityPage
from practice.models import StoryPage
from practice.models.sheet import Reason

PUBLISH, ASK, DECLINE = "publish", "ask", "decline"
FILL = "fill"


class DecisionForm(forms.Form):
    """What is decided about the version that was read. Three buttons say which; two of them need a word."""

    do = forms.ChoiceField(choices=[(PUBLISH, "Publish"), (ASK, "Ask for changes"), (DECLINE, "Decline")])
    revision = forms.IntegerField(min_value=1)
    note = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"class": "input", "rows": 1}), label="A word"
    )
    checked = forms.MultipleChoiceField(required=False)
    reason = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, checklist: list[str], ready: list[Reason], **options: Any) -> None:
        super().__init__(*args, **options)
        self.ready = {str(number): reason for number, reason in enumerate(ready)}
        self.fields["reason"].choices = [("", ""), *((key, each.name) for key, each in self.ready.items())]  # type: ignore[attr-defined]
        self.fields["checked"].choices = [(str(number), words) for number, words in enumerate(checklist)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Asking for changes and declining need a word: one's own, or the ready reason that was chosen."""
        cleaned = super().clean() or {}
        chosen = self.ready.get(cleaned.pop("reason", ""))
        if chosen and cleaned.get("do") in {ASK, DECLINE} and not (cleaned.get("note") or "").strip():
            cleaned["note"] = chosen.words
        if not (cleaned.get("note") or "").strip() and "note" not in self.errors:
            if cleaned.get("do") == ASK:
                self.add_error("note", "Write a word about what should change, so that the author knows what to do.")
            elif cleaned.get("do") == DECLINE:
                self.add_error("note", "Give a reason, so that the author knows why.")
        return cleaned

    @staticmethod
    def filled(given: Any, ready: list[Reason]) -> dict[str, Any]:
        """What a form begins with after the words of a ready reason were put into the note."""
        number = str(given.get("reason", ""))
        words = (
            ready[int(number)].words
            if number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(ready)
            else ""
        )
        note = "\n\n".join(text for text in (str(given.get("note", "")).strip(), words) if text)
        return {"note": note, "checked": given.getlist("checked")}

    def checklist(self) -> list[tuple[str, str, bool]]:
        """The lines of the checklist: value, words, and whether it was ticked."""
        ticked = set(self["checked"].value() or ())
        return [(value, words, value in ticked) for value, words in self.fields["checked"].choices]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why something is done to a story. Its authors read it."""

    reason = forms.CharField(
        label="Why", max_length=600, required=False, widget=forms.Textarea(attrs={"class": "input", "rows": 3})
    )

    def __init__(self, *args: Any, hint: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].help_text = hint


class MoveForm(forms.Form):
    """Where a story goes. Where other people could read it then, that must be said to be meant."""

    to = forms.ModelChoiceField(
        CommunityPage.objects.none(),
        label="Move it to",
        empty_label="Choose a community",
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"required": "Choose the community that it goes to"},
    )
    knowingly = forms.BooleanField(required=False, label="I mean this: other people will be able to read it")

    def __init__(self, *args: Any, story: StoryPage, person: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        there = CommunityPage.objects.filter(live=True, pk__in=access.facilitated_by(person)).unarchived()
        there = there.exclude(pk=story.community_id)
        self.fields["to"].queryset = there.select_related("policy").order_by("title")  # type: ignore[attr-defined]
        if not story.live or story.audience == access.PUBLIC:
            del self.fields["knowingly"]

    @property
    def leads_nowhere(self) -> bool:
        """Whether there is no community to choose."""
        return not self.fields["to"].queryset.exists()  # type: ignore[attr-defined]
