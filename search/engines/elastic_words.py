"""Words on Elasticsearch: which was probably meant by a slip of the pen, what is like another, what begins so."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from elasticsearch.dsl.query import Bool, ConstantScore, MoreLikeThis, MultiMatch, Prefix, Query, Term, Terms

from search import slips
from search.documents import PERSON
from search.engines import elastic_match as match
from search.engines.base import Candidate, Suggestion, folded, to_html
from search.engines.elastic_index import key
from search.engines.naming import KINDS, marked, mixed, number_of
from search.query import Query as Question
from search.spelling import other_spellings
from search.words import SMALL_WORDS, Clause, words_in
from search.words import Term as Words
from search.words import Words as Typed

# A word in so many documents is told from a more frequent one no further.
COMMON = 2000
MOST_NEAR = 30
# Of so many words of one question it is asked what was meant.
MOST_DOUBTED = 5
# A document is like another by so many of its most telling words, and these are told by where they stand.
TELLING_WORDS = 12
TELLING = ["title", "summary", "worth", "topics", "tags"]

Send = Callable[[Mapping[str, Any]], Mapping[str, Any]]
SendAll = Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]]


def corrected(query: Question, send: Send, send_all: SendAll) -> str | None:
    """What was probably meant. What will be counted is counted together beforehand: each request takes its time."""
    counts: dict[tuple[Words, ...], int] = {}
    names: dict[tuple[Words, ...], int] = {}
    doubted: set[str] = set()

    def look_up(wanted: Iterable[tuple[Words, ...]]) -> None:
        new = [terms for terms in dict.fromkeys(wanted) if terms not in counts]
        bodies = [_counting(query, terms) for terms in new]
        told = send_all(bodies) if bodies else []
        counts.update((terms, each["hits"]["total"]["value"]) for terms, each in zip(new, told, strict=True))

    def count(terms: Sequence[Words]) -> int:
        look_up([tuple(terms)])
        return counts[tuple(terms)]

    def named(terms: Sequence[Words]) -> int:
        key = tuple(terms)
        if key not in names:
            (told,) = send_all([_naming_people(query, key)])
            names[key] = told["hits"]["total"]["value"]
        return names[key]

    def near(word: str, most: int) -> list[str]:
        pairs = [(Words((word[:cut], word[cut:])),) for cut in range(3, len(word) - 2)] if most == 1 else []
        doubted.add(word)
        if len(doubted) > MOST_DOUBTED:
            counts.update(dict.fromkeys(pairs, 0))
            return []
        found = _near(word, most, send)
        look_up([*((Words((other,)),) for other in found), *pairs])
        return found

    singles = query.words.single_words
    look_up((Words((each,)),) for word in singles for each in (word, *other_spellings(word)))
    return slips.corrected(query.words, slips.Index(count, named, near, of_people=query.kind == PERSON))


def similar(kind: str, id: int, query: Question, send: Send) -> list[Candidate]:
    """What has the most telling words of a document, if the asker may see that."""
    seen = match.visible(query)
    itself = Term(_id=key(kind, id))
    if not send({"query": Bool(filter=[*seen, itself]).to_dict(), "size": 0})["hits"]["total"]["value"]:
        return []
    this: Any = {"_id": key(kind, id)}
    like = MoreLikeThis(
        fields=TELLING,
        like=[this],
        min_term_freq=1,
        min_doc_freq=2,
        min_word_length=3,
        max_query_terms=TELLING_WORDS,
        minimum_should_match="1",
        stop_words=sorted(SMALL_WORDS),
    )
    body = {
        "query": Bool(must=[like], filter=[*seen, Term(kind=kind)], must_not=[itself]).to_dict(),
        "sort": ["_score", {"published": "desc"}, {"object": "desc"}],
        "size": query.size,
        "_source": ["kind", "object"],
    }
    rows = send(body)["hits"]["hits"]
    return [Candidate(row["_source"]["kind"], row["_source"]["object"], round(row["_score"], 6)) for row in rows]


def suggested(query: Question, size: int, send_all: SendAll) -> list[Suggestion]:
    """Visible things whose title or other name has words that begin with each of the typed ones."""
    words = [folded(word) for word in words_in(query.words.typed)]
    if not words:
        return []
    kinds = [number_of(query.kind)] if query.kind else list(range(len(KINDS) + 1))
    told = send_all([_naming(query, words, kind, size) for kind in kinds])
    found = {
        kind: [_suggestion(row["_source"], words) for row in each["hits"]["hits"]]
        for kind, each in zip(kinds, told, strict=True)
    }
    return mixed(found, size, one_kind=bool(query.kind))


def _naming(query: Question, words: Sequence[str], kind: int, size: int) -> dict[str, Any]:
    """What of one kind is called so: names that begin so first, then the newest."""
    called: list[Query] = [MultiMatch(query=word, fields=["title.begins", "names.begins"]) for word in words]
    of_kind = Term(kind=KINDS[kind]) if kind < len(KINDS) else Bool(must_not=[Terms(kind=list(KINDS))])
    first = ConstantScore(filter=Prefix("called", {"value": " ".join(words)}), boost=100)
    return {
        "query": Bool(filter=[*called, of_kind, *match.visible(query)], should=[first]).to_dict(),
        "sort": ["_score", {"published": "desc"}, {"object": "desc"}],
        "size": size,
        "track_total_hits": False,
        "_source": ["kind", "object", "title", "names", "url"],
    }


def _suggestion(held: Mapping[str, Any], words: Sequence[str]) -> Suggestion:
    title = held["title"]
    marks = to_html(marked(title, held.get("names", ()), words))
    return Suggestion(held["kind"], held["object"], title, held["url"], marks)


def _counting(query: Question, terms: Sequence[Words]) -> dict[str, Any]:
    """How many documents that the asker may see have all of these terms, counted up to a limit."""
    found = [match.term(each) for each in terms]
    return {
        "query": Bool(filter=[*found, *match.visible(query)]).to_dict(),
        "size": 0,
        "track_total_hits": COMMON,
        "terminate_after": COMMON,
    }


def _naming_people(query: Question, terms: Sequence[Words]) -> dict[str, Any]:
    """How many have all of these terms in the name of a person, counted up to a limit."""
    written: list[Query] = [match.within("people", Typed(clauses=(Clause((each,)),))) for each in terms]
    theirs: list[Query] = [match.within("title", Typed(clauses=(Clause((each,)),))) for each in terms]
    anybody = [Bool(filter=written), Bool(filter=[*theirs, Term(kind=PERSON)])]
    found = Bool(filter=match.visible(query), should=anybody, minimum_should_match=1)
    return {"query": found.to_dict(), "size": 0, "track_total_hits": COMMON}


def _near(word: str, most: int, send: Send) -> list[str]:
    """Words of the index within so many slips. Of documents that the asker may not see, too: they are counted next."""
    options = {
        "field": "words",
        "max_edits": most,
        "prefix_length": 0 if most == 1 else 1,
        "min_word_length": slips.SHORTEST,
        "suggest_mode": "always",
        "size": MOST_NEAR,
        "max_inspections": 20,
    }
    told = send({"suggest": {"near": {"text": word, "term": options}}, "size": 0})["suggest"]["near"]
    # What the server takes for several words, such as letters of several scripts, is no slip of one.
    words = told[0]["options"] if len(told) == 1 else []
    return [each["text"] for each in words if each["text"].isalpha()]
