"""Words on Elasticsearch: which was probably meant by a slip of the pen, what is like another, what begins so."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from elasticsearch.dsl.query import Bool, ConstantScore, Match, MoreLikeThis, Prefix, Query, Term

from search import slips
from search.engines import elastic_match as match
from search.engines.base import Candidate, Suggestion, to_html
from search.engines.elastic_index import key
from search.query import Query as Question
from search.spelling import other_spellings
from search.words import SMALL_WORDS, words_in
from search.words import Term as Words

# A word in so many documents is told from a more frequent one no further.
COMMON = 2000
MOST_NEAR = 30
# A document is like another by so many of its most telling words, and these are told by where they stand.
TELLING_WORDS = 12
TELLING = ["title", "summary", "worth", "topics", "tags"]

Send = Callable[[Mapping[str, Any]], Mapping[str, Any]]
SendAll = Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]]


def corrected(query: Question, send: Send, send_all: SendAll) -> str | None:
    """What was probably meant. What will be counted is counted together beforehand: each request takes its time."""
    counts: dict[tuple[Words, ...], int] = {}

    def look_up(wanted: Iterable[tuple[Words, ...]]) -> None:
        new = [terms for terms in dict.fromkeys(wanted) if terms not in counts]
        bodies = [_counting(query, terms) for terms in new]
        told = send_all(bodies) if bodies else []
        counts.update((terms, each["hits"]["total"]["value"]) for terms, each in zip(new, told, strict=True))

    def count(terms: Sequence[Words]) -> int:
        look_up([tuple(terms)])
        return counts[tuple(terms)]

    def near(word: str, most: int) -> list[str]:
        found = _near(word, most, send)
        pairs = [(Words((word[:cut], word[cut:])),) for cut in range(3, len(word) - 2)] if most == 1 else []
        look_up([*((Words((other,)),) for other in found), *pairs])
        return found

    singles = query.words.single_words
    look_up((Words((each,)),) for word in singles for each in (word, *other_spellings(word)))
    return slips.corrected(query.words, count=count, near=near)


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


def suggested(query: Question, size: int, send: Send) -> list[Suggestion]:
    """Visible things whose title or other name has words that begin with each of the typed ones."""
    words = words_in(query.words.typed)
    if not words:
        return []
    begin = [
        Bool(should=[Match("title.begins", {"query": word}), Match("names.begins", {"query": word})]) for word in words
    ]
    whole = " ".join(words)
    first: list[Query] = [
        ConstantScore(filter=Prefix(f"{name}.whole", {"value": whole}), boost=100) for name in ("title", "names")
    ]
    body = {
        "query": Bool(
            filter=[*begin, *match.visible(query), *([Term(kind=query.kind)] if query.kind else [])], should=first
        ).to_dict(),
        "sort": ["_score", {"published": "desc"}, {"object": "desc"}],
        "size": size,
        "_source": ["kind", "object", "title", "url"],
    }
    rows = [row["_source"] for row in send(body)["hits"]["hits"]]
    return [Suggestion(row["kind"], row["object"], row["title"], row["url"], to_html(row["title"])) for row in rows]


def _counting(query: Question, terms: Sequence[Words]) -> dict[str, Any]:
    """How many documents that the asker may see have all of these terms, counted up to a limit."""
    found = [match.term(each) for each in terms]
    return {
        "query": Bool(filter=[*found, *match.visible(query)]).to_dict(),
        "size": 0,
        "track_total_hits": COMMON,
        "terminate_after": COMMON,
    }


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
    (told,) = send({"suggest": {"near": {"text": word, "term": options}}, "size": 0})["suggest"]["near"]
    return [option["text"] for option in told["options"] if option["text"].isalpha()]
