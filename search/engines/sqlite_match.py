"""From words to the query language of FTS5. Everything that a person typed is put into quotation marks."""

from collections.abc import Sequence

from search.words import Clause, Term, Words


def ranked(words: Words, *, any_word: bool = False) -> str:
    """The expression whose matches are ranked: what is needed, or any of three and more words."""
    plain = [_clause(clause) for clause in words.clauses if not clause.exact]
    parts = [_clause(clause) for clause in words.exact]
    if plain:
        together = len(words.plain) <= 2 and not any_word
        parts.insert(0, "(" + (" AND " if together else " OR ").join(plain) + ")")
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
