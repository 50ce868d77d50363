"""Words on Elasticsearch: which was probably meant by a slip of the pen, what is like another, what begins so."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from elasticsearch.dsl.query import Bool, ConstantScore, Match, MoreLikeThis, Prefix, Query, Term

from search.engines import elastic_match as match
from search.engines.base import Candidate, Suggestion, to_html
from search.engines.elastic_index import key
from search.query import Query as Question
from search.words import SMALL_WORDS, words_in
from search.words import Term as Words

SHORTEST, LONGEST = 4, 24
# The first letter of a shorter word is hardly ever the slip: "zebra" is not "debra".
LONG = 6
# A word in so many documents is told from a more frequent one no further.
COMMON = 2000
MOST_NEAR = 30
# A document is like another by so many of its most telling words, and these are told by where they stand.
TELLING_WORDS = 12
TELLING = ["title", "summary", "worth", "topics", "tags"]

Send = Callable[[Mapping[str, Any]], Mapping[str, Any]]
SendAll = Callable[[Sequence[Mapping[str, Any]]], Sequence[Mapping[str, Any]]]


def corrected(query: Question, send: Send, send_all: SendAll) -> str | None:
    """What was typed with each word that is in nothing replaced by the one that was probably meant."""
    words = query.words.single_words
    unknown = [word for word, count in _counts(query, words, send_all, most=1).items() if not count]
    unknown = [word for word in unknown if SHORTEST <= len(word) <= LONGEST and word.isalpha()]
    if not unknown:
        return None
    typed = text = query.words.typed
    near = _near(unknown, send)
    for word in unknown:
        counts = _counts(query, near[word], send_all)
        meant = _best(counts, first=word[0])
        if not meant:
            meant = _best(_counts(query, [f"{word[:cut]} {word[cut:]}" for cut in range(3, len(word) - 2)], send_all))
        if meant:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", meant, text, flags=re.IGNORECASE)
    return text if text != typed else None


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


def _best(counts: Mapping[str, int], first: str = "") -> str | None:
    """What most documents have, before anything else what begins so."""
    there = (text for text, count in counts.items() if count)
    return max(there, key=lambda text: (text.startswith(first), counts[text]), default=None)


def _counts(query: Question, texts: Iterable[str], send_all: SendAll, *, most: int = COMMON) -> dict[str, int]:
    """How many documents that the asker may see have each of these words, counted up to a limit."""
    texts = list(dict.fromkeys(texts))
    if not texts:
        return {}
    bodies = [
        {
            "query": Bool(filter=[match.term(Words(tuple(text.split()))), *match.visible(query)]).to_dict(),
            "size": 0,
            "track_total_hits": most,
            "terminate_after": most,
        }
        for text in texts
    ]
    told = send_all(bodies)
    return {text: each["hits"]["total"]["value"] for text, each in zip(texts, told, strict=True)}


def _near(words: Sequence[str], send: Send) -> dict[str, list[str]]:
    """Words of the index within one edit. They may be of documents that the asker may not see: count before telling."""
    options = {
        "field": "words",
        "max_edits": 1,
        "prefix_length": 0,
        "min_word_length": SHORTEST,
        "suggest_mode": "always",
        "size": MOST_NEAR,
        "max_inspections": 20,
    }
    body = {"suggest": {str(number): {"text": word, "term": options} for number, word in enumerate(words)}, "size": 0}
    told = send(body)["suggest"]
    return {
        word: [
            other
            for entry in told[str(number)]
            for other in (option["text"] for option in entry["options"])
            if other.isalpha() and (other[0] == word[0] or min(len(word), len(other)) >= LONG)
        ]
        for number, word in enumerate(words)
    }
