"""What is written beside the pictures and files of a story that are there already, and the order of the pictures."""

import re
from typing import Any

from django import forms

from hub.forms import one_line
from practice.models import StoryPage, StoryPicture

WORDS = {"alt": 250, "caption": 200, "credit": 120}
LONGEST_TITLE = 160
ORDER = "gallery_order"
UP, DOWN = "up", "down"


class _Named(forms.Widget):
    """Many small controls, each named after what it belongs to. The page draws them."""

    pattern = re.compile("")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        """What came, by the end of the control's name."""
        return {
            match[1]: one_line(data[key].replace("\0", "")) for key in data if (match := self.pattern.fullmatch(key))
        }


class _GalleryWidget(_Named):
    pattern = re.compile(r"gallery-([0-9]{1,18}-(?:alt|caption|credit))")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        """What came, and the order of the pictures as it was on the page."""
        return {**super().value_from_datadict(data, files, name), ORDER: data.get(ORDER, "")}


class _TitlesWidget(_Named):
    pattern = re.compile(r"title-([A-Za-z0-9]{1,40})")


class GalleryField(forms.Field):
    """The words to each picture of the gallery, and their order. Pictures that were not on the page keep their words,
    and stand behind the others."""

    widget = _GalleryWidget
    rows: list[StoryPicture]

    def __init__(self) -> None:
        super().__init__(label="More pictures", required=False)
        self.rows = []

    def clean(self, value: Any) -> list[StoryPicture]:
        """The pictures of the draft, with the words that came, in the order that came."""
        rows = []
        order = (value or {}).get(ORDER, "").split(",")
        places = {number: place for place, number in enumerate(order)}
        for row in sorted(self.rows, key=lambda row: places.get(str(row.picture_id), len(order))):
            words = {name: (value or {}).get(f"{row.picture_id}-{name}", getattr(row, name)) for name in WORDS}
            for name, most in WORDS.items():
                if len(words[name]) > most:
                    raise forms.ValidationError(f"Shorten “{words[name][:30]}…” to {most} characters.")
            rows.append(StoryPicture(pk=row.pk, page_id=row.page_id, picture_id=row.picture_id, **words))
        return rows


class TitlesField(forms.Field):
    """What each attached file is, by its key."""

    widget = _TitlesWidget
    titles: dict[str, str]

    def __init__(self) -> None:
        super().__init__(label="What the files are", required=False)
        self.titles = {}

    def clean(self, value: Any) -> dict[str, str]:
        """The title of each file of the draft. One that was emptied stays as it was."""
        titles = {key: (value or {}).get(key) or title for key, title in self.titles.items()}
        if long := next((title for title in titles.values() if len(title) > LONGEST_TITLE), None):
            raise forms.ValidationError(f"Shorten “{long[:30]}…” to {LONGEST_TITLE} characters.")
        return titles


def titles_of(draft: StoryPage) -> dict[str, str]:
    """What the files of a draft are, by their keys."""
    return {attachment.key: attachment.title for attachment in draft.attachments.all()}


def order_of(rows: list[StoryPicture]) -> str:
    """The order of pictures, as a page sends it."""
    return ",".join(str(row.picture_id) for row in rows)


def moved(order: str, move: str) -> tuple[str, str]:
    """An order with one picture moved by one place, as its button says it (`12:up`), and the control on which whoever
    pressed it goes on."""
    numbers = order.split(",")
    number, _, way = move.partition(":")
    if number not in numbers or way not in {UP, DOWN}:
        return order, ""
    place = numbers.index(number)
    to = max(0, min(len(numbers) - 1, place + (-1 if way == UP else 1)))
    numbers.insert(to, numbers.pop(place))
    way = DOWN if to == 0 else UP if to == len(numbers) - 1 else way
    return ",".join(numbers), f"g-{number}-{way}"


def in_lines(rows: list[StoryPicture]) -> str:
    """The words to pictures, a picture a line: the same for what is stored and for what was sent."""
    return "\n".join(f"{row.picture_id}: {row.alt} | {row.caption} | {row.credit}" for row in rows)
