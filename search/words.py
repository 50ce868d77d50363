"""What was typed into the box, taken apart: words, "exact words", -without, OR.

Nothing that a person can type is an error here. What cannot be used is left out and said.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

from search.spelling import other_spellings

LONGEST_TEXT = 1000
MOST_CLAUSES = 30
# So many terms can be joined by OR.
MOST_TERMS = 20
LONGEST_WORD = 60
# "Exact words" are looked for in so many spellings.
MOST_SPELLINGS = 4

# Words that nearly every story has. They are passed over while there are others to go by.
_SMALL = """
    a about an and any are as at be been but by can could did do does for from get had has have how i if in into is it
    its me my no not of on or our should so some such than that the their them then there these they this to us was we
    were what when where which who why will with would you your
"""
SMALL_WORDS = frozenset(_SMALL.split())

# A filter that was typed with a value that nobody knows: `council:nowhere`. Its value alone is looked for.
_FILTER = re.compile(
    r'(?P<exact>-?"[^"]*")|(?<!\S)(?P<minus>-?)(?:council|tag|topic|community|region|nation|status|tier|year|kind):(?=["\w])',
    re.IGNORECASE,
)
# An apostrophe inside a word is part of it, a hyphen ties words together.
_TOKEN = re.compile(r'(?P<minus>-?)"(?P<exact>[^"]*)"|(?P<plain>[^\s"]+)')
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "’": "'", "‘": "'", "−": "-", "–": "-"})


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand next to each other, in this order. Mostly one word."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Clause:
    """Something that was asked for: one term, or any of several. An `exact` one was put into quotation marks.

    British and American spellings of a word stand beside it in `terms`.
    `other_terms` mean the same by curation: they fulfil the clause too, and weigh less.
    """

    terms: tuple[Term, ...]
    exact: bool = False
    other_terms: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Words:
    """What was typed. `clauses` in the order of typing, repeats kept: a word said twice weighs twice."""

    typed: str = ""
    clauses: tuple[Clause, ...] = ()
    without: tuple[Term, ...] = ()
    ignored: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.clauses or self.without)

    @cached_property
    def plain(self) -> tuple[Clause, ...]:
        """The clauses without quotation marks, each once."""
        return tuple(dict.fromkeys(clause for clause in self.clauses if not clause.exact))

    @cached_property
    def exact(self) -> tuple[Clause, ...]:
        """The clauses in quotation marks, each once. All of them are needed."""
        return tuple(dict.fromkeys(clause for clause in self.clauses if clause.exact))

    @property
    def needed(self) -> int:
        """How many of the plain clauses a document must have: both of two, at least two of more."""
        return min(len(self.plain), 2)

    @property
    def single_words(self) -> tuple[str, ...]:
        """Each plain word that was typed, for the search for slips. One that has others of its meaning is known."""
        typed = set(words_in(self.typed))
        clauses = (clause for clause in self.plain if not clause.other_terms)
        words = (term.words[0] for clause in clauses for term in clause.terms if len(term.words) == 1)
        return tuple(dict.fromkeys(word for word in words if word in typed))


def clean(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text that every database and page can hold: composed, without control characters, not endless."""
    text = unicodedata.normalize("NFC", text[: longest * 4].encode("utf-8", "ignore").decode())
    return "".join(" " if unicodedata.category(mark) in {"Cc", "Co", "Cn"} else mark for mark in text)[:longest].strip()


def unquoted(text: str) -> str:
    """Text with the quotation marks, apostrophes and hyphens of every country made the plain ones."""
    return text.translate(_QUOTES)


def words_in(text: str) -> list[str]:
    """The words of a text in lower case, as an engine would cut them. A possessive ending is not part of a word."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    return [word[:-2] if word.endswith("'s") else word for word in words]


def parse(text: str) -> Words:
    """Take apart what was typed."""
    typed = clean(text)
    ignored = [] if len(text.strip()) <= LONGEST_TEXT else [f"everything after the first {LONGEST_TEXT:,} characters"]
    clauses: list[Clause] = []
    without: list[Term] = []
    joining = False
    for minus, token, exact in _tokens(unquoted(typed)):
        if not exact and token in {"OR", "|", "||"}:
            joining = bool(clauses)
            continue
        if not exact and token == "AND":
            continue
        for clause in _clauses(token, exact=exact):
            if any(len(word) > LONGEST_WORD for term in clause.terms for word in term.words):
                ignored.append("a word that is too long")
            elif minus:
                without.extend(term for term in clause.terms if term not in without)
            elif joining:
                last = clauses.pop()
                terms = tuple(dict.fromkeys(last.terms + clause.terms))
                clauses.append(Clause(terms[:MOST_TERMS], exact=last.exact and clause.exact))
                if len(terms) > MOST_TERMS:
                    ignored.append(f"everything after {MOST_TERMS} words that are joined by OR")
            else:
                clauses.append(clause)
            joining = False
    if len(clauses) > MOST_CLAUSES or len(without) > MOST_CLAUSES:
        ignored.append(f"everything after the first {MOST_CLAUSES} words")
    clauses, without = _without_small_words(clauses)[:MOST_CLAUSES], without[:MOST_CLAUSES]
    return Words(typed, tuple(clauses), tuple(without), tuple(dict.fromkeys(ignored)))


def _tokens(text: str) -> Iterator[tuple[bool, str, bool]]:
    """Each piece of the text: whether it is excluded, its words, whether it is in quotation marks."""
    if text.count('"') % 2:
        head, _, tail = text.rpartition('"')
        text = f"{head} {tail}"
    text = _FILTER.sub(lambda found: found["exact"] or found["minus"] or "", text)
    for found in _TOKEN.finditer(text):
        plain = found["plain"]
        if plain is None:
            yield bool(found["minus"]), found["exact"], True
        elif plain != "-":
            yield plain.startswith("-"), plain.lstrip("-"), False


def _clauses(token: str, *, exact: bool) -> list[Clause]:
    words = tuple(words_in(token))
    if not words:
        return []
    if exact:
        return [Clause(spellings(words[:MOST_CLAUSES]), exact=True)]
    if len(words) > 1 and re.fullmatch(r"[^\W_]+(?:-[^\W_]+)+", token):
        # "anti-social" is found as "anti-social", "anti social" and "antisocial".
        return [Clause((*spellings(words), Term(("".join(words),))))]
    return [Clause(spellings((word,))) for word in words]


def spellings(words: tuple[str, ...]) -> tuple[Term, ...]:
    """The words as they were typed, then in the spellings of others."""
    each = ((word, *other_spellings(word)) for word in words)
    return tuple(Term(spelt) for spelt in islice(product(*each), MOST_SPELLINGS))


def _without_small_words(clauses: list[Clause]) -> list[Clause]:
    telling = [
        clause
        for clause in clauses
        if clause.exact or any(len(term.words) > 1 or term.words[0] not in SMALL_WORDS for term in clause.terms)
    ]
    return telling or clauses
