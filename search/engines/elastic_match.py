"""From words to the query language of Elasticsearch. What a person typed is only ever text in it."""

from collections.abc import Sequence
from itertools import islice, pairwise, product

from elasticsearch.dsl.query import Bool, MatchAll, MatchPhrase, MultiMatch, Query, Terms
from elasticsearch.dsl.query import Term as Exactly

from search.engines.elastic_index import WEIGHTS
from search.query import Query as Question
from search.words import MOST_SPELLINGS, Clause, Term, Words

FIELDS = [f"{field}^{weight}" for field, weight in WEIGHTS.items()]
# What a word counts in the places where it weighs less than in another.
ELSEWHERE = 0.3
# In a question of more words it is mostly chance which of them stand next to each other.
LONG_QUESTION = 3
# Words that stand together as typed weigh so much more than each of them; what means the same weighs less.
TOGETHER, SAME = 2.0, 0.5


def ranked(words: Words, *, any_word: bool = False) -> Query:
    """The query whose matches are ranked: what is needed, or any of it."""
    if not words.clauses:
        return Bool(must=[MatchAll()], must_not=without(words))
    plain = [clause(each, times=words.clauses.count(each)) for each in words.plain]
    exact = [clause(each) for each in words.exact]
    if any_word:
        needed: list[Query] = [Bool(should=[*plain, *exact], minimum_should_match=1)]
    else:
        needed = exact
        if plain:
            needed = [Bool(should=plain, minimum_should_match=words.needed), *exact]
    return Bool(must=needed, should=_neighbours(words), must_not=without(words))


def without(words: Words) -> list[Query]:
    """What must not be in it."""
    return [term(each) for each in words.without]


def any_of(terms: Sequence[Term]) -> Query:
    """Any of these terms."""
    return Bool(should=[term(each) for each in terms], minimum_should_match=1)


def clause(clause: Clause, *, times: int = 1) -> Query:
    """One thing that was asked for. A word that is said twice weighs twice."""
    terms = [term(each, boost=float(times)) for each in clause.terms]
    terms += [term(each, boost=SAME * times) for each in clause.other_terms]
    return terms[0] if len(terms) == 1 else Bool(should=terms, minimum_should_match=1)


def term(term: Term, *, boost: float = 1.0) -> Query:
    """One word anywhere, or several next to each other in one field."""
    text = " ".join(term.words)
    one = len(term.words) == 1 and "'" not in text
    return MultiMatch(
        query=text, type="cross_fields" if one else "phrase", fields=FIELDS, tie_breaker=ELSEWHERE, boost=boost
    )


def within(field: str, words: Words) -> Query:
    """Any of the words in one field, to mark them there."""
    terms = [term for each in words.clauses for term in (*each.terms, *each.other_terms)]
    found: list[Query] = [MatchPhrase(field, {"query": " ".join(each.words)}) for each in dict.fromkeys(terms)]
    return Bool(should=found)


def visible(query: Question) -> list[Query]:
    """What the asker may see, as filters."""
    seen: list[Query] = [Exactly(live=True), Terms(audience=sorted(query.audiences))]
    if query.closed:
        seen.append(Bool(must_not=[Terms(community_id=[str(each) for each in sorted(query.closed)])]))
    return seen


def chosen(query: Question, *, but: str = "") -> list[Query]:
    """The filters that were chosen, all or all but one facet's. `kind` is one of them."""
    filters: list[Query] = [
        Terms(f"value.{facet}", list(values)) for facet, values in query.filters.items() if facet != but
    ]
    if query.kind and but != "kind":
        filters.append(Exactly(kind=query.kind))
    return filters


def _neighbours(words: Words) -> list[Query]:
    """Each two words that were typed next to each other: what has them so comes first, unless it is a long question."""
    plain = [each for each in words.clauses if not each.exact]
    if len(plain) > LONG_QUESTION:
        return []
    return [
        term(Term(one.words + other.words), boost=TOGETHER)
        for first, second in dict.fromkeys(pairwise(plain))
        if first != second
        for one, other in islice(product(first.terms, second.terms), MOST_SPELLINGS)
    ]
