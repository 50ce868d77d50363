"""How every form of the site looks: one renderer, and what all forms share."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

from hub import pictures
from hub.refusal import Refused


class Renderer(TemplatesSetting):
    """Renders a field as label, hint, error and control, tied together (templates/components/field.html)."""

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
