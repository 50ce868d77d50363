"""Councils as they are found: by all their names, under their successors, and when they change."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command

from community.models import Council
from community.registering import Entry, register, replace
from search import reconciling
from search.documents import COUNCIL, PERSON
from tests.cast import Cast, make_council, make_person, make_story
from tests.community.test_registering import HEAD, TWO
from tests.search.conftest import Committed, found


def test_a_council_is_found_by_all_its_names(cast: Cast, committed: Committed) -> None:
    with committed():
        register(
            Entry(
                code="X-CAE", name="Cyngor Caerwen", short_name="Caerwen", other_names=("Old Castle",),
                region="Wales", nation="Wales", kind="unitary",
            )
        )  # fmt: skip
    for words in ("caerwen", "cyngor", "old castle", "wales"):
        assert found(words, kind=COUNCIL) == ["Caerwen"], words
    assert found("", kind=COUNCIL, region=["Wales"], tier=["unitary"], council=["x-cae"]) == ["Caerwen"]


def test_a_merged_council_is_found_under_its_successor(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice, title="Caddies")
        new = make_council("X-NEW", "New Vale")
    with committed():
        replace(cast.ambleford, by=[new])
    assert found("ambleford", kind=COUNCIL) == ["New Vale"]
    assert found("caddies", council=["x-new"]) == ["Caddies"]
    assert found("marlow", kind=PERSON, council=["x-new"]) == ["Alice Marlow"]
    newest = make_council("X-LAST", "Greater Vale")
    with committed():
        replace(new, by=[newest])
    assert found("ambleford", kind=COUNCIL) == ["Greater Vale"]
    with committed():
        replace(cast.ambleford, by=[])
    assert set(found("ambleford", kind=COUNCIL)) == {"Ambleford"}
    assert found("marlow", kind=PERSON, council=["x-amb"]) == ["Alice Marlow"]


def test_the_names_of_a_council_that_was_split_stand_on_its_heirs(cast: Cast, committed: Committed) -> None:
    north, south = make_council("X-N", "North Vale"), make_council("X-S", "South Vale")
    with committed():
        replace(cast.ambleford, by=[north, south])
    assert set(found("ambleford", kind=COUNCIL)) == {"Ambleford", "North Vale", "South Vale"}
    with committed():
        cast.ambleford.split_into.clear()
    assert found("ambleford", kind=COUNCIL) == ["Ambleford"]


def test_a_renamed_council_is_renamed_on_its_people_and_heirs(cast: Cast, committed: Committed) -> None:
    with committed():
        make_story(cast.waste, by=cast.alice, title="Caddies")
        new = make_council("X-NEW", "New Vale")
        replace(cast.ambleford, by=[new])
    with committed():
        cast.ambleford.refresh_from_db()
        cast.ambleford.name, cast.ambleford.short_name = "Amblethorpe Council", "Amblethorpe"
        cast.ambleford.save()
        new.short_name = "Vale of Bees"
        new.save()
    assert found("amblethorpe", kind=COUNCIL) == ["Vale of Bees"]
    assert found("bees", kind=PERSON) == ["Alice Marlow"]
    assert found("bees") == ["Caddies"]


def test_a_council_that_is_deleted_is_gone_and_its_people_stay(cast: Cast, committed: Committed) -> None:
    with committed():
        make_person("Hal Moor", council=make_council("X-GONE", "Gone"), role_title="Clerk")
    with committed():
        Council.objects.get(code="X-GONE").delete()
    assert found("gone", kind=COUNCIL) == found("gone", kind=PERSON) == []
    assert found("moor", kind=PERSON) == ["Hal Moor"]


# Repeats


def test_the_register_of_councils_is_found_once_it_is_loaded(committed: Committed, tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text(f"{HEAD}\n{TWO}")
    with committed():
        call_command("import_councils", str(tmp_path / "register.csv"), stdout=StringIO())
    assert found("great vale", kind=COUNCIL) == found("ambleford", kind=COUNCIL) == ["Great Vale"]
    assert not any(reconciling.compare())
