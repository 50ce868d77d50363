import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from community.models import Council
from community.naming import CouncilNames, core, fold
from community.register_file import import_register
from community.registering import Entry, Outcome, find_council, make_public_body, register, replace
from hub.refusal import Refused
from tests.cast import Cast, make_council

HEAD = (
    "local-authority-code,official-name,nice-name,nation,region,local-authority-type,alt-names,replaced-by,"
    "start-date,end-date,pop-2020,area,lat,long"
)
TWO = (
    'ABC,Ambleford Borough Council,Ambleford,England,North Vale,NMD,"Ambleford,ambleford bc",XYZ,'
    "1974-04-01,2023-03-31,128400.0,412.0,54.31,-2.02\n"
    "XYZ,Great Vale Council,Great Vale,England,North Vale,UA,Great Vale,,2023-04-01,,,,,\n"
)
SHARED = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
REGISTER = SHARED / "councils" / "uk_local_authorities_current.csv"


@pytest.fixture
def read(tmp_path: Path, db: None):
    def read(rows: str, *, head: str = HEAD, **options):
        file = tmp_path / "register.csv"
        file.write_bytes(f"{head}\n{rows}".encode("utf-8", "surrogateescape"))
        return import_register(file, **options)

    return read


def test_a_row_becomes_a_council(read) -> None:
    assert read(TWO).outcomes == {Outcome.MADE: 2, Outcome.CHANGED: 0, Outcome.SAME: 0}
    council = Council.objects.get(code="ABC")
    assert (council.kind, council.population, council.area_km2, council.latitude) == ("district", 128400, 412.0, 54.31)
    assert council.other_name_list() == ["ambleford bc"]
    assert council.replaced_by.code == "XYZ"
    assert council.has_ended


def test_reading_it_again_changes_nothing(read) -> None:
    read(TWO)
    assert read(TWO).outcomes == {Outcome.MADE: 0, Outcome.CHANGED: 0, Outcome.SAME: 2}


def test_a_change_in_the_file_is_taken_over_and_what_it_leaves_empty_stays(read) -> None:
    read(TWO)
    Council.objects.filter(code="XYZ").update(population=7)
    report = read(TWO.replace("Great Vale Council", "Great Vale City Council"))
    assert report.outcomes[Outcome.CHANGED] == 1
    assert Council.objects.get(code="XYZ").name == "Great Vale City Council"
    assert Council.objects.get(code="XYZ").population == 7


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(read) -> None:
    assert read(TWO, dry_run=True).outcomes[Outcome.MADE] == 2
    assert not Council.objects.exists()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",No Code Council,No Code,England,,UA,,,,,,,,", "no code"),
        ("BAD/1,A,A,England,,UA,,,,,,,,", "letters, digits and hyphens"),
        ("BAD,,Nameless,England,,UA,,,,,,,,", "no official-name"),
        ("BAD,A,A,England,,ZZZ,,,,,,,,", "type 'ZZZ'"),
        ("BAD,A,A,England,,UA,,NONE,,,,,,", "not in the register"),
        ("BAD,A,A,England,,UA,,BAD,,,,,,", "replaced itself"),
        ("BAD,A,A,England,,UA,,,2023-02-31,,,,,", "start-date is '2023-02-31'"),
        ("BAD,A,A,England,,UA,,,2023-04-01,2001-01-01,,,,", "before it began"),
        ("BAD,A,A,England,,UA,,,,,many,,,", "pop-2020 is 'many'"),
        ("BAD,A,A,England,,UA,,,,,,,95,", "lat is '95'"),
        ("BAD,A,A,England,,UA,,,,,,,nan,", "lat is 'nan'"),
        ("BAD,A,A,England,,UA", "6 cells instead of 14"),
        ("XYZ,Again,Again,England,,UA,,,,,,,,", "on line 3 already"),
        ("BAD,\udce9t\udce9,A,England,,UA,,,,,,,,", "not in UTF-8"),
    ],
)
def test_a_bad_row_is_refused_by_its_line_and_the_rest_goes_in(read, row: str, reason: str) -> None:
    report = read(f"{TWO}{row}\nEND,Endmoor Council,Endmoor,Wales,,WPA,,,,,,,,\n")
    assert [(line, reason in said) for line, said in report.refused] == [(4, True)], report.refused
    assert set(Council.objects.values_list("code", flat=True)) >= {"ABC", "XYZ", "END"}


def test_a_line_number_counts_lines_not_rows(read) -> None:
    report = read('QUO,"Two\nline Council",Q,England,,UA,,,,,,,,\nBAD,,,,,UA,,,,,,,,\n')
    assert report.refused[0][0] == 4


