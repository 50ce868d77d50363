"""The form on which the times of a story are chosen."""

from django import forms

from practice.forms.fields import MomentField


class PlanForm(forms.Form):
    """When it goes out, and when it is taken down."""

    goes_out_at = MomentField("When should it go out?", "Leave it empty to publish it as soon as it may be.")
    comes_down_at = MomentField(
        "When should it be taken down?", "Leave it empty to keep it. What is taken down can be published again."
    )
