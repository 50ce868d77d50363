"""How every form of the site looks: one renderer, and what all forms share."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Renders a field as label, hint, error and control, tied together (templates/components/field.html)."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
