"""One question to the embedded engine, answered within one reading of the index."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from search.engines import sqlite_match as match
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
from search.query import Query, Sort

# What a word weighs: title, summary, the part worth repeating, body, topics, tags, people, place, community.
WEIGHTS = (3.0, 2.0, 2.0, 1.0, 2.0, 2.0, 1.0, 1.5, 0.5)
RANK = f"-bm25(text, {', '.join(map(str, WEIGHTS))})"
SNIPPET_WORDS = 32
# Between the parts of a line in the columns of topics, people and places.
SEPARATOR = " · "

VISIBLE = """
    doc.live AND doc.audience IN (SELECT id FROM audience WHERE name IN (SELECT value FROM json_each(:audiences)))
    AND (doc.community IS NULL OR doc.community NOT IN (SELECT value FROM json_each(:closed)))
"""
_MARKED = re.compile(f"{MARK}(.*?){UNMARK}", re.DOTALL)


def asker(query: Query) -> dict[str, Any]:
    """The values of VISIBLE: who asks."""
    return {"audiences": json.dumps(sorted(query.audiences)), "closed": json.dumps(sorted(query.closed))}


class Search:
    """One question. `answer` may be called once."""

    def __init__(self, db: sqlite3.Connection, query: Query) -> None:
        self.db, self.query = db, query
        self.by_score = bool(query.words.clauses) and query.sort is Sort.BEST
        self.bits = {facet: 1 << number for number, facet in enumerate(query.filters)}
        self.values = asker(query)

    def answer(self, second: Second | None) -> Answer:
        """Hits, total and facets come from one list of what was found, which is made once."""
        start, size = self.query.start, self.query.size
        reorder = second if self.by_score and start < CANDIDATES else None
        limit, offset = (max(CANDIDATES, start + size), 0) if reorder else (size, start)
        rows: list[tuple[int, float]] = []
        total = 0
        labels: dict[int, str] = {}
        order = "score DESC, published DESC, doc DESC" if self.by_score else "published DESC, doc DESC"
        for what, number, value in self.db.execute(
            f"""
            WITH found (doc, missing, score, published, labels) AS MATERIALIZED ({self._found()})
            SELECT 'hit', doc, score FROM (
                SELECT * FROM found WHERE missing = 0 ORDER BY {order} LIMIT {limit} OFFSET {offset}
            )
            UNION ALL SELECT 'total', count(*), 0 FROM found WHERE missing = 0
            UNION ALL SELECT 'labels', missing, group_concat(labels, '') FROM found GROUP BY missing
            """,
            self.values,
        ):
            if what == "hit":
                rows.append((number, value))
            elif what == "total":
                total = number
            else:
                labels[number] = value
        return Answer(total, tuple(self._hits(rows, reorder)), self._facets(labels))

    def newest(self) -> tuple[Hit, ...]:
        """The hits of a question without words, for whoever knows total and facets already."""
        rows = self.db.execute(
            f"SELECT doc, 0.0 FROM ({self._found()}) WHERE missing = 0 ORDER BY published DESC, doc DESC "
            f"LIMIT {self.query.size} OFFSET {self.query.start}",
            self.values,
        ).fetchall()
        return tuple(self._hits(rows, None))

    def _found(self) -> str:
        """Every visible document with the words, and which one facet (a bit of `missing`) it fails, if any."""
        score, source, condition = "0.0", "doc", VISIBLE
        words = self.query.words
        if words.clauses:
            score = RANK if self.by_score else "0.0"
            source = "text JOIN doc ON doc.id = text.rowid"
            condition += " AND text MATCH :words"
            self.values["words"] = match.ranked(words, any_word=self.query.any_word)
            if not self.query.any_word and (pairs := match.two_of(words)):
                condition += " AND +text.rowid IN (SELECT rowid FROM text WHERE text MATCH :pairs)"
                self.values["pairs"] = pairs
        elif words.without:
            condition += " AND doc.id NOT IN (SELECT rowid FROM text WHERE text MATCH :without)"
            self.values["without"] = match.any_of(words.without)
        failed = [f"{bit} * ({self._fails(facet)})" for facet, bit in self.bits.items()]
        missing = " + ".join(failed) or "0"
        if len(failed) > 1:
            condition += f" AND ({missing}) IN (0, {', '.join(map(str, self.bits.values()))})"
        return (
            f"SELECT doc.id AS doc, {missing} AS missing, {score} AS score, doc.published, doc.labels "
            f"FROM {source} WHERE {condition}"
        )

    def _fails(self, facet: str) -> str:
        """Whether a document has none of the chosen values of a facet."""
        numbers = self.db.execute(
            "SELECT id FROM value WHERE facet = ? AND value IN (SELECT value FROM json_each(?))",
            [facet, json.dumps(self.query.filters[facet])],
        ).fetchall()
        signs = {f"{facet}{number}": chr(number) for (number,) in numbers}
        self.values.update(signs)
        return " AND ".join(f"instr(doc.labels, :{name}) = 0" for name in signs) or "1"

    def _hits(self, rows: Sequence[tuple[int, float]], second: Second | None) -> Iterator[Hit]:
        cards = {
            doc: (kind, object, url, source)
            for doc, kind, object, url, source in self.db.execute(
                "SELECT doc.id, kind, object, url, source FROM doc JOIN card ON card.doc = doc.id "
                "WHERE doc.id IN (SELECT value FROM json_each(?))",
                [json.dumps([doc for doc, _ in rows])],
            )
        }
        docs = {cards[doc][:2]: doc for doc, _ in rows}
        candidates = [Candidate(*cards[doc][:2], score=round(score, 6)) for doc, score in rows]
        if second:
            candidates = [*second(candidates[:CANDIDATES]), *candidates[CANDIDATES:]]
            candidates = candidates[self.query.start : self.query.start + self.query.size]
        shown = self._shown([docs[each.kind, each.id] for each in candidates])
        for each in candidates:
            doc = docs[each.kind, each.id]
            title, snippet, matched = shown[doc]
            yield Hit(
                kind=each.kind,
                id=each.id,
                score=each.score,
                title=unmarked(title),
                url=cards[doc][2],
                source=cards[doc][3],
                marked_title=to_html(title),
                snippet=to_html(snippet),
                matched=matched,
            )

    def _shown(self, docs: Sequence[int]) -> dict[int, tuple[str, str, tuple[str, ...]]]:
        """For each document its title with marks, the part that matches, and the labels that match."""
        if not docs:
            return {}
        ids = ", ".join(map(str, docs))
        if not self.query.words.clauses:
            rows = self.db.execute(f"SELECT rowid, title, summary FROM text WHERE rowid IN ({ids})")
            return {doc: (title, summary, ()) for doc, title, summary in rows}
        marks = ", ".join(f"highlight(text, {column}, '{MARK}', '{UNMARK}')" for column in (0, 1, 2, 4, 6, 7))
        rows = self.db.execute(
            f"SELECT rowid, snippet(text, 3, '{MARK}', '{UNMARK}', '…', {SNIPPET_WORDS}), {marks} "
            f"FROM text WHERE text MATCH ? AND rowid IN ({ids})",
            [match.ranked(self.query.words, any_word=self.query.any_word)],
        )
        return {
            doc: (title, _telling(summary, body, worth), tuple(_labels(topics, people, place)))
            for doc, body, title, summary, worth, topics, people, place in rows
        }

    def _facets(self, labels: Mapping[int, str]) -> dict[str, tuple[FacetValue, ...]]:
        """The counts of each value, from the labels of what was found: each label is one character."""
        counts = {missing: Counter(text) for missing, text in labels.items()}
        everywhere, none = counts.get(0, Counter()), Counter[str]()
        facets: dict[str, list[tuple[int, str, str]]] = {facet: [] for facet in self.bits}
        for number, facet, value, words in self._labels(set().union(*counts.values())):
            count = everywhere[number]
            if facet in self.bits:
                count += counts.get(self.bits[facet], none)[number]
            if count or value in self.query.filters.get(facet, ()):
                facets.setdefault(facet, []).append((-count, words, value))
        return {facet: self._values(facet, counted) for facet, counted in facets.items()}

    def _labels(self, numbers: set[str]) -> Iterator[tuple[str, str, str, str]]:
        for number, facet, value, words in self.db.execute(
            "SELECT id, facet, value, words FROM value WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps([ord(each) for each in numbers])],
        ):
            yield chr(number), facet, value, words

    def _values(self, facet: str, counted: list[tuple[int, str, str]]) -> tuple[FacetValue, ...]:
        """The most frequent values of a facet, and the chosen ones whatever their count."""
        chosen = self.query.filters.get(facet, ())
        counted.sort()
        values = [
            FacetValue(value, words, -count, value in chosen)
            for place, (count, words, value) in enumerate(counted)
            if place < MOST_FACET_VALUES or value in chosen
        ]
        known = {each.value for each in values} if chosen else set()
        return (*values, *(self._uncounted(facet, value) for value in chosen if value not in known))

    def _uncounted(self, facet: str, value: str) -> FacetValue:
        """A chosen value that nothing found has, in its own words if the asker may see anything that has it."""
        found = self.db.execute(
            f"""
            SELECT words FROM value WHERE facet = :facet AND value = :value AND EXISTS (
                SELECT 1 FROM doc WHERE instr(doc.labels, char(value.id)) AND {VISIBLE}
            )
            """,
            {**asker(self.query), "facet": facet, "value": value},
        ).fetchone()
        return FacetValue(value, found[0] if found else value, 0, chosen=True)


def _telling(summary: str, body: str, worth: str) -> str:
    """The text that shows best why a document was found: the one with the most different words marked."""
    return max((summary, body, worth), key=lambda text: len({word.lower() for word in _MARKED.findall(text)}))


def _labels(*columns: str) -> Iterator[str]:
    """The first name in each line of the columns that has a mark: a topic that was found by any word for it."""
    for column in columns:
        yield from (unmarked(line).split(SEPARATOR)[0] for line in column.splitlines() if MARK in line)
