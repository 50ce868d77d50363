"""The paragraphs of a story, found again by their words, and put into other words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from practice.aligning import Effort, align
from practice.blocks import Block, Word, blocks_of, words_of
from practice.comparing import in_lists, written
from practice.models import StoryPage
from practice.models.completeness import PARTS

LINES = ("title", "summary", "worth_repeating")
PASSAGES = (*LINES, *PARTS)
# How much of the words of a paragraph another one must share, to be what became of it.
AKIN = 0.4


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of one field. `key` names it in one version."""

    field: str
    number: int
    text: str

    @property
    def key(self) -> str:
        """What an address calls it."""
        return f"{self.field}-{self.number}"

    @property
    def label(self) -> str:
        """What its field is called."""
        return label_of(self.field)


def label_of(field: str) -> str:
    """What a field is called."""
    label = str(StoryPage._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def paragraphs_of(version: StoryPage) -> list[Paragraph]:
    """Every paragraph of a version that has words in it, in the order in which it is read."""
    found = [Paragraph(name, 1, text) for name in LINES if (text := squeezed(getattr(version, name)))]
    for part in PARTS:
        texts = [squeezed(block.text) for block in blocks_of(getattr(version, part))]
        found += [Paragraph(part, number, text) for number, text in enumerate(texts, start=1)]
    return found


def squeezed(text: str) -> str:
    """A text with single spaces, as it is compared."""
    return " ".join(text.split())


def find(paragraphs: Sequence[Paragraph], field: str, paragraph: str, passage: str) -> Paragraph | None:
    """The paragraph as it was; or else the only one of the field that still has these words."""
    here = [each for each in paragraphs if each.field == field]
    same = [each for each in here if each.text == squeezed(paragraph)]
    having = [each for each in here if squeezed(passage) in each.text]
    return same[0] if same else having[0] if len(having) == 1 else None


def nearest(paragraphs: Sequence[Paragraph], field: str, paragraph: str) -> Paragraph | None:
    """What has probably become of a paragraph that is not found any more."""
    wanted = Counter(word.text for word in words_of(paragraph))
    best, most = None, AKIN
    for each in paragraphs:
        if each.field == field:
            words = Counter(word.text for word in words_of(each.text))
            share = 2 * (words & wanted).total() / max(1, words.total() + wanted.total())
            if share >= most:
                best, most = each, share
    return best


def in_other_words(version: StoryPage, field: str, paragraph: str, suggested: str) -> str | None:
    """The value of a field with this paragraph as it was suggested, or nothing where the paragraph has changed.

    Words that stay keep their formatting and their links.
    """
    value: str = getattr(version, field)
    if field in LINES:
        return squeezed(suggested) if squeezed(value) == squeezed(paragraph) else None
    blocks = blocks_of(value)
    place = next((i for i, block in enumerate(blocks) if squeezed(block.text) == squeezed(paragraph)), None)
    if place is None:
        return None
    blocks[place] = _rewritten(blocks[place], words_of(squeezed(suggested)))
    return str(in_lists([(block, written(block.words)) for block in blocks]))


def _rewritten(block: Block, words: Sequence[Word]) -> Block:
    pairs = align([word.key for word in block.words], [word.key for word in words], Effort())
    return replace(block, words=tuple(block.words[i] if i is not None else words[j] for i, j in pairs if j is not None))
