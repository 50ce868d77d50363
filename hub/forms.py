"""How every form of the site looks: one renderer, and what all forms share."""

import re
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

from hub import pictures
from hub.refusal import Refused
from hub.richtext import clean_html, editable

# Marks that turn the direction of all that follows, also of what others wrote after it. Letters bring their own.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
TEXT_LIKE = (forms.TextInput, forms.PasswordInput, forms.Textarea, forms.Select, forms.FileInput)


def one_line(text: str) -> str:
    """Words on one line, without double spaces and marks that turn what stands behind them.

    >>> one_line("  We asked\\n the \\u202ecaretakers ")
    'We asked the caretakers'
    """
    return " ".join(_TURNING.sub("", text).split())


class SiteBoundField(BoundField):
    """A field of a form as the look wants it, also in the forms of packages: no class needs to be named by hand."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Give controls that take text their class, and drop a placeholder, which vanishes when one begins to type."""
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)  # type: ignore[misc]
        if isinstance(widget, TEXT_LIKE) and "class" not in widget.attrs and "class" not in attrs:
            attrs["class"] = "input"
        if not type(self.form).__module__.startswith("wagtail."):
            attrs["placeholder"] = False
        return attrs


class Renderer(TemplatesSetting):
    """Renders a field as label, hint, error and control, tied together (templates/components/field.html)."""

    bound_field_class = SiteBoundField
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class PictureField(forms.FileField):
    """A picture that a person gives. The cleaned value is the picture drawn again, safe to store as it is."""

    widget = forms.FileInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs.update({"accept": pictures.ACCEPT, "class": "input"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check the content and draw it again."""
        given = super().clean(data, initial)
        if not given or given is initial:
            return given
        try:
            return pictures.clean_picture(given)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal), code="picture") from refusal


class RichText(forms.Textarea):
    """A text area that holds HTML, over which the page puts an editor. Without a script it takes plain text."""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 8, "data-rich": ""})

    def format_value(self, value: Any) -> str:
        """What was stored, a line for each block."""
        return editable(str(value or ""))


class RichField(forms.CharField):
    """A text with headings, lists and links, in the canonical form."""

    def __init__(self, label: str, help_text: str) -> None:
        super().__init__(label=label, help_text=help_text, required=False, widget=RichText(), strip=False)

    def clean(self, value: Any) -> str:
        """Make it safe."""
        try:
            return clean_html(super().clean(value) or "")
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
