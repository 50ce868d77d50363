"""What a person chooses about being told."""

from django import forms


class LettersForm(forms.Form):
    """Whether notices come by e-mail too."""

    letters = forms.ChoiceField(
        label="By e-mail",
        choices=[("each", "At once, for what needs you"), ("never", "Never: I look in here")],
        widget=forms.RadioSelect,
    )
