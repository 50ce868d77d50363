"""Slips of the pen: which word was probably meant. Both engines decide by this; each brings its words and counts."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from search.spelling import other_spellings
from search.words import SMALL_WORDS, Term, Words

SHORTEST, LONGEST = 4, 24
# The first letter of a shorter word is hardly ever the slip: "zebra" is not "debra", and no "ferret" is a "Perret".
LONG = 7
# In a word of so many letters two slips are likely enough. Those of an ending that both words have tell nothing: of
# "hoarding" and "holding", "hoard" and "hold" are left, two words and no slip.
TWO_SLIPS = 8
ENDINGS = ("ings", "ing", "ed", "es", "s")
# A word in so few documents may be a slip of theirs too, when another one is so many times as frequent.
RARE, TIMES = 2, 20
# Nobody looks for these: an "otter" is no slip of "other".
_NEVER_MEANT = """
    after also another because been before being both each either every just many more most much must never once only
    other others over same since still through under until upon very well while without
"""
NEVER_MEANT = SMALL_WORDS | frozenset(_NEVER_MEANT.split())
# So many words that may have been meant are tried beside the other words of the question.
MOST_TRIED = 5

# How many documents that the asker may see have all of these terms, counted up to some hundreds.
Count = Callable[[Sequence[Term]], int]
# How many of these have all of the terms in the name of a person: of who wrote it, or whose page it is.
Named = Callable[[Sequence[Term]], int]
# The words of documents that the asker may see, of other words too if need be, within so many slips of a word.
Near = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Index:
    """What an engine brings: its counts and words. `of_people` says that people are looked for, and nothing else."""

    count: Count
    named: Named
    near: Near
    of_people: bool = False

    def is_name(self, word: str, number: int) -> bool:
        """Whether a word that is in so many documents is somebody's name in most of them."""
        return 2 * self.named([Term((word,))]) >= number

    def is_named(self, word: str, known: Sequence[str]) -> bool:
        """Whether a word stands beside one of these in the name of a person."""
        return any(self.named([Term((word,)), Term((each,))]) for each in known)


def corrected(words: Words, index: Index) -> str | None:
    """What was probably meant, in words that can be searched for. Nothing when no word is doubtful.

    A word that is in nothing is replaced. One that is in next to nothing stays, and the frequent word that it is a slip
    of stands beside it: those who write documents slip too. The name of a person is meant only where people are looked
    for, or beside another part of that name: who looks for a "bakery" looks for no Mr Baker.
    """
    count = index.count
    singles = words.single_words
    counts = {word: max(count([Term((each,))]) for each in (word, *other_spellings(word))) for word in singles}
    known = [word for word in singles if counts[word]]
    text = words.typed
    for word in singles:
        if counts[word] == 0:
            meant = _meant(word, known, index) or _parted(word, count)
        elif counts[word] <= RARE and len(word) >= LONG:
            frequent = _meant(word, known, index, least=TIMES * counts[word])
            meant = f"{word} OR {frequent}" if frequent and not _same_beginning(word, frequent) else None
        else:
            meant = None
        if meant:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", meant, text, flags=re.IGNORECASE)
    return text if text != words.typed else None


def distance(word: str, other: str, most: int = 2) -> int:
    """How many letters are missing, added, changed, or swapped with a neighbour; `most` + 1 when more."""
    if abs(len(word) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        before, last, row = row, before, [i]
        for j, another in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == another:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _meant(word: str, known: Sequence[str], index: Index, *, least: int = 1) -> str | None:
    """The word that was probably meant: within one slip if there is any, and found beside the other words."""
    if not (SHORTEST <= len(word) <= LONGEST and word.isalpha()):
        return None
    count = index.count
    for slips in (1, 2) if len(word) >= TWO_SLIPS and least == 1 else (1,):
        counts = {
            other: number
            for other in index.near(word, slips)
            if (other[0] == word[0] or (slips == 1 and min(len(word), len(other)) >= LONG))
            and other not in NEVER_MEANT
            and (slips == 1 or _telling(word, other) >= TWO_SLIPS)
            and (number := count([Term((other,))])) >= least
            # Another first letter is believed only of a word that stands beside one of the others, if there are any.
            and (other[0] == word[0] or not known or any(count([Term((other,)), Term((each,))]) for each in known))
        }
        likely = sorted(counts, key=lambda other: (other[0] == word[0], counts[other]), reverse=True)[:MOST_TRIED]
        names = {other for other in likely if index.is_name(other, counts[other])}
        somebody = {other for other in names if index.is_named(other, known)}
        likely = [other for other in likely if index.of_people or other not in names or other in somebody]
        if len(likely) > 1 and known:
            return max(
                likely,
                key=lambda other: (
                    other[0] == word[0],
                    other in somebody,
                    _fits(other, counts[other], known, count),
                ),
            )
        if likely:
            return likely[0]
    return None


def _fits(other: str, number: int, known: Sequence[str], count: Count) -> float:
    beside = sum(math.log1p(count([Term((other,)), Term((each,))])) for each in known)
    return math.log1p(number) + 4 * beside


def _telling(word: str, other: str) -> int:
    """How many letters of a word tell which it is: all but those of an ending that the other has as well."""
    shared = next((ending for ending in ENDINGS if word.endswith(ending) and other.endswith(ending)), "")
    return len(word) - len(shared)


def _same_beginning(word: str, other: str) -> bool:
    """Whether only the ending differs: forms of one word, not a slip."""
    shorter = min(len(word), len(other)) - 2
    return word[:shorter] == other[:shorter]


def _parted(word: str, count: Count) -> str | None:
    """Two words that were written as one: "flytipping"."""
    if not (SHORTEST <= len(word) <= LONGEST and word.isalpha()):
        return None
    pairs = {pair: count([Term(pair)]) for cut in range(3, len(word) - 2) if (pair := (word[:cut], word[cut:]))}
    best = max(pairs, key=lambda pair: pairs[pair], default=None)
    return " ".join(best) if best and pairs[best] else None
