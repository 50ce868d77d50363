"""The form with which facilitators choose what their community is about."""

from typing import Any

from django import forms

from practice.models import Topic


class TopicChoices(forms.CheckboxSelectMultiple):
    """Topics to choose from, under the groups of the tree."""

    template_name = "components/topic_choices.html"


class TopicsForm(forms.Form):
    """Which topics a community is about."""

    topics = forms.TypedMultipleChoiceField(
        coerce=int, required=False, label="What stories here are about", widget=TopicChoices
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["topics"].choices = [  # type: ignore[attr-defined]
            (group.title, [(topic.pk, topic.title) for topic in (group, *group.children.all())])
            for group in Topic.objects.groups().prefetch_related("children")
        ]
