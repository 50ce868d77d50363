"""The form in which somebody says that they repeated a practice."""

from typing import Any

from django import forms

from community.models import Council
from practice.forms.fields import MonthField, few_lines
from practice.models import Repetition

SLIM = {"class": "input", "rows": 3}


class RepetitionForm(forms.Form):
    """Where, since when, how it went, and a few words for the next one."""

    outcome = forms.ChoiceField(
        label="How did it go?",
        choices=Repetition.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how it went. That it did not work out helps others too."},
    )
    council = forms.ModelChoiceField(
        Council.objects.none(),
        label="Where?",
        help_text="The council or public body that did it.",
        empty_label="Choose a council",
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"required": "Choose the council that did it"},
    )
    since = MonthField("Since when?")
    since.help_text = "The month, then the year. A guess is fine."
    changed = few_lines("What did you change?", 600, "What was different at yours, and why.", **SLIM)
    advice = few_lines("What should the next one know?", 300, "As you would say it on the phone.", **SLIM)

    def __init__(self, data: Any, *, person: Any, said: Repetition | None = None) -> None:
        own: Council | None = said.council if said else person.council and person.council.successor()
        initial: dict[str, Any] = {"council": own}
        if said:
            initial |= {name: getattr(said, name) for name in ("outcome", "since", "changed", "advice")}
        super().__init__(data, initial=initial)
        current = Council.objects.current()
        if own:
            current = current | Council.objects.filter(pk=own.pk)
        self.fields["council"].queryset = current.distinct()  # type: ignore[attr-defined]
