"""One question to the embedded engine, answered within one reading of the index."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
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
from search.query import FROM_MY_COUNCIL, Query, Sort

# The columns of the text, and what a word weighs in each.
WEIGHTS = {
    "title": 5.0,
    "names": 2.5,
    "summary": 2.0,
    "worth": 2.0,
    "body": 1.0,
    "topics": 2.0,
    "tags": 2.0,
    "people": 1.0,
    "place": 1.5,
    "community": 0.5,
}
COLUMNS = tuple(WEIGHTS)
RANK = f"-bm25(text, {', '.join(map(str, WEIGHTS.values()))})"
# The text of attachments stands in a table of its own, beside all other text of its document: a long one would make the
# document too long for its title to count. What is only found there counts for little.
ATTACHED_RANK = "-0.3 * bm25(attachment, 1.0, 1.0)"
# The text that a reader sees, and the columns that have a label in each line.
READ = ("title", "summary", "worth")
LABELLED = ("names", "topics", "tags", "people", "place")
SNIPPET_WORDS = 32
# Between the parts of a line in the columns of topics, people and places.
SEPARATOR = " · "
_IN_TIME = "published DESC, doc DESC"
_BY_SCORE = f"score DESC, {_IN_TIME}"
ORDERS = {
    Sort.BEST: _BY_SCORE,
    Sort.NEWEST: _IN_TIME,
    Sort.REPEATED: f"repeated DESC, {_IN_TIME}",
    Sort.NEAREST: f"place, {_BY_SCORE}",
    Sort.LIKE_MINE: f"place, {_BY_SCORE}",
}

VISIBLE = """
    doc.live AND doc.audience IN (SELECT id FROM audience WHERE name IN (SELECT value FROM json_each(:audiences)))
    AND (doc.community IS NULL OR doc.community NOT IN (SELECT value FROM json_each(:closed)))
