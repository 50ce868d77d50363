"""The forms on which a story is begun, written and sent."""

from hashlib import blake2b
from itertools import groupby
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.db.models import Q
from django.utils.text import slugify

from community.models import CommunityPage, Council, Person
from hub import documents, uploads
from hub.forms import PictureField, RichField
from hub.pictures import ACCEPT, clean_picture
from hub.refusal import Refused
from practice import beginning
from practice.beginning import Beginning
from practice.forms.fields import FilesField, MonthField, TopicField, few_lines, line
from practice.forms.pictures import GalleryField, TitlesField, in_lines, order_of, titles_of
from practice.models import StoryPage, StoryPicture, Topic
from practice.questions import EXAMPLES, Question

MOST_TAGS = 12


class StartForm(forms.Form):
    """One field is enough to begin."""

    title = line(
        "What changed?",
        200,
        "As you would say it to a colleague. It becomes the title; you can change it as often as you like.",
        required=True,
        error_messages={"required": "Say in a few words what changed"},
    )
    community = forms.ModelChoiceField(
        CommunityPage.objects.none(),
        label="Where should it be told?",
        help_text="A facilitator of this community is its first reader.",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the community that it belongs to"},
    )

    def __init__(self, *args: Any, communities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]


class DocumentForm(StartForm):
    """A story that begins from a document. Its own title is taken where none is given."""

    document = forms.FileField(
        label="Your document",
        allow_empty_file=True,
        help_text="A Word document (.docx), Markdown or plain text, at most 20 MB. We take the text; pictures and the "
        "document itself stay with you.",
        widget=forms.FileInput(attrs={"class": "input", "accept": documents.ACCEPT}),
        error_messages={"required": "Choose the document that you want to begin from"},
    )
    field_order = ["document", "title", "community"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        title = self.fields["title"]
        title.required, title.label = False, "What changed?"
        title.help_text = "In a few words: it becomes the title. Leave it empty to take the title of the document."

    def clean_document(self) -> Beginning:
        """The text of the document, under our questions."""
        try:
            return beginning.read(self.cleaned_data["document"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, Any]:
        """Ask for a title where the document has none."""
        cleaned = super().clean() or {}
        begun = cleaned.get("document")
        if begun and not begun.title and not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", "The document has no title of its own. Say in a few words what changed")
        return cleaned


class WriteForm(forms.Form):
    """A whole story on one page. Nothing but the title is needed to save it."""

    title = line(
        "Title",
        200,
        "What changed, in the words that you would use to a colleague.",
        required=True,
        error_messages={"required": "Give it a title: what changed?"},
    )
    summary = few_lines("Summary", 280, "One or two sentences for somebody who reads nothing else.")
    worth_repeating = few_lines(
        "The part worth repeating",
        300,
        "What a colleague elsewhere should copy, in a sentence or two. It stands out wherever your story is shown.",
    )
    problem = RichField("What was wrong?", "What did residents or colleagues notice first, and where did it come from?")
    did = RichField("What did you do?", "Tell it as you would to a colleague on the train, in the order it happened.")
    happened = RichField("What happened?", "Also what did not work. If you have numbers, say how you counted.")
    learned = RichField("What did you learn?", "What would you do again, and what would you leave out?")
    took_people = line("People", 200, "For example: one officer, a day a week.")
    took_money = line("Money", 200, "For example: £4,000 for printing.")
    took_time = line("Time", 200, "For example: four months from idea to start.")
    council = forms.ModelChoiceField(
        Council.objects.none(),
        label="Which council did this happen in?",
        required=False,
        empty_label="Choose a council",
        widget=forms.Select(attrs={"class": "input"}),
    )
    practice_status = forms.ChoiceField(
        label="How does it stand today?",
        choices=[("", "Not said"), *StoryPage.Status.choices],
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )
    began_on = MonthField("When did it begin?")
    ended_on = MonthField("When did it end, if it has?")
    topics = TopicField()
    tags = line(
        "Other words to find it by", 800, "Separate them with commas. For example: food caddies, flats, caretakers."
    )
    credited = line("Others to thank by name", 300, "Colleagues who have no page here. Ask them first.")
    picture = PictureField(
        label="A lead picture",
        required=False,
        help_text="JPEG, PNG, WebP or GIF, at most 15 MB. Choose it, take it with your phone, or drop or paste it "
        "here. We take out where it was taken.",
    )
    picture_alt = line(
        "What the picture shows", 250, "For those who cannot see it: what is there, and what matters about it."
    )
    picture_caption = line("Words under it", 200, "What it tells a reader, such as where and when.")
    picture_credit = line("Who made it", 120, "Ask them first. For example: Bob Okafor, Brockhaven.")
    gallery = GalleryField()
    more_pictures = FilesField(
        label="Add pictures",
        help_text="Before and after, the sheet, the bin: they stand side by side below your story. Choose several at "
        "once; then say of each what it shows.",
        accept=ACCEPT,
    )
    titles = TitlesField()
    without_picture = forms.BooleanField(label="Take the picture out", required=False)
    file = FilesField(
        label="Add files",
        help_text=f"{uploads.KINDS}, each at most {uploads.MAX_BYTES // 1_000_000} MB. You can choose several at once. "
        "Readers can save them.",
        accept=uploads.ACCEPT,
    )
    file_title = line(
        "What the file is",
        160,
        "For example: The letter that we sent to tenants. Several are called by their own names.",
    )

    correction = few_lines(
        "What was corrected",
        300,
        "If readers were told something that was wrong, say what. It stands above your story, with its date. Leave it "
        "empty for a better word or a new figure.",
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, draft: StoryPage, by: Person, question: Question | None = None
    ) -> None:
        """With `question`, only the fields that answer it: all else of the draft stays as it is."""
        self.draft, self.by = draft, by
        # Of several that were given at once those that are in order are taken, also where others are refused.
        self.taken_pictures: list[ContentFile] = []
        self.taken_files: list[uploads.Upload] = []
        super().__init__(data, files, initial=initial_of(draft))
        self.fields["council"].queryset = Council.objects.filter(  # type: ignore[attr-defined]
            Q(replaced_by=None) | Q(pk=draft.council_id)
        )
        for name in list(self.fields):
            needless = name == "correction" and draft.first_published_at is None
            if needless or (question and name not in question.fields):
                del self.fields[name]
            else:
                self.fields[name].example = EXAMPLES.get(name, "")  # type: ignore[attr-defined]
        if "gallery" in self.fields:
            self.fields["gallery"].rows = list(draft.gallery.all())  # type: ignore[attr-defined]
            self.fields["titles"].titles = titles_of(draft)  # type: ignore[attr-defined]

    def show_gallery_of(self, saved: StoryPage) -> None:
        """Show the pictures that were saved, with those that were taken just now."""
        self.draft = saved
        self.cleaned_data.pop("gallery", None)

    @property
    def pictures(self) -> list[StoryPicture]:
        """The pictures of the gallery, with their words as they were typed."""
        rows: list[StoryPicture] = getattr(self, "cleaned_data", {}).get("gallery") or list(self.draft.gallery.all())
        return rows

    @property
    def order(self) -> str:
        """Their order, as the page sends it."""
        return order_of(self.pictures)

    @property
    def topic_groups(self) -> list[tuple[Topic, list[tuple[Topic, bool]]]]:
        """Every group with its topics, the group itself first, and whether each is ticked."""
        ticked = {str(pk) for pk in self["topics"].value() or []}
        topics = sorted(
            Topic.objects.select_related("parent"),
            key=lambda topic: ((topic.parent or topic).title, topic.parent_id is not None, topic.title),
        )
        return [
            (group, [(topic, str(topic.pk) in ticked) for topic in members])
            for group, members in groupby(topics, lambda topic: topic.parent or topic)
        ]

    def clean_tags(self) -> list[str]:
        """Words in lower case, each once."""
        tags = list(dict.fromkeys(" ".join(tag.lower().split()) for tag in self.cleaned_data["tags"].split(",")))
        tags = [tag for tag in tags if tag]
        if len(tags) > MOST_TAGS:
            raise forms.ValidationError(f"Give at most {MOST_TAGS} words. Topics say the rest.")
        for tag in tags:
            if len(tag) > 60:
                raise forms.ValidationError(f"“{tag[:30]}…” is too long for one of these. Put a comma between words.")
            if not slugify(tag, allow_unicode=True):
                raise forms.ValidationError(f"“{tag}” needs letters or digits, so that it can have an address.")
        return tags

    def clean_more_pictures(self) -> list[ContentFile]:
        """The pictures, each drawn again."""
        refused = []
        for file in self.cleaned_data["more_pictures"]:
            try:
                self.taken_pictures.append(clean_picture(file))
            except Refused as refusal:
                refused.append(forms.ValidationError(f"“{file.name}”: {refusal}"))
        if refused:
            raise forms.ValidationError(refused)
        return self.taken_pictures

    def clean_file(self) -> list[uploads.Upload]:
        """The files, each checked by its content."""
        given = self.cleaned_data["file"]
        refused = []
        for file in given:
            try:
                self.taken_files.append(uploads.clean_upload(file))
            except Refused as refusal:
                refused.append(f"“{file.name}”: {refusal}" if len(given) > 1 else str(refusal))
        if refused:
            raise forms.ValidationError([forms.ValidationError(sentence) for sentence in refused])
        return self.taken_files


class CheckForm(forms.Form):
    """A last look before a story is sent."""

    note = few_lines(
        "A word to your reader",
        600,
        "What you are unsure of, or what changed since they last read it. Only they see it.",
    )
    may_stay = forms.BooleanField(
        label="I have looked at these, and they may stay",
        error_messages={"required": "Say that what looks like personal data may stay, or take it out first"},
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        """`asks`: something that looks like personal data was found, and its author is asked about it."""
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["may_stay"]


def initial_of(draft: StoryPage) -> dict[str, Any]:
    """What the form shows of a draft."""
    values: dict[str, Any] = {name: getattr(draft, name) for name in SAVED if name not in ROWS}
    values["gallery"], values["titles"] = list(draft.gallery.all()), titles_of(draft)
    values["topics"] = draft.topics.all()
    values["tags"] = [tag.name for tag in draft.tags.all()]
    return {name: shown(name, value) for name, value in values.items()}


def shown(name: str, value: Any) -> Any:
    """A value as the form shows it: the same for what is stored and for what was sent."""
    if name == "council":
        return value.pk if value else None
    if name == "topics":
        return sorted(topic.pk for topic in value)
    if name == "tags":
        return ", ".join(sorted(value))
    if name == "gallery":
        return in_lines(value)
    if name == "titles":
        return "\n".join(value.values())
    return value


ROWS = {"topics", "tags", "gallery", "titles"}
SAVED = (
    "title",
    "summary",
    "worth_repeating",
    "problem",
    "did",
    "happened",
    "learned",
    "council",
    "practice_status",
    "began_on",
    "ended_on",
    "took_people",
    "took_money",
    "took_time",
    "topics",
    "tags",
    "credited",
    "picture_alt",
    "picture_caption",
    "picture_credit",
    "gallery",
    "titles",
    "correction",
)


def seen_of(draft: StoryPage) -> dict[str, str]:
    """A mark of each field as it stands, so that a later save can tell who changed which."""
    return {name: mark_of(value) for name, value in initial_of(draft).items()}


def mark_of(value: Any) -> str:
    """A short mark of a value of the form."""
    return blake2b(str("" if value is None else value).encode(), digest_size=6).hexdigest()
