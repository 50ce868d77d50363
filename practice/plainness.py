"""What makes a text hard to read, pointed out quietly: long sentences, a high reading age, letters unexplained.

Measures by counting, on this server. A measure is a hint and no mark: nothing here stops a story.
"""

import re
from dataclasses import dataclass

# A sentence of more words than these loses its readers; below so many words a text is too short to measure.
LONG_SENTENCE = 30
ENOUGH_WORDS = 100
HARD_AGE = 15
MOST_SHOWN = 5
# What every officer reads without a thought.
_KNOWN = (
    "UK GB EU USA US BBC NHS GP MP HR IT ID PDF CSV FAQ TV CCTV GPS SMS OK AM PM VAT PIN QR USB URL DIY AGM CEO PC AI "
    "GDPR COVID LED LGBT SEND HGV MOT RSVP PPE NB RE"
)
KNOWN = set(_KNOWN.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]?\s+(?=[\"“‘(]?[A-Z0-9£])|\n+")
_NO_END = re.compile(r"\b(?:e\.g|i\.e|etc|Mr|Mrs|Ms|Dr|St|No|approx|vs)\.$")
_ACRONYM = re.compile(r"(?<![\w&.-])[A-Z][A-Z&]{0,4}[A-Z](?=s?(?![\w-]))")


@dataclass(frozen=True)
class Plainness:
    """What was found: each may be empty."""

    reading_age: int | None
    long_sentences: list[str]
    acronyms: list[str]

    def __bool__(self) -> bool:
        return bool(self.reading_age or self.long_sentences or self.acronyms)


def look_at(text: str) -> Plainness:
    """Read a text, a line for each block, and say what its author may like to look at again."""
    sentences = sentences_of(text)
    long = [sentence for sentence in sentences if len(_WORD.findall(sentence)) > LONG_SENTENCE]
    long.sort(key=lambda sentence: -len(_WORD.findall(sentence)))
    age = reading_age(sentences)
    return Plainness(
        reading_age=age if age is not None and age >= HARD_AGE else None,
        long_sentences=long[:MOST_SHOWN],
        acronyms=unexplained(text),
    )


def sentences_of(text: str) -> list[str]:
    """The sentences, also where a line ends without a full stop.

    >>> sentences_of("We met at 10 a.m. on a Tuesday. Nobody, e.g. Bob, came.")
    ['We met at 10 a.m. on a Tuesday.', 'Nobody, e.g. Bob, came.']
    """
    sentences: list[str] = []
    for piece in _SENTENCE_END.split(text):
        piece = " ".join((piece or "").split())
        if sentences and _NO_END.search(sentences[-1]):
            sentences[-1] += f" {piece}"
        elif piece:
            sentences.append(piece)
    return sentences


def reading_age(sentences: list[str]) -> int | None:
    """The age at which most people read such sentences (Flesch and Kincaid), or None where there are too few."""
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if len(words) < ENOUGH_WORDS:
        return None
    grade = 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return round(max(5.0, grade + 5))


def syllables(word: str) -> int:
    """About how many syllables an English word has.

    >>> [syllables(word) for word in ("bin", "council", "neighbourhood", "whole", "table")]
    [1, 2, 3, 1, 2]
    """
    word = word.lower()
    count = len(re.findall(r"[aeiouy]+", word))
    if re.search(r"[^aeiouyl]e(?:s|d)?$|[aeiou]le$", word) and not re.search(r"[td]ed$|[sxz]es$|[cs]hes$", word):
        count -= 1
    return max(1, count)


def unexplained(text: str) -> list[str]:
    """Words of capital letters that stand nowhere beside what they mean.

    >>> unexplained("The MRF (materials recovery facility) and the RCV. The NHS knows.")
    ['RCV']
    """
    found = dict.fromkeys(match[0] for match in _ACRONYM.finditer(text))
    return [word for word in found if word not in KNOWN and not _is_explained(word, text)][:12]


def _is_explained(word: str, text: str) -> bool:
    """In brackets after its words, or with its words in brackets behind it, or after "means" or "stands for"."""
    letters = re.escape(word)
    return bool(
        re.search(rf"\w[\w’'-]*\s+\({letters}s?[),;]", text)
        or re.search(rf"\b{letters}s?\s+\([^)]{{6,}}\)", text)
        or re.search(rf"\b{letters}s?,? (?:means|stands for|short for|is short)", text)
    )
