"""From words to the query language of FTS5. Everything that a person typed is put into quotation marks."""

from collections.abc import Sequence
from itertools import pairwise

from search.words import Clause, Term, Words

# In a question of more words it is mostly chance which of them stand next to each other.
LONG_QUESTION = 3


def ranked(words: Words, *, any_word: bool = False) -> str:
    """The expression whose matches are ranked: what is needed, or any of three and more words."""
    plain = [_clause(clause) for clause in words.clauses if not clause.exact]
    parts = [_clause(clause) for clause in words.exact]
    if plain:
        together = len(words.plain) <= 2 and not any_word
        both = "(" + (" AND " if together else " OR ").join(plain) + ")"
        parts.insert(0, "(" + " OR ".join([both, *_neighbours(words)]) + ")")
    if any_word:
        return "(" + " OR ".join(parts) + ")" + _except(words)
    return "(" + " AND ".join(parts) + ")" + _except(words)


def two_of(words: Words) -> str:
    """The expression that holds the matches to at least two different words, when three or more were typed."""
    return _two_of([_clause(clause) for clause in words.plain]) if len(words.plain) > 2 else ""


def any_of(terms: Sequence[Term]) -> str:
    """The expression for any of these terms."""
    return " OR ".join(_term(term) for term in terms)


def one_word(word: str) -> str:
    """The expression for one word."""
    return _term(Term((word,)))


def _neighbours(words: Words) -> list[str]:
    """Each two words that were typed next to each other, as an expression of its own, unless it is a long question.

    It finds nothing more, but what has them next to each other too comes first. Words that most documents have weigh
    next to nothing alone ("open", "data"); together they are as rare as what they mean.
    """
    plain = [clause for clause in words.clauses if not clause.exact]
    if len(plain) > LONG_QUESTION:
        return []
    pairs = pairwise(plain)
    return [
        _term(Term(first.terms[0].words + second.terms[0].words))
        for first, second in dict.fromkeys(pairs)
        if first != second and len(first.terms) == len(second.terms) == 1
    ]


def _two_of(parts: list[str]) -> str:
    """Two in this half, two in that half, or one in each: grows with n log n instead of the square."""
    if len(parts) == 2:
        return f"({parts[0]} AND {parts[1]})"
    left, right = parts[: len(parts) // 2], parts[len(parts) // 2 :]
    halves = [_two_of(half) for half in (left, right) if len(half) > 1]
    return "(" + " OR ".join([*halves, f"(({' OR '.join(left)}) AND ({' OR '.join(right)}))"]) + ")"


def _except(words: Words) -> str:
    return f" NOT ({any_of(words.without)})" if words.without else ""


def _clause(clause: Clause) -> str:
    terms = any_of(clause.terms)
    return f"({terms})" if len(clause.terms) > 1 else terms


def _term(term: Term) -> str:
    return '"' + " ".join(term.words).replace('"', " ") + '"'
