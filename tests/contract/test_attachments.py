"""The text of attachments counts for its document, for little, and says so."""

from dataclasses import replace

from search.query import Sort
from tests.contract.conftest import ids, story

LONG = "Paragraphs of a long report about other things. " * 400


def test_a_word_that_only_an_attachment_has_is_found_and_says_so(write, ask) -> None:
    write(story(1, "Bins", summary="A summary", attached="A table of caretakers & keys"), story(2, "Boxes"))
    (hit,) = ask("caretaker").hits
    assert (hit.id, hit.attached) == (1, True)
    assert hit.snippet == "A table of <mark>caretakers</mark> &amp; keys"
    assert hit.title == "Bins"
    assert ask("bins").hits[0].attached is False


def test_a_word_in_the_text_and_one_in_the_attachment_are_both_found(write, ask) -> None:
    write(story(1, "Bins for flats", attached=LONG + "A table of caretakers"), story(2, "Bins"), story(3, "Boxes"))
    assert ids(ask("bins caretakers")) == [1]
    assert ids(ask("bins caretakers rain")) == [1]
    assert "<mark>Bins</mark> for flats" in ask("bins caretakers").hits[0].marked_title


def test_what_an_attachment_has_comes_after_what_the_text_has(write, ask) -> None:
    write(
        story(1, "Bins", attached="caretakers " * 50),
        story(2, "Boxes", text="The caretakers came. " + LONG),
        *(story(number, "Something else") for number in range(3, 12)),
    )
    assert ids(ask("caretakers")) == [2, 1]


def test_a_long_attachment_does_not_hide_its_document(write, ask) -> None:
    write(
        story(1, "Bins for flats", attached=LONG * 3),
        story(2, "Something", text="Bins are mentioned once. " + LONG),
        *(story(number, "Something else") for number in range(3, 12)),
    )
    assert ids(ask("bins")) == [1, 2]


def test_attachments_count_in_totals_kinds_filters_and_orders(write, ask) -> None:
    write(
        story(1, "Bins", region="North", attached="caretakers"),
        story(2, "Caretakers", region="South", repeated=3),
        replace(story(3, "Boxes", attached="caretakers"), kind="person"),
    )
    answer = ask("caretakers", kind="story", others=2)
    assert answer.total == 2
    assert answer.kinds == {"story": 2, "person": 1}
    assert {kind: len(hits) for kind, hits in answer.others.items()} == {"person": 1}
    assert ids(ask("caretakers", filters={"region": ["North"]})) == [1]
    assert set(ids(ask("caretakers", sort=Sort.NEWEST))) == {1, 2, 3}
    assert ids(ask("caretakers", sort=Sort.REPEATED))[0] == 2


def test_an_excluded_word_excludes_in_attachments_too(write, ask) -> None:
    write(story(1, "Bins", attached="caretakers"), story(2, "Bins"))
    assert ids(ask("bins -caretakers")) == [2]
    assert ids(ask("-caretakers")) == [2]


def test_an_attachment_that_is_taken_away_is_found_no_more(write, ask) -> None:
    write(story(1, "Bins", attached="caretakers"))
    write(story(1, "Bins"), version=2)
    assert ask("caretakers").total == 0


def test_an_attachment_of_what_cannot_be_seen_is_not_found(write, ask) -> None:
    write(story(1, "Bins", audience="community:5", community_id=5, attached="caretakers"))
    assert ask("caretakers").total == 0
