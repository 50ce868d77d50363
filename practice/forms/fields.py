"""The fields that a story is written in."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator

from hub.forms import one_line
from practice.models import Topic

MONTHS = [
    *((1, "January"), (2, "February"), (3, "March"), (4, "April"), (5, "May"), (6, "June"), (7, "July")),
    *((8, "August"), (9, "September"), (10, "October"), (11, "November"), (12, "December")),
]


class Line(forms.CharField):
    """Text without formatting. Line breaks and double spaces, which pasting brings along, become single spaces.

    `most` is the number of characters that the page counts down from, if it does.
    """

    most = 0

    def __init__(self, *, max_length: int, label: str, **options: Any) -> None:
        super().__init__(max_length=max_length, label=label, **options)
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = f"“{label}”: shorten it to {max_length} characters. It has %(show_value)d."  # type: ignore[assignment]

    def to_python(self, value: Any) -> str:
        """One line."""
        return one_line(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave out the browser's own limit, which would cut off a pasted text without a word."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


def line(label: str, most: int, help_text: str = "", **options: Any) -> Line:
    """A field of one line that need not be filled."""
    widget = forms.TextInput(attrs={"class": "input", "autocomplete": "off"})
    return Line(label=label, max_length=most, help_text=help_text, **{"required": False, "widget": widget, **options})


def few_lines(label: str, most: int, help_text: str, **attrs: Any) -> Line:
    """A field of a sentence or two."""
    widget = forms.Textarea(attrs={"rows": 3, "class": "slim", "data-most": most, **attrs})
    field = line(label, most, help_text, widget=widget)
    field.most = most
    return field


class MonthWidget(forms.MultiWidget):
    """A month, and the year beside it."""

    use_fieldset = True
    template_name = "practice/month.html"

    def __init__(self) -> None:
        year = {"class": "input short", "inputmode": "numeric", "size": 4, "maxlength": 4, "aria-label": "Year"}
        super().__init__(
            {
                "month": forms.Select(
                    attrs={"class": "input short", "aria-label": "Month"}, choices=[("", "Month"), *MONTHS]
                ),
                "year": forms.TextInput(attrs={**year, "placeholder": "Year", "autocomplete": "off"}),
            }
        )

    def decompress(self, value: Any) -> list[Any]:
        """The parts of a date."""
        return [value.month, value.year] if value else [None, None]


class MonthField(forms.MultiValueField):
    """The first day of a month, or nothing."""

    widget = MonthWidget

    def __init__(self, label: str) -> None:
        fields = (
            forms.TypedChoiceField(choices=[("", ""), *MONTHS], coerce=int, required=False, empty_value=None),
            forms.CharField(required=False),
        )
        super().__init__(fields, label=label, required=False, require_all_fields=False)

    def compress(self, data_list: list[Any]) -> date | None:
        """A date, if both are there."""
        month, year = data_list or (None, None)
        if not month and not year:
            return None
        if not month or not year:
            raise forms.ValidationError("Give the month and the year, or neither. A guess is fine.")
        if not (year.isascii() and year.isdigit() and len(year) == 4 and 1900 <= int(year) <= 2100):
            raise forms.ValidationError("Give the year in four digits, such as 2024.")
        return date(int(year), month, 1)


class MomentWidget(forms.SplitDateTimeWidget):
    """A day, and a time of day beside it, each with the control that the browser has for it."""

    use_fieldset = True
    template_name = "practice/month.html"

    def __init__(self) -> None:
        own = {"class": "input short", "autocomplete": "off"}
        super().__init__(
            date_attrs={**own, "type": "date", "aria-label": "Day"},
            time_attrs={**own, "type": "time", "aria-label": "Time"},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        )


class MomentField(forms.SplitDateTimeField):
    """A day and a time here, or nothing."""

    def __init__(self, label: str, help_text: str) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            require_all_fields=False,
            widget=MomentWidget(),
            error_messages={
                "incomplete": "Give the day and the time, or neither.",
                "invalid_date": "Give the day as in 2027-01-31.",
                "invalid_time": "Give the time as in 09:30.",
            },
        )

    def compress(self, data_list: Any) -> datetime | None:
        """A moment, if both are there and the clocks do not change then."""
        if not data_list or not any(data_list):
            return None
        if not all(data_list):
            raise forms.ValidationError("Give the day and the time, or neither.")
        try:
            moment: datetime | None = super().compress(data_list)
        except forms.ValidationError as error:
            raise forms.ValidationError("The clocks change at that time. Choose an hour earlier or later.") from error
        return moment


class TopicField(forms.ModelMultipleChoiceField):
    """Topics, grouped under the first level of the tree."""

    def __init__(self) -> None:
        super().__init__(
            Topic.objects.select_related("parent"),
            label="Topics",
            help_text="Tick what it is about. One or two are enough. The first that you tick stands for your story.",
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )


class FilesInput(forms.FileInput):
    """A control from which several files can be chosen at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list."""

    def __init__(self, *, label: str, help_text: str, accept: str) -> None:
        widget = FilesInput(attrs={"class": "input", "accept": accept})
        super().__init__(label=label, required=False, allow_empty_file=True, help_text=help_text, widget=widget)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each file by itself."""
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(file) for file in given if file]