"""
# Of a document: its title, the part that matches, the labels that match, whether the part is in an attachment.
Shown = tuple[str, str, tuple[str, ...], bool]
_MARKED = re.compile(f"{MARK}(.*?){UNMARK}", re.DOTALL)


def asker(query: Query) -> dict[str, Any]:
    """The values of VISIBLE: who asks."""
    return {"audiences": json.dumps(sorted(query.audiences)), "closed": json.dumps(sorted(query.closed))}


class Search:
    """One question. `answer` may be called once."""

    def __init__(self, db: sqlite3.Connection, query: Query) -> None:
        self.db, self.query = db, query
        self.by_score = bool(query.words.clauses) and query.sort is Sort.BEST
        self.by_place = query.sort in FROM_MY_COUNCIL
        self.order = ORDERS[query.sort]
        # Which one choice a document may fail and still be counted or shown beside: a facet, or the kind.
        self.bits = {facet: 1 << number for number, facet in enumerate(query.filters)}
        self.kind_bit = 1 << len(self.bits) if query.kind else 0
        self.values = asker(query)

    def answer(self, second: Second | None) -> Answer:
        """Hits, total and facets come from one list of what was found, which is made once."""
        start, size = self.query.start, self.query.size
        reorder = second if self.by_score and start < CANDIDATES else None
        limit, offset = (max(CANDIDATES, start + size), 0) if reorder else (size, start)
        rows: list[tuple[int, float]] = []
        others: dict[str, list[tuple[int, float]]] = {}
        kinds: dict[str, int] = {}
        labels: dict[int, str] = {}
        for what, name, number, value in self.db.execute(
            f"""
            WITH found AS MATERIALIZED ({self._found()})
            SELECT 'hit', '', doc, score FROM (
                SELECT * FROM found WHERE missing = 0 ORDER BY {self.order} LIMIT {limit} OFFSET {offset}
            )
            {self._others()}
            UNION ALL SELECT 'kind', kind, count(*), 0 FROM found WHERE missing IN (0, {self.kind_bit}) GROUP BY kind
            UNION ALL SELECT 'labels', '', missing, group_concat(labels, '') FROM found
                WHERE missing IN (0, {", ".join(map(str, self.bits.values())) or 0}) GROUP BY missing
            """,
            self.values,
        ):
            if what == "hit":
                rows.append((number, value))
            elif what == "other":
                others.setdefault(name, []).append((number, value))
            elif what == "kind":
                kinds[name] = number
            else:
                labels[number] = value
        return Answer(
            kinds.get(self.query.kind, 0) if self.query.kind else sum(kinds.values()),
            tuple(self._hits(rows, reorder)),
            self._facets(labels),
            kinds,
            {kind: tuple(self._hits(some, None)) for kind, some in others.items()},
        )

    def only_hits(self) -> tuple[Hit, ...]:
        """The hits of a question without words, for whoever knows all that is counted already."""
        kind = "AND kind = :kind" if self.query.kind else ""
        rows = self.db.execute(
            f"SELECT doc, 0.0 FROM ({self._found()}) WHERE missing = 0 {kind} ORDER BY {self.order} "
            f"LIMIT {self.query.size} OFFSET {self.query.start}",
            self.values,
        ).fetchall()
        return tuple(self._hits(rows, None))

    def finds(self) -> bool:
        """Whether anything is found."""
        rows = self.db.execute(f"SELECT 1 FROM ({self._found()}) WHERE missing = 0 LIMIT 1", self.values)
        return rows.fetchone() is not None

    def _others(self) -> str:
        """The first hits of each kind that was not asked for."""
        if not (self.kind_bit and self.query.others):
            return ""
        return f"""
            UNION ALL SELECT 'other', kind, doc, score FROM (
                SELECT *, row_number() OVER (PARTITION BY kind ORDER BY {self.order}) AS number FROM found
                WHERE missing = {self.kind_bit}
            ) WHERE number <= {self.query.others}
        """

    def _found(self) -> str:
        """Every visible document with the words, and which one choice (a bit of `missing`) it fails, if any."""
        words = self.query.words
        if not words.clauses:
            if not words.without:
                return self._rows("doc", "1")
            self.values["without"] = match.any_of(words.without)
            return self._rows(
                "doc", " AND ".join(f"doc.id NOT IN ({self._in(table, 'without')})" for table in self.texts)
            )
        self.values["words"] = match.ranked(words, any_word=self.query.any_word)
        pairs = "" if self.query.any_word else match.two_of(words)
        if pairs:
            self.values["pairs"] = pairs

        def has_words(table: str) -> str:
            """The condition on the text of a table."""
            return f"{table} MATCH :words" + (f" AND +{table}.rowid IN ({self._in(table, 'pairs')})" if pairs else "")

        scored = self.by_score or self.by_place
        found = has_words("text")
        if len(self.texts) == 1:
            return self._rows("text JOIN doc ON doc.id = text.rowid", found, RANK if scored else "0.0")
        both = f"SELECT rowid FROM text WHERE {found}"
        if words.without:
            self.values["without"] = match.any_of(words.without)
            found += f" AND +text.rowid NOT IN ({self._in('attachment', 'without')})"
        also = f"{has_words('attachment')} AND +attachment.rowid NOT IN ({both})"
        return " UNION ALL ".join(
            (
                self._rows("text JOIN doc ON doc.id = text.rowid", found, RANK if scored else "0.0"),
                self._rows(
                    "attachment JOIN doc ON doc.id = attachment.rowid", also, ATTACHED_RANK if scored else "0.0"
                ),
            )
        )

    @cached_property
    def texts(self) -> list[str]:
        """The tables in which words are looked for. Few documents have attachments, and often none."""
        some = self.db.execute("SELECT rowid FROM attachment LIMIT 1").fetchone()
        return ["text", "attachment"] if some else ["text"]

    @staticmethod
    def _in(table: str, value: str) -> str:
        return f"SELECT rowid FROM {table} WHERE {table} MATCH :{value}"

    def _rows(self, source: str, condition: str, score: str = "0.0") -> str:
        """The documents of a table for which a condition holds."""
        place = "0"
        failed = [f"{bit} * ({self._fails(facet)})" for facet, bit in self.bits.items()]
        if self.kind_bit:
            failed.append(f"{self.kind_bit} * (doc.kind <> :kind)")
            self.values["kind"] = self.query.kind
        missing = " + ".join(failed) or "0"
        if len(failed) > 1:
            one = [*self.bits.values(), self.kind_bit] if self.kind_bit else self.bits.values()
            condition += f" AND ({missing}) IN (0, {', '.join(map(str, one))})"
        if self.by_place:
            source += " LEFT JOIN (SELECT value, key FROM json_each(:councils)) AS mine ON mine.value = doc.council"
            place = f"ifnull(mine.key, {len(self.query.councils)})"
            self.values["councils"] = json.dumps(self.query.councils)
        return (
            f"SELECT doc.id AS doc, doc.kind, {missing} AS missing, {score} AS score, {place} AS place, doc.published, "
            f"doc.repeated, doc.labels FROM {source} WHERE {VISIBLE} AND {condition}"
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
            title, snippet, matched, attached = shown[doc]
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
                attached=attached,
            )

    def _shown(self, docs: Sequence[int]) -> dict[int, Shown]:
        """For each document its title with marks, the part that matches, the labels that match, and where it is."""
        if not docs:
            return {}
        ids = ", ".join(map(str, docs))
        if not self.query.words.clauses:
            return self._unmarked(ids)
        shown = dict(self._marked(ids, match.ranked(self.query.words, any_word=self.query.any_word)))
        if len(self.texts) > 1:
            self._look_into_attachments(docs, shown)
        return shown

    def _unmarked(self, ids: str) -> dict[int, Shown]:
        rows = self.db.execute(f"SELECT rowid, title, summary FROM text WHERE rowid IN ({ids})")
        return {doc: (title, summary, (), False) for doc, title, summary in rows}

    def _look_into_attachments(self, docs: Sequence[int], shown: dict[int, Shown]) -> None:
        """Show what stands in an attachment, where it tells more than the text of its document."""
        some = match.ranked(self.query.words, any_word=True)
        if lacking := ", ".join(str(doc) for doc in docs if doc not in shown):
            shown.update(self._unmarked(lacking) | dict(self._marked(lacking, some)))
        for doc, attached in self.db.execute(
            f"SELECT rowid, snippet(attachment, 1, '{MARK}', '{UNMARK}', '…', {SNIPPET_WORDS}) FROM attachment "
            f"WHERE attachment MATCH ? AND rowid IN ({', '.join(map(str, docs))})",
            [some],
        ):
            title, snippet, matched, _ = shown[doc]
            if _telling(snippet, attached) is attached:
                shown[doc] = title, attached, matched, True

    def _marked(self, ids: str, expression: str) -> Iterator[tuple[int, Shown]]:
        marks = [f"highlight(text, {COLUMNS.index(name)}, '{MARK}', '{UNMARK}')" for name in (*READ, *LABELLED)]
        part = f"snippet(text, {COLUMNS.index('body')}, '{MARK}', '{UNMARK}', '…', {SNIPPET_WORDS})"
        for doc, body, title, summary, worth, *labelled in self.db.execute(
            f"SELECT rowid, {', '.join([part, *marks])} FROM text WHERE text MATCH ? AND rowid IN ({ids})",
            [expression],
        ):
            yield doc, (title, _telling(summary, body, worth), tuple(_labels(*labelled)), False)

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


def _telling(*texts: str) -> str:
    """The text that shows best why a document was found: the one with the most different words marked."""
    return max(texts, key=lambda text: len({word.lower() for word in _MARKED.findall(text)}))


def _labels(*columns: str) -> Iterator[str]:
    """The first name in each line of the columns that has a mark: a topic that was found by any word for it."""
    for column in columns:
        yield from (unmarked(line).split(SEPARATOR)[0] for line in column.splitlines() if MARK in line)
