"""A standing question says yes to one new document exactly when a search of an index of it alone would find it."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from search.documents import About, Document, Label
from search.engines.base import Change
from search.engines.sqlite import SqliteEngine
from search.matching import ANYTHING, OneDocument, keys, stems
from search.query import Query
from search.words import Clause, Term

WORDS = [
    "bin", "bins", "caddy", "caddies", "flat", "flats", "fly-tipping", "fly", "tipping", "organise", "organize",
    "caretaker’s", "the", "of", "café", "cafe", "e-mail", "damp", "mould", "42", "St", "naïve", "re-use", "reuse",
]  # fmt: skip
JOINS = [" ", " ", " ", " OR ", ' "', '" ', " -", "-", "  "]
words = some.sampled_from(WORDS)
typed = some.lists(some.tuples(words, some.sampled_from(JOINS)), max_size=7).map(
    lambda parts: "".join(word + join for word, join in parts).strip()
)
text = some.lists(words, max_size=12).map(" ".join)
choices = some.dictionaries(
    some.sampled_from(["status", "tag", "region"]),
    some.lists(some.sampled_from(["running", "stopped", "caddies", "North"]), min_size=1, max_size=2),
    max_size=2,
)


def document(**fields):
    return Document(
        **{
            "kind": "story",
            "id": 1,
            "audience": "community:7",
            "community_id": 7,
            "url": "/stories/1/",
            "title": "Caddies for flats",
            "published": datetime(2026, 5, 1, tzinfo=UTC),
            **fields,
        }
    )


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """A real index with nothing in it but the document that is written last."""
    engine = SqliteEngine(tmp_path_factory.mktemp("index") / "search.sqlite3")
    making = engine.rebuild()
    making.finish(lambda kind, ids: {}, since=0)
    engine.versions_given = 0
    return engine


def found_by_search(engine, document, query):
    engine.versions_given += 1
    engine.write([Change("story", 1, engine.versions_given, document)])
    return engine.search(replace(query, audiences=frozenset({document.audience}))).total == 1


def matches(document, query):
    """As the product matches: the keys first, then the question itself."""
    one = OneDocument(document)
    try:
        return keys(query).let_through(one.keys()) and one.is_found_by(query)
    finally:
        one.close()


@settings(max_examples=400)
@given(
    asked=typed, title=text, body=text, tags=some.sets(some.sampled_from(["caddies", "running"])), filters=choices,
    kind=some.sampled_from([None, "story", "person"]), region=some.sampled_from(["", "North"]),
)  # fmt: skip
def test_matching_says_yes_exactly_when_a_search_finds_it(engine, asked, title, body, tags, filters, kind, region):
    made = document(
        title=title or "Untold",
        text=body,
        region=region,
        tags=tuple(Label(tag, tag) for tag in sorted(tags)),
        status=Label("running", "Still running"),
        topics=(About("food-waste", "Food waste", ("slop bucket",)),),
    )
    query = replace(Query.of_visitor(asked, filters=filters), kind=kind)
    assert matches(made, query) == found_by_search(engine, made, query), query.words


@settings(max_examples=150)
@given(asked=typed, body=text, other=words)
def test_other_words_by_curation_count_as_well(engine, asked, body, other):
    made = document(title="Untold", text=body)
    query = Query.of_visitor(asked)
    meant = tuple(replace(clause, other_terms=(Term((other.lower(),)),)) for clause in query.words.clauses)
    query = replace(query, words=replace(query.words, clauses=meant))
    assert matches(made, query) == found_by_search(engine, made, query)


def test_whoever_may_see_it_is_no_matter_of_matching():
    assert matches(document(audience="community:99"), Query.of_visitor("caddies"))


def test_so_many_clauses_must_have_a_key_as_the_question_needs():
    def said(query):
        made = keys(query)
        return [sorted(clause) for clause in made.clauses], made.needed

    assert said(Query.of_visitor("bin caretaker")) == ([["bin"], ["caretak"]], 2)
    assert said(Query.of_visitor("bin caretaker flats")) == ([["bin"], ["caretak"], ["flat"]], 2)
    assert said(Query.of_visitor('bin "caretaker flats"')) == ([["caretak"], ["bin"]], 2)
    assert said(Query.of_visitor("smell OR damp")) == ([["damp", "smell"]], 1)
    assert said(Query.of_visitor("bins", filters={"status": ["running"]})) == ([["bin"], ["status=running"]], 2)
    assert said(Query.of_visitor("-bins")) == ([[ANYTHING]], 1)


def test_a_key_is_a_word_as_the_index_has_it():
    assert stems("Caddies café’s organising") == ("caddi", "cafe", "s", "organis")
    assert keys(Query.of_visitor("the")).clauses == ({"the"},)
    assert Clause((Term(("bins",)),)) in Query.of_visitor("bins").words.clauses


def test_one_of_many_questions_is_picked_by_its_key():
    chance = random.Random(7)
    made = document(text=" ".join(chance.choices(WORDS, k=60)))
    one = OneDocument(made)
    for _ in range(300):
        query = Query.of_visitor(" ".join(chance.choices([*WORDS, "zebra", "quokka"], k=chance.randint(1, 4))))
        if one.is_found_by(query):
            assert keys(query).let_through(one.keys())
