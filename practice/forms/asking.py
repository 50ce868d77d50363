"""The forms in which a colleague asks about a story, and its author answers."""

from django import forms

from practice.forms.fields import few_lines
from practice.models.question import MOST_ANSWERED, MOST_ASKED


class QuestionForm(forms.Form):
    """What somebody would like to know."""

    words = few_lines(
        "What would you like to know?",
        MOST_ASKED,
        "One thing at a time is answered soonest.",
        rows=5,
        **{"class": "input"},
    )
    words.required = True
    words.error_messages["required"] = "Say what you would like to know"


class AnswerForm(forms.Form):
    """What an author answers."""

    words = few_lines("Your answer", MOST_ANSWERED, "As you would say it on the phone.", rows=6, **{"class": "input"})
    words.required = True
    words.error_messages["required"] = "Write your answer first"
