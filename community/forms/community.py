"""The forms of communities: what they say of themselves, who may see them, and how people come in."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from community.hosting import MOST_PROMISED_DAYS
from community.models import CommunityPage, CommunityPolicy, Invitation, Membership, Person
from hub.forms import RichField

Visibility, Joining = CommunityPolicy.Visibility, CommunityPolicy.Joining

# Far enough apart to be told from each other, and away from the accent of the site. In the order of the colour circle.
HUES = [
    (0, "Rose"),
    (65, "Amber"),
    (90, "Olive"),
    (120, "Moss"),
    (150, "Leaf"),
    (195, "Lagoon"),
    (235, "Sky"),
    (260, "Cornflower"),
    (285, "Violet"),
    (310, "Plum"),
    (335, "Orchid"),
]


def explained(name: str, meaning: str) -> SafeString:
    """A choice with what follows from it, in a line of its own."""
    return format_html('<strong>{}</strong><span class="how">{}</span>', name, meaning)


VISIBILITIES = [
    (
        Visibility.OPEN,
        explained("Open", "Anyone can read its stories, signed in or not. Search engines find them."),
    ),
    (
        Visibility.MEMBERS,
        explained(
            "Members only",
            "Anyone can find it, and read its front page and rules. Stories and members’ names are for members.",
        ),
    ),
    (
        Visibility.HIDDEN,
        explained("Hidden", "For anybody else it is not there: no page, no name, no story, no number."),
    ),
]
WAYS_IN = [
    (Joining.ANYONE, explained("Anyone can join", "One press, and they are members.")),
    (Joining.ASK, explained("People ask", "A facilitator reads each request and says yes or no.")),
    (Joining.INVITE, explained("By invitation", "Nobody can ask. Facilitators invite people or e-mail addresses.")),
]


class PurposeField(forms.CharField):
    """What a community is for, in one sentence."""

    def __init__(self) -> None:
        super().__init__(
            max_length=200,
            label="What its members do together",
            help_text="One sentence. It stands under the name, and in every list.",
            widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
            error_messages={"required": "Say in one sentence what its members do together"},
        )


class HueSelect(forms.RadioSelect):
    """Colours to choose from, each shown as a swatch in itself."""

    template_name = "components/hues.html"


class AboutForm(forms.Form):
    """What a community says of itself on its front page."""

    base_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    purpose = PurposeField()
    introduction = RichField("Introduction", "Who meets here, what to write about, where a newcomer begins.")
    ground_rules = forms.CharField(
        required=False,
        max_length=2000,
        label="Ground rules",
        help_text="One a line. Four or five are read; fifteen are not.",
        widget=forms.Textarea(attrs={"class": "input", "rows": 5}),
    )
    hue = forms.TypedChoiceField(coerce=int, label="Its colour", choices=HUES, widget=HueSelect)

    def __init__(self, *args: Any, community: CommunityPage, **options: Any) -> None:
        initial = {name: getattr(community, name) for name in ("purpose", "introduction", "ground_rules", "hue")}
        initial["base_revision"] = community.latest_revision_id
        super().__init__(*args, **{"initial": initial, **options})
        if community.hue not in dict(HUES):
            self.fields["hue"].choices = [(community.hue, "As it is"), *HUES]  # type: ignore[attr-defined]


class PolicyForm(forms.ModelForm):
    """Who may see a community, join it and publish in it. What a change would open is asked in a second step."""

    known = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = CommunityPolicy
        fields = ["visibility", "joining", "review_first", "promise_days"]
        widgets = {
            "visibility": forms.RadioSelect,
            "joining": forms.RadioSelect,
            "promise_days": forms.NumberInput(
                attrs={"class": "input short", "min": 1, "max": MOST_PROMISED_DAYS, "inputmode": "numeric"}
            ),
        }
        labels = {
            "visibility": "Who may see it",
            "joining": "How people become members",
            "review_first": "A facilitator reads each story before it is published",
            "promise_days": "We answer within so many working days",
        }
        help_texts = {
            "review_first": "Otherwise what a member sends is published at once. Stories that wait go on waiting.",
            "promise_days": "Shown to everybody who asks to join or sends a story.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["visibility"].choices = VISIBILITIES  # type: ignore[attr-defined]
        self.fields["joining"].choices = WAYS_IN  # type: ignore[attr-defined]
        self.fields["promise_days"].min_value = 1  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """Leave the row alone: the verb changes it."""


class FoundingForm(forms.Form):
    """A new community. What is not asked here is asked in its settings."""

    title = forms.CharField(
        max_length=120,
        label="Its name",
        help_text="What people say: Waste and recycling.",
        widget=forms.TextInput(attrs={"class": "input"}),
        error_messages={"required": "Give it a name"},
    )
    slug = forms.SlugField(
        max_length=80,
        required=False,
        label="Its address",
        help_text="Made from the name if you leave it empty. It never changes afterwards.",
        widget=forms.TextInput(attrs={"class": "input", "autocapitalize": "none", "spellcheck": "false"}),
    )
    purpose = PurposeField()
    facilitators = forms.CharField(
        required=False,
        label="Who facilitates it",
        help_text="E-mail addresses of people with an account, one a line. Left empty, it is you.",
        widget=forms.Textarea(attrs={"class": "input", "rows": 3, "autocapitalize": "none", "spellcheck": "false"}),
    )
    visibility = forms.ChoiceField(choices=VISIBILITIES, widget=forms.RadioSelect, label="Who may see it")
    joining = forms.ChoiceField(choices=WAYS_IN, widget=forms.RadioSelect, label="How people become members")
    hue = forms.TypedChoiceField(coerce=int, label="Its colour", choices=HUES, widget=HueSelect)

    def clean_slug(self) -> str:
        """The address: as given, or made from the name."""
        slug = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("title", ""))[:80]
        if not slug:
            raise forms.ValidationError("Give it an address, in letters, figures and hyphens")
        return slug

    def clean_facilitators(self) -> list[Person]:
        """The people with these addresses."""
        people: list[Person] = []
        for email in self.cleaned_data["facilitators"].split():
            person = Person.objects.filter(email__iexact=email.strip(",;"), is_active=True).first()
            if person is None:
                raise forms.ValidationError(f"Nobody has an account with the address {email}. Invite them afterwards.")
            people.append(person)
        return people


class AskForm(forms.ModelForm):
    """A request to join."""

    class Meta:
        model = Membership
        fields = ["message"]
        widgets = {"message": forms.Textarea(attrs={"class": "input", "rows": 5})}
        labels = {"message": "A word to the facilitators"}
        help_texts = {"message": "What you do, and what you hope to find. They see your page too."}


class ReasonForm(forms.Form):
    """Why somebody is refused or removed."""

    reason = forms.CharField(
        max_length=600,
        label="Why",
        help_text="The person reads this, and so do the other facilitators.",
        widget=forms.Textarea(attrs={"class": "input", "rows": 4}),
        error_messages={"required": "Say why, in a sentence that the person can read"},
    )


class InvitationForm(forms.ModelForm):
    """An invitation to an e-mail address."""

    class Meta:
        model = Invitation
        fields = ["email", "message"]
        widgets = {
            "email": forms.EmailInput(attrs={"class": "input", "autocomplete": "off"}),
            "message": forms.Textarea(attrs={"class": "input", "rows": 3}),
        }
        labels = {"email": "E-mail address", "message": "A word to them"}
        help_texts = {
            "email": "They need no account yet. We do not say whether an address has one.",
            "message": "",
        }
        error_messages = {"email": {"required": "Give an e-mail address, such as name@council.example"}}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].required = True

    def _post_clean(self) -> None:
        """Leave the rows alone: the verb knows which addresses are invited already."""
