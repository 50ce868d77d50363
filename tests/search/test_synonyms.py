"""Other words that mean the same by curation."""

import pytest

from practice.models import Topic
from search import synonyms
from search.models import OtherWord
from search.query import Query
from search.words import parse

pytestmark = pytest.mark.django_db


def others(text: str) -> dict[str, list[str]]:
    """What means the same as each word of a question."""
    clauses = synonyms.expanded(parse(text)).clauses
    return {str(each.terms[0]): [str(term) for term in each.other_terms] for each in clauses if each.other_terms}


@pytest.fixture
def potholes() -> Topic:
    waste = Topic.objects.create(title="Streets and travel", slug="streets", other_words="highways")
    return Topic.objects.create(
        title="Potholes", slug="potholes", parent=waste, other_words="carriageway craters\njet patcher"
    )


def test_a_topic_and_its_other_words_mean_the_same(potholes: Topic) -> None:
    assert "carriageway craters" in others("potholes")["potholes"]
    assert others("carriageway craters") == {"carriageway": ["potholes"], "craters": ["potholes"]}


def test_a_group_is_too_wide_to_mean_each_of_its_other_words(potholes: Topic) -> None:
    assert others("highways") == {"highways": ["streets and travel"]}
    assert others("streets and travel") == {}


def test_what_was_added_a_moment_ago_counts_and_what_was_taken_away_does_not(potholes: Topic) -> None:
    assert others("wheelbreakers") == {}
    word = OtherWord.objects.create(topic=potholes, words="wheelbreakers")
    assert others("wheelbreaker") == {"wheelbreaker": ["potholes"]}
    word.delete()
    assert others("wheelbreakers") == {}


def test_words_of_the_trade_mean_the_same_everywhere() -> None:
    assert "plain language" in others("plain English")["english"]
    assert "foi" in others("freedom of information request")["freedom"]
    assert "telework" in others("working from home")["home"]


def test_exact_words_mean_themselves(potholes: Topic) -> None:
    assert others('"potholes"') == {}


def test_a_person_finds_by_words_that_mean_the_same(potholes: Topic) -> None:
    assert Query.ask("jet patcher").words.clauses[0].other_terms
    assert not Query.of_visitor("jet patcher").words.clauses[0].other_terms
