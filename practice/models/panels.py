"""The fields of a story in the Wagtail admin. Its authors, files and dates are written on the website alone."""

from typing import Any

from django.forms import CheckboxSelectMultiple
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel

STORY_PANELS: list[Any] = [
    HelpPanel(
        "Here you mend what is written. It is sent, decided, published, withdrawn, moved and deleted on the website, "
        "where its authors are told.",
        heading="What is done where",
    ),
    FieldPanel("title"),
    FieldPanel("summary"),
    FieldPanel("worth_repeating"),
    FieldPanel("problem"),
    FieldPanel("did"),
    FieldPanel("happened"),
    FieldPanel("learned"),
    MultiFieldPanel(
        [FieldPanel("took_people"), FieldPanel("took_money"), FieldPanel("took_time")], heading="What it took"
    ),
    FieldPanel("practice_status"),
    FieldPanel("council"),
    FieldPanel("topics", widget=CheckboxSelectMultiple),
    FieldPanel("tags"),
    FieldPanel("picture"),
    FieldPanel("picture_alt"),
    FieldPanel("picture_caption"),
    FieldPanel("picture_credit"),
    FieldPanel("credited"),
]


class MendForm(WagtailAdminPageForm):
    """The form of a story in the admin. A draft may be kept before it has all that readers need."""

    def _post_clean(self) -> None:
        self.instance.may_be_incomplete = self.is_deferred_validation
        super()._post_clean()
