"""What was asked, from an address or from words; whatever it was."""

import random
import time
from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.documents.communities import front_page_of
from search.engines import engine
from search.finding import find
from search.query import MOST_VALUES, Query, Sort
from search.words import MOST_CLAUSES, Clause, Term, parse
from tests.cast import Cast, make_community, make_story
from tests.recording import recorded


def words(text: str) -> list[str]:
    return [" OR ".join(str(term) for term in clause.terms) for clause in parse(text).clauses]


def ask(address: str, person: object = None) -> Query:
    request = RequestFactory().get(f"/search/?{address}")
    request.user = person or AnonymousUser()  # type: ignore[assignment]
    return Query.from_request(request)


def test_plain_words_are_clauses_in_their_order_with_repeats() -> None:
    assert words("Damp  flats damp") == ["damp", "flats", "damp"]
    assert [str(each.terms[0]) for each in parse("damp flats damp").plain] == ["damp", "flats"]


def test_quotation_marks_of_every_kind_hold_words_together() -> None:
    for text in ('"damp flats"', "“damp flats”", "„damp flats“", "«damp flats»"):
        assert parse(text).clauses == (Clause((Term(("damp", "flats")),), exact=True),)


def test_an_open_quotation_mark_is_passed_over() -> None:
    assert words('"damp flats') == ["damp", "flats"]
    assert words('"damp flats" wet"') == ["damp flats", "wet"]


def test_a_minus_excludes_a_word_or_exact_words() -> None:
    query = parse('damp -flats -"bin store" post-war -')
    assert [str(each) for each in query.without] == ["flats", "bin store"]
    assert words('damp -flats -"bin store" post-war -') == ["damp", "post war OR postwar"]


def test_or_joins_its_neighbours() -> None:
    assert words("damp OR rain OR rot flats") == ["damp OR rain OR rot", "flats"]
    assert words('damp OR "black edge"') == ["damp OR black edge"]
    assert words("OR damp OR") == ["damp"]
    assert words("damp OR -rain flats") == ["damp", "flats"]
    assert words("this or that bin") == ["bin"]


def test_small_words_stay_when_there_is_nothing_else() -> None:
    assert words("how do we recycle") == ["recycle"]
    assert words("what is it") == ["what", "is", "it"]
    assert words('"what is it" bins') == ["what is it", "bins"]


def test_a_possessive_ending_is_not_part_of_a_word() -> None:
    assert words("the council's bins") == words("the council’s bins") == ["council", "bins"]


def test_too_many_words_and_too_long_ones_are_left_out_and_said() -> None:
    many = parse(" ".join(f"word{number}" for number in range(5000)))
    assert len(many.clauses) <= MOST_CLAUSES
    assert any("after the first" in each for each in many.ignored)
    assert parse("x" * 200 + " damp").ignored == ("a word that is too long",)


@pytest.mark.django_db
def test_an_address_is_read_whole() -> None:
    query = ask("q=damp+flats&community=waste&community=care&status=running&sort=newest&page=3")
    assert query.words.typed == "damp flats"
    assert query.filters == {"community": ("waste", "care"), "status": ("running",)}
    assert (query.sort, query.page) == (Sort.NEWEST, 3)
    assert query.ignored == ()


@pytest.mark.django_db
def test_an_address_that_was_written_is_read_again() -> None:
    query = ask("q=damp+%22bin+store%22&topic=a%26b&year=2025&sort=newest&page=2")
    assert ask(query.querystring()) == query


@pytest.mark.django_db
def test_empty_and_repeated_values_are_dropped() -> None:
    assert ask("q=&community=&community=+&topic=a&topic=a").filters == {"topic": ("a",)}
    assert ask("").querystring() == ""


@pytest.mark.django_db
def test_the_order_without_words_is_the_newest() -> None:
    assert ask("q=").sort is Sort.NEWEST
    assert ask("q=&sort=best").sort is Sort.NEWEST
    assert ask("q=-damp").sort is Sort.NEWEST
    assert ask("q=damp").sort is Sort.BEST


