"""The forms by which colleagues are asked to write a story."""

from django import forms

from practice.forms.fields import few_lines, line


class LetterForm(forms.Form):
    """To whoever has this address."""

    email = line(
        "Their e-mail address",
        254,
        "They get a letter that leads to your draft. They need an account to write, and can make one on the way.",
        required=True,
        error_messages={"required": "Give the address of whom you want to invite"},
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    message = few_lines("A word to them", 600, "What you hope they add, and by when.")
