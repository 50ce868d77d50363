"""From words to the query language of FTS5. Everything that a person typed is put into quotation marks."""

from collections.abc import Sequence
from itertools import islice, pairwise, product

from search.words import MOST_SPELLINGS, Clause, Term, Words

# In a question of more words it is mostly chance which of them stand next to each other.
LONG_QUESTION = 3


def ranked(words: Words, *, any_word: bool = False) -> str:
    """The expression whose matches are ranked: what is needed, or any of three and more words."""
    twice = any(clause.other_terms for clause in words.clauses)
    plain = [_clause(clause, twice=twice) for clause in words.clauses if not clause.exact]
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


def all_of(terms: Sequence[Term]) -> str:
    """The expression for all of these terms."""
    return " AND ".join(_term(term) for term in terms)


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
        _term(Term(one.words + other.words))
        for first, second in dict.fromkeys(pairs)
        if first != second
        for one, other in islice(product(first.terms, second.terms), MOST_SPELLINGS)
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


def _clause(clause: Clause, *, twice: bool = False) -> str:
    """Any term of the clause. FTS5 adds up what each term weighs: said `twice`, those that were typed weigh more."""
    terms = (*clause.terms, *clause.terms, *clause.other_terms) if twice else (*clause.terms, *clause.other_terms)
    return f"({any_of(terms)})" if len(terms) > 1 else any_of(terms)


def _term(term: Term) -> str:
    return '"' + " ".join(term.words).replace('"', " ") + '"'