@pytest.mark.parametrize(
    ("address", "ignored"),
    [
        ("sort=wildest", "an order that there is not"),
        ("page=0", "a page that there is not"),
        ("page=-1", "a page that there is not"),
        ("page=²", "a page that there is not"),
        ("page=" + "9" * 400, "a page that there is not"),
        (
            "&".join(f"tag={number}" for number in range(MOST_VALUES + 1)),
            f"more than {MOST_VALUES} choices in one filter",
        ),
        ("&".join(f"a{number}=1" for number in range(2000)), "an address with too many parts"),
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_used_is_left_out_and_said(address: str, ignored: str) -> None:
    assert ignored in ask(address).ignored


@pytest.mark.django_db
def test_a_visitor_asks_for_what_is_public_and_a_member_for_more(cast: Cast) -> None:
    hidden = make_community("Den", facilitator=cast.carol, visibility="hidden")
    assert ask("").audiences == {"public"}
    assert ask("").closed == {hidden.pk, front_page_of(hidden.pk)}
    assert ask("", cast.eve).audiences == {"public", "members"}
    assert ask("", cast.carol).audiences == {
        "public",
        "members",
        f"community:{cast.waste.pk}",
        f"community:{hidden.pk}",
    }
    assert ask("", cast.carol).closed == frozenset()


# --- Whatever is typed -----------------------------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_any_text_is_taken_apart(text: str) -> None:
    parsed = parse(text)
    assert all(term.words and all(term.words) for clause in parsed.clauses for term in clause.terms)
    assert parse(parsed.typed).clauses == parsed.clauses


OPERATORS = [
    '"',
    "-",
    "OR",
    "AND",
    "NOT",
    "NEAR(",
    ")",
    "(",
    "*",
    "^",
    ":",
    "title:",
    "|",
    "+",
    "{",
    "%",
    "_",
    "\\",
    "’",
]
MARKS = ["\x00", "é", "ﬁ", "日本", "🗑", "\u202e", "a" * 70, "';--", "<mark>", "\ue000", "\ud800", "damp", "flats"]
PIECES = [*OPERATORS, *MARKS]


@recorded
def make_thirty(cast: Cast) -> None:
    for number in range(30):
        make_story(cast.waste, by=cast.alice, title=f"Damp flats {number}")


@pytest.fixture
def full(cast: Cast) -> None:
    make_thirty(cast)
    find(Query.ask())


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=25), glue=st.sampled_from(["", " "]))
def test_any_question_is_answered(full: None, pieces: list[str], glue: str) -> None:
    query = Query.ask(glue.join(pieces))
    engine().search(query)
    engine().search(replace(query, any_word=True))
    engine().correct(query)


def hostile() -> list[dict[str, str]]:
    """Five hundred addresses that nobody should send."""
    chance = random.Random(5)
    asked = [
        {"q": "word " * 5000},
        {"q": " ".join(f"w{number}" for number in range(5000))},
        {"q": "damp " * 5000},
        {"q": "(" * 3000},
        {"q": '"' * 3001},
        {"q": "-damp " * 300},
        {"q": "damp OR " * 500},
        {"q": "a" * 100_000},
        {"q": "\x00"},
        {"q": "'; DROP TABLE doc; --"},
        {"q": "damp", "page": "99999999999999999999"},
        {"q": "damp", "sort": "\x00"},
        {"q": "damp", "year": "' OR 1=1"},
        {"topic": "x" * 10_000},
        {"community": "\x00\ud800"},
        {"year": "0000"},
    ]
    while len(asked) < 500:
        text = chance.choice(["", " "]).join(chance.choices(PIECES, k=chance.randint(1, 40)))
        asked.append({"q": text, chance.choice(["topic", "tag", "year", "page", "sort", "status"]): text[:40]})
    return asked


def test_five_hundred_hostile_questions_are_answered_with_a_page_within_a_second(full: None, client: Client) -> None:
    for asked in hostile():
        address = QueryDict(mutable=True)
        address.update({name: text.encode("utf-8", "replace").decode() for name, text in asked.items()})
        began = time.thread_time()  # the time of other tests beside this one does not count
        answer = client.get(f"/search/?{address.urlencode()}")
        assert answer.status_code == 200, asked
        assert time.thread_time() - began < 1, asked


@pytest.mark.parametrize(
    "raw", ["q=%ff%fe", "q=%", "q=%00", "=&&=", "q", "q=a&q=b", "%00=%00", "q[]=1", "page=%F0%9D%9F%99"]
)
def test_broken_addresses_are_answered_with_a_page(full: None, client: Client, raw: str) -> None:
    assert client.get(f"/search/?{raw}").status_code == 200


def test_an_address_with_too_many_parts_is_answered_with_a_page(full: None, client: Client) -> None:
    answer = client.get("/search/?" + "&".join(f"tag={number}" for number in range(3000)))
    assert answer.status_code == 200
    assert "an address with too many parts" in answer.content.decode()