def test_a_file_that_is_no_register_is_refused_as_a_whole(read, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no column"):
        read("a,b\n", head="one,two")
    with pytest.raises(Refused, match="cannot be read"):
        import_register(tmp_path / "missing.csv")


def test_a_loop_of_successors_is_refused(read) -> None:
    rows = "AAA,A,A,England,,UA,,BBB,,,,,,\nBBB,B,B,England,,UA,,AAA,,,,,,\n"
    assert [line for line, _ in read(rows).refused] == [3]


def test_a_council_that_was_split_has_no_single_successor(read) -> None:
    read(f'{TWO}NEW,New Vale Council,New Vale,England,,UA,,,,,,,,\nOLD,Old,Old,England,,CTY,,"XYZ,NEW",,,,,,\n')
    old = Council.objects.get(code="OLD")
    assert old.replaced_by is None
    assert {council.code for council in old.split_into.all()} == {"XYZ", "NEW"}
    assert old in Council.objects.with_predecessors(Council.objects.get(code="NEW"))


def test_the_command_says_the_line_and_fails_when_a_row_was_refused(tmp_path: Path, db: None, capsys) -> None:
    file = tmp_path / "register.csv"
    file.write_text(f"{HEAD}\n{TWO}BAD,,,,,UA,,,,,,,,\n")
    with pytest.raises(CommandError) as failure:
        call_command("import_councils", str(file))
    assert failure.value.returncode == 1
    said = capsys.readouterr()
    assert "register.csv:4: it has no official-name" in said.err
    assert "3 rows: 2 made, 0 changed, 0 same, 1 refused" in said.out


@pytest.mark.skipif(not REGISTER.exists(), reason="the public register is not here (set SHARED_DATA)")
def test_the_whole_public_register_goes_in_and_twice_is_the_same(db: None) -> None:
    first = import_register(REGISTER)
    assert (first.rows, first.outcomes[Outcome.MADE], first.refused) == (470, 470, [])
    assert import_register(REGISTER).outcomes[Outcome.SAME] == 470
    somerset = Council.objects.get(code="SMT")
    line = set(Council.objects.with_predecessors(somerset).values_list("code", flat=True))
    assert line == {"SMT", "SOM", "MEN", "SEG", "SSO", "SWT", "TAU", "WSO"}
    assert Council.objects.get(code="TAU").successor() == somerset
    assert Council.objects.current().count() == 397
    names = CouncilNames()
    for asked, code in {
        "somerset": "SMT",
        "Somerset County Council": "SOM",
        "London Borough of Barnet": "BNE",
        "kings lynn & west norfolk": "KIN",
        "Bristol": "BST",
        "CITY OF YORK COUNCIL": "YOR",
        "Derby": "DER",
        "Derbyshire": "DBY",
        "Cyngor Gwynedd": "GWN",
        "Lincoln City Council": "LIC",
        "Stoke on Trent": "STE",
    }.items():
        assert getattr(names.find(asked), "code", None) == code, asked


def test_a_council_is_found_by_what_people_call_it(cast: Cast) -> None:
    cast.ambleford.other_names = "Vale of Amble\nCyngor Aberffordd"
    cast.ambleford.save()
    for name in ["Ambleford", "AMBLEFORD BOROUGH COUNCIL", "ambleford council", "vale of  amble.", "Aberffordd"]:
        assert find_council(name) == cast.ambleford, name
    for name in ["", "Amble", "council", "Ambleford Parish Church"]:
        assert find_council(name) is None, name


def test_of_two_councils_of_one_name_the_one_that_exists_is_meant(cast: Cast) -> None:
    old = make_council("X-OLD", "Ambleford", replaced_by=cast.ambleford)
    old.name = "Ambleford District Council"
    old.save()
    assert find_council("Ambleford") == cast.ambleford
    assert find_council("Ambleford District Council") == old


def test_a_name_that_two_standing_councils_share_finds_neither(cast: Cast) -> None:
    make_council("X-TWO", "Ambleford")
    assert find_council("Ambleford") is None


def test_names_are_folded() -> None:
    assert fold("King’s Lynn & West Norfolk") == "kings lynn and west norfolk"
    assert fold("Ynys Môn") == "ynys mon"
    assert fold("U. S. Army") == fold("U.S. Army") == "us army"
    assert core("The Royal Borough of Kingston upon Thames Council") == "kingston upon thames"
    assert core("City of London Corporation") == "london"
    assert core("Council") == "council"


def test_a_public_body_is_made_once(db: None) -> None:
    body = make_public_body("U.S. General  Services Administration")
    assert (body.code, body.kind) == ("US-GENERAL-SERVI", "other")
    assert make_public_body("US general services administration") == body
    assert make_public_body("US General Service Centre").code == "US-GENERAL-SERVI-2"
    with pytest.raises(Refused):
        make_public_body(" . ")


def test_an_entry_can_be_registered_by_any_import(db: None) -> None:
    entry = Entry(code="X-AMB", name="Ambleford Borough Council", short_name="Ambleford")
    assert register(entry)[1] == Outcome.MADE
    assert register(entry)[1] == Outcome.SAME


def test_a_council_is_not_replaced_by_its_own_predecessor(cast: Cast) -> None:
    replace(cast.ambleford, by=[cast.brockhaven])
    with pytest.raises(Refused):
        replace(cast.brockhaven, by=[cast.ambleford])
