"""British and American spellings."""

import pytest

from search.spelling import other_spellings
from search.words import Clause, Term, parse

PAIRS = """
    organise organize | organisations organizations | colour color | behaviour behavior | neighbourhoods neighborhoods |
    centre center | programme program | licence license | analyse analyze | travelling traveling | labelled labeled |
    catalogue catalog | kerb curb | mould mold | paediatric pediatric | archaeology archeology | grey gray |
    visualisation visualization | digitised digitized | fulfilment fulfillment | adviser advisor | litre liter
"""


@pytest.mark.parametrize("pair", PAIRS.split("|"))
def test_each_spelling_leads_to_the_other(pair) -> None:
    one, other = pair.split()
    assert other in other_spellings(one)
    assert one in other_spellings(other)


@pytest.mark.parametrize(
    "word", ["size", "wise", "advise", "four", "hour", "author", "meter1", "precise", "story", "bin"]
)
def test_what_is_spelt_alike_everywhere_has_no_other(word) -> None:
    assert other_spellings(word) == ()


def test_both_spellings_are_equal_terms_of_one_clause() -> None:
    assert parse("organise").clauses == (Clause((Term(("organise",)), Term(("organize",)))),)
    (exact,) = parse('"programme centre"').clauses
    assert exact.exact
    assert Term(("program", "center")) in exact.terms


def test_what_is_excluded_is_excluded_in_both_spellings() -> None:
    assert parse("-colour").without == (Term(("colour",)), Term(("color",)))
