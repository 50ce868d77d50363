"""One question to Elasticsearch: how it is put, and how the answer is read.

Words and visibility are the query; what was chosen is a filter behind it, so that each facet can be counted with all
other choices in the same request.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from elasticsearch.dsl import A
from elasticsearch.dsl.aggs import Agg
from elasticsearch.dsl.query import Bool, ConstantScore, Ids, MatchAll, Query, Term

from search.documents import FACETS
from search.engines import elastic_match as match
from search.engines.base import (
    CANDIDATES,
    MARK,
    MOST_FACET_VALUES,
    UNMARK,
    Answer,
    Candidate,
    FacetValue,
    Hit,
    Second,
    to_html,
    unmarked,
)
from search.engines.elastic_index import CUT, SEPARATOR, UNIT, key
from search.query import FROM_MY_COUNCIL, Sort
from search.query import Query as Question

# The server answers no hits behind this one; everything is counted all the same.
LAST_HIT = 10_000
SNIPPET_CHARACTERS = 220
# A place in the order of councils is worth more than any score, and is still told apart from the next one.
PLACE = 512.0
CARD = ["kind", "object", "url", "source", "title", "summary", "worth", "edges"]
# What is shown whole, and what has a name in each line.
WHOLE, LABELLED = ("title", "summary", "worth"), ("names", "topics", "tags", "people", "place")
IN_TIME = [{"published": "desc"}, {"object": "desc"}, {"kind": "desc"}]
_MARKED = re.compile(f"{MARK}(.*?){UNMARK}", re.DOTALL)

# Sends one request and answers its body.
Send = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Search:
    """One question."""

    def __init__(self, query: Question) -> None:
        self.query = query
        self.words = match.ranked(query.words, any_word=query.any_word)
        self.by_score = bool(query.words.clauses) and query.sort is Sort.BEST
        self.by_place = query.sort in FROM_MY_COUNCIL

    def answer(self, send: Send, second: Second | None) -> Answer:
        """Hits, counts and facets of one request, or of two where hits are put into another order or nothing typed."""
        start, size = self.query.start, self.query.size
        if second and self.by_score and start < CANDIDATES:
            said = send(self._body(0, max(CANDIDATES, start + size), named=True))
            rows = self._reordered(said, second, send)
        elif self.query.words.clauses:
            said = send(self._body(start, size))
            rows = said["hits"]["hits"]
        else:
            # What is counted without words is the same for all who see alike: without hits, the server remembers it.
            said = send(self._body(0, 0))
            rows = send({**self._body(start, size), "aggs": {}, "track_total_hits": False})["hits"]["hits"]
        counts = said.get("aggregations", {})
        return Answer(
            said["hits"]["total"]["value"],
            tuple(self._hit(row) for row in rows),
            self._facets(counts, send),
            {each["key"]: each["doc_count"] for each in counts["kinds"]["of"]["buckets"]},
            {
                each["key"]: tuple(self._hit(row) for row in each["first"]["hits"]["hits"])
                for each in counts.get("others", {}).get("of", {}).get("buckets", ())
            },
        )

    def _body(self, start: int, size: int, *, named: bool = False) -> dict[str, Any]:
        """The request for the hits of a page, or for no more than the names of many."""
        body: dict[str, Any] = {
            "query": self._scored().to_dict(),
            "post_filter": Bool(filter=match.chosen(self.query)).to_dict(),
            "aggs": {name: agg.to_dict() for name, agg in self._counts()},
            "sort": self._order(),
            "from": min(start, LAST_HIT),
            "size": max(0, min(size, LAST_HIT - start)),
            "track_total_hits": True,
            **({"stored_fields": "_none_"} if named else {"_source": CARD}),
        }
        if not named and (marks := self._marks()):
            body["highlight"] = marks
        return body

    def _scored(self) -> Query:
        """Everything visible with the words, whatever was chosen."""
        if not (self.by_score or self.by_place):
            return Bool(filter=[self.words, *match.visible(self.query)])
        if not self.by_place:
            return Bool(must=[self.words], filter=match.visible(self.query))
        last = len(self.query.councils)
        places: list[Query] = [
            ConstantScore(filter=Term("value.council", {"value": council}), boost=PLACE * (last - place))
            for place, council in enumerate(self.query.councils)
        ]
        return Bool(must=[self.words], should=places, filter=match.visible(self.query))

    def _order(self) -> list[Any]:
        if self.by_score or self.by_place:
            return ["_score", *IN_TIME]
        return [{"repeated": "desc"}, *IN_TIME] if self.query.sort is Sort.REPEATED else IN_TIME

    def _marks(self) -> dict[str, Any]:
        if not self.query.words.clauses:
            return {}
        whole: dict[str, Any] = {field: {"number_of_fragments": 0} for field in (*WHOLE, *LABELLED)}
        cut = {field: {"number_of_fragments": 1, "fragment_size": SNIPPET_CHARACTERS} for field in CUT}
        for field, options in (whole | cut).items():
            # Of the words in this field alone: marking by the whole question takes five times as long.
            options["highlight_query"] = match.within(field, self.query.words).to_dict()
        return {
            "type": "unified",
            "order": "score",
            "pre_tags": [MARK],
            "post_tags": [UNMARK],
            "fields": whole | cut,
        }

    # Counting

    def _counts(self) -> Iterator[tuple[str, Agg]]:
        """What is counted, each with all choices but its own. What was not chosen among is counted in one go."""
        rest = A("filter", filter=Bool(filter=match.chosen(self.query)))
        for facet in FACETS:
            values = A("terms", field=f"label.{facet}", size=MOST_FACET_VALUES)
            if facet in self.query.filters:
                yield facet, self._wrapped(facet, values)
            else:
                rest.bucket(facet, values)
        yield "rest", rest
        yield "kinds", self._wrapped("kind", A("terms", field="kind", size=100))
        if self.query.kind and self.query.others:
            first = {"size": self.query.others, "sort": self._order(), "_source": CARD}
            if marks := self._marks():
                first["highlight"] = marks
            kinds = A("terms", field="kind", size=100)
            kinds.bucket("first", "top_hits", **first)
            others = A(
                "filter",
                filter=Bool(filter=match.chosen(self.query, but="kind"), must_not=[Term(kind=self.query.kind)]),
            )
            others.bucket("of", kinds)
            yield "others", others

    def _wrapped(self, facet: str, values: Agg) -> Agg:
        wrapped = A("filter", filter=self._but(facet))
        wrapped.bucket("of", values)
        return wrapped

    def _but(self, facet: str) -> Query:
        return Bool(filter=match.chosen(self.query, but=facet))

    def _facets(self, counts: Mapping[str, Any], send: Send) -> dict[str, tuple[FacetValue, ...]]:
        facets = {}
        missing: dict[str, list[str]] = {}
        for facet in FACETS:
            chosen = self.query.filters.get(facet, ())
            buckets = counts[facet]["of"]["buckets"] if chosen else counts["rest"][facet]["buckets"]
            values: dict[str, FacetValue] = {}
            for bucket in buckets:
                value, _, words = bucket["key"].partition(UNIT)
                # While a label is being changed some documents have the old words: the more frequent ones stand.
                before = values.get(value)
                count = bucket["doc_count"] + (before.count if before else 0)
                values[value] = FacetValue(value, before.words if before else words, count, value in chosen)
            if unknown := [value for value in chosen if value not in values]:
                missing[facet] = unknown
            if values or chosen:
                facets[facet] = tuple(sorted(values.values(), key=lambda each: (-each.count, each.words, each.value)))
        for facet, found in (self._missing(missing, send) if missing else {}).items():
            facets[facet] += found
        return facets

    def _missing(self, missing: Mapping[str, list[str]], send: Send) -> dict[str, tuple[FacetValue, ...]]:
        """Chosen values that are not among the most frequent: their counts, and their words if any is visible."""
        aggs: dict[str, Any] = {}
        for facet, values in missing.items():
            each = {str(number): Term(f"value.{facet}", {"value": value}) for number, value in enumerate(values)}
            found = A("filter", filter=Bool(filter=[self.words, *match.chosen(self.query, but=facet)]))
            found.bucket("of", "filters", filters=each)
            anywhere = A("filters", filters=each)
            anywhere.bucket("one", "top_hits", size=1, _source=[f"label.{facet}"])
            aggs |= {f"found {facet}": found.to_dict(), f"anywhere {facet}": anywhere.to_dict()}
        seen = Bool(filter=match.visible(self.query)).to_dict()
        told = send({"query": seen, "size": 0, "aggs": aggs})["aggregations"]
        return {
            facet: tuple(
                FacetValue(
                    value,
                    _label(told[f"anywhere {facet}"]["buckets"][str(number)]["one"]["hits"]["hits"], facet, value),
                    told[f"found {facet}"]["of"]["buckets"][str(number)]["doc_count"],
                    chosen=True,
                )
                for number, value in enumerate(values)
            )
            for facet, values in missing.items()
        }

    # Hits

    def _reordered(self, said: Mapping[str, Any], second: Second, send: Send) -> list[Mapping[str, Any]]:
        """The hits of the page in their new order. Of the others nothing was read but names and scores."""
        all = [Candidate(*_name(row), score=_score(row)) for row in said["hits"]["hits"]]
        ordered = [*second(all[:CANDIDATES]), *all[CANDIDATES:]]
        page = ordered[self.query.start : self.query.start + self.query.size]
        if not page:
            return []
        names = Ids(values=[key(each.kind, each.id) for each in page])
        body: dict[str, Any] = {"query": Bool(must=[MatchAll()], filter=[names, *match.visible(self.query)]).to_dict()}
        body |= {"size": len(page), "_source": CARD, "highlight": self._marks(), "track_total_hits": False}
        told = send(body)
        rows = {row["_id"]: row for row in told["hits"]["hits"]}
        # What was taken back between the two requests is not among them.
        found = ((rows.get(key(each.kind, each.id)), each.score) for each in page)
        return [{**row, "_score": score} for row, score in found if row is not None]

    def _hit(self, row: Mapping[str, Any]) -> Hit:
        held, marks = row["_source"], row.get("highlight", {})
        title = marks.get("title", [held.get("title", "")])[0]
        shown = [marks[name][0] if name in marks else held.get(name, "") for name in ("summary", "worth")]
        cut = [_cut(marks[name][0], held["edges"][name]) if name in marks else "" for name in CUT]
        # The text that shows best why it was found: the one with the most different words marked.
        texts = [shown[0], cut[0], shown[1], cut[1]]
        snippet = max(texts, key=lambda text: len({word.lower() for word in _MARKED.findall(text)}))
        labels = [unmarked(line).split(SEPARATOR)[0] for name in LABELLED for line in marks.get(name, ())]
        return Hit(
            kind=held["kind"],
            id=held["object"],
            score=self._score_of(row),
            title=unmarked(title),
            url=held["url"],
            source=held.get("source", ""),
            marked_title=to_html(title),
            snippet=to_html(snippet),
            matched=tuple(labels),
            attached=bool(cut[1]) and snippet is cut[1],
        )

    def _score_of(self, row: Mapping[str, Any]) -> float:
        if not self.query.words.clauses:
            return 0.0
        return round(_score(row) % PLACE, 2) if self.by_place else _score(row)


def _name(row: Mapping[str, Any]) -> tuple[str, int]:
    """What a document is called by: all that puts documents in order ends with it."""
    *_, id, kind = row["sort"]
    return kind, id


def _score(row: Mapping[str, Any]) -> float:
    return round(row["_score"] or 0.0, 6)


def _cut(text: str, edges: Sequence[str]) -> str:
    """A piece of a text, with dots where it was cut off."""
    text = text.strip()
    plain, (beginning, end) = unmarked(text), edges
    before = "" if plain.startswith(beginning) or beginning.startswith(plain) else "…"
    return before + text + ("" if plain.endswith(end) or end.endswith(plain) else "…")


def _label(rows: Sequence[Mapping[str, Any]], facet: str, value: str) -> str:
    for row in rows:
        held = row["_source"]["label"][facet]
        for label in [held] if isinstance(held, str) else held:
            if label.startswith(value + UNIT):
                return label[len(value) + 1 :]
    return value
