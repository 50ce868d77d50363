"""One question to the embedded engine, answered within one reading of the index."""

import json
import re
import sqlite3
from collections import Counter, defaultdict
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
        counts: dict[int, Counter[int]] = defaultdict(Counter)
        order = "score DESC, published DESC, doc DESC" if self.by_score else "published DESC, doc DESC"
        for what, one, two, number in self.db.execute(
            f"""
            WITH found (doc, missing, score, published) AS MATERIALIZED ({self._found()})
            SELECT 'hit', doc, score, 0 FROM (
                SELECT * FROM found WHERE missing = 0 ORDER BY {order} LIMIT {limit} OFFSET {offset}
            )
            UNION ALL SELECT 'total', 0, 0, count(*) FROM found WHERE missing = 0
            UNION ALL SELECT 'facet', has.value, found.missing, count(*)
                FROM found CROSS JOIN has ON has.doc = found.doc GROUP BY 2, 3
            """,
            self.values,
        ):
            if what == "hit":
                rows.append((one, two))
            elif what == "total":
                total = number
            else:
                counts[one][two] = number
        return Answer(total, tuple(self._hits(rows, reorder)), self._facets(counts))

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
        failed = []
        for facet, bit in self.bits.items():
            self.values[f"facet{bit}"], self.values[f"chosen{bit}"] = facet, json.dumps(self.query.filters[facet])
            failed.append(
                f"{bit} * (doc.id NOT IN (SELECT doc FROM has WHERE value IN (SELECT id FROM value "
                f"WHERE facet = :facet{bit} AND value IN (SELECT value FROM json_each(:chosen{bit})))))"
            )
        missing = " + ".join(failed) or "0"
        if len(failed) > 1:
            condition += f" AND ({missing}) IN (0, {', '.join(map(str, self.bits.values()))})"
        return f"SELECT doc.id, {missing}, {score}, doc.published FROM {source} WHERE {condition}"

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

    def _facets(self, counts: Mapping[int, Counter[int]]) -> dict[str, tuple[FacetValue, ...]]:
        facets: dict[str, list[FacetValue]] = defaultdict(list)
        for id, facet, value, words in self.db.execute(
            "SELECT id, facet, value, words FROM value WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(counts))],
        ):
            count = counts[id][0] + (counts[id][self.bits[facet]] if facet in self.bits else 0)
            chosen = value in self.query.filters.get(facet, ())
            if count or chosen:
                facets[facet].append(FacetValue(value, words, count, chosen))
        for facet, chosen_values in self.query.filters.items():
            counted = {each.value for each in facets[facet]}
            facets[facet] += [self._uncounted(facet, value) for value in chosen_values if value not in counted]
        return {facet: _most_frequent(values) for facet, values in facets.items()}

    def _uncounted(self, facet: str, value: str) -> FacetValue:
        """A chosen value that nothing found has, in its own words if the asker may see anything that has it."""
        found = self.db.execute(
            f"""
            SELECT words FROM value JOIN has ON has.value = value.id JOIN doc ON doc.id = has.doc
            WHERE value.facet = :facet AND value.value = :value AND {VISIBLE} LIMIT 1
            """,
            {**asker(self.query), "facet": facet, "value": value},
        ).fetchone()
        return FacetValue(value, found[0] if found else value, 0, chosen=True)


def _most_frequent(values: list[FacetValue]) -> tuple[FacetValue, ...]:
    values.sort(key=lambda each: (-each.count, each.words.lower()))
    return tuple(each for number, each in enumerate(values) if number < MOST_FACET_VALUES or each.chosen)


def _telling(summary: str, body: str, worth: str) -> str:
    """The text that shows best why a document was found: the one with the most different words marked."""
    return max((summary, body, worth), key=lambda text: len({word.lower() for word in _MARKED.findall(text)}))


def _labels(*columns: str) -> Iterator[str]:
    """The first name in each line of the columns that has a mark: a topic that was found by any word for it."""
    for column in columns:
        yield from (unmarked(line).split(SEPARATOR)[0] for line in column.splitlines() if MARK in line)
