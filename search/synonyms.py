"""Other words that mean the same by curation. They are added to the question, so that a change is live at once.

Three sources: words of the trade (`meanings.txt`), the other words on topics, and those that facilitators add. They are
read again whenever anything on the site has changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path

from django.db.models import Prefetch

from hub import pagecache
from practice.models import Topic
from search.models import OtherWord
from search.words import SMALL_WORDS, Clause, Term, Words, spellings, words_in

# A clause gets so many others, all clauses together so many, and so many words in a row are looked up together.
MOST_OTHERS, MOST_IN_ALL = 8, 40
LONGEST = 5

Key = tuple[str, ...]
Meanings = dict[Key, dict[Term, None]]

_kept: tuple[int | None, Meanings] | None = None


def expanded(words: Words) -> Words:
    """The words with what means the same, as `Clause.other_terms`. What stands in quotation marks stays as it is.

    Several words in a row that mean the same as something else together ("plain English") each get it: what has it,
    has all of them.
    """
    if not words.plain:
        return words
    meanings = _meanings()
    clauses = list(words.clauses)
    others: list[dict[Term, None]] = [{} for _ in clauses]
    for run in _runs(clauses):
        typed = [_key(clauses[place].terms[0].words) for place in run]
        start = 0
        while start < len(run):
            length = next(
                (n for n in range(min(LONGEST, len(run) - start), 0, -1) if _said(typed, start, n) in meanings), 0
            )
            for place in run[start : start + length]:
                others[place].update(meanings[_said(typed, start, length)])
            start += length or 1
    most = min(MOST_OTHERS, MOST_IN_ALL // len(clauses))
    found = [
        replace(clause, other_terms=tuple(islice((term for term in more if term not in clause.terms), most)))
        if more
        else clause
        for clause, more in zip(clauses, others, strict=True)
    ]
    return replace(words, clauses=tuple(found))


def _runs(clauses: Sequence[Clause]) -> Iterator[list[int]]:
    """The places of plain clauses that follow each other."""
    run: list[int] = []
    for place, clause in enumerate(clauses):
        if clause.exact:
            yield run
            run = []
        else:
            run.append(place)
    yield run


def _said(typed: Sequence[Key], start: int, length: int) -> Key:
    return tuple(word for each in typed[start : start + length] for word in each)


def _key(words: Iterable[str]) -> Key:
    """Words as they are looked up: without small ones and without the ending of the plural."""
    words = tuple(words)
    telling = tuple(word for word in words if word not in SMALL_WORDS) or words
    return tuple(word[:-1] if len(word) > 3 and word[-1] == "s" != word[-2] else word for word in telling)


def _meanings() -> Meanings:
    """What means the same as each word or words, kept until anything changes."""
    global _kept
    version = pagecache.version()
    if _kept is None or version is None or _kept[0] != version:
        _kept = version, _read()
    return _kept[1]


def _read() -> Meanings:
    meanings: Meanings = {}
    for topic in Topic.objects.prefetch_related(Prefetch("curated_words", OtherWord.objects.in_use())):
        title = topic.title
        for other in [*topic.other_word_list(), *(each.words for each in topic.curated_words.all())]:
            _add(meanings, other, title)
            if topic.parent_id:  # a group is too wide to mean each of its other words
                _add(meanings, title, other)
    for line in _of_the_trade():
        for one in line:
            for other in line:
                _add(meanings, one, other)
    return meanings


def _add(meanings: Meanings, one: str, other: str) -> None:
    key, words = _key(words_in(one)), tuple(words_in(other))
    if key and words and key != _key(words):
        meanings.setdefault(key, {}).update(dict.fromkeys(spellings(words)))


@cache
def _of_the_trade() -> tuple[tuple[str, ...], ...]:
    lines = (Path(__file__).parent / "meanings.txt").read_text(encoding="utf-8").splitlines()
    return tuple(
        tuple(words.strip() for words in line.split(",")) for line in lines if line.strip() and not line.startswith("#")
    )
