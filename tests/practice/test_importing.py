"""Imports: the demo's full form, what other hubs export, bad rows, and doing it twice."""

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from community.leaving import close_account
from community.models import Appeal, CommunityPage, Council, Membership, Person
from practice import repeating
from practice.importing import FileReport, import_folder
from practice.importing.rows import BadRow, Row, shorten
from practice.importing.stories import months
from practice.merging import merge_communities
from practice.models import Repetition, Report, StoryPage, StoryPlan
from tests.cast import Cast

DEMO = Path(__file__).resolve().parents[2] / "practice" / "demo"
STORY = {
    "slug": "phones",
    "title": "We took the phone menu off",
    "summary": "For a fortnight.",
    "date": "2016-05-06 9:00:00 -0400",
    "body_markdown": "We **took** it off.",
}


def folder(path: Path, **files: Any) -> Path:
    for name, rows in files.items():
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (path / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def report_on(reports: list[FileReport], name: str) -> FileReport:
    return next(report for report in reports if report.name == f"{name}.jsonl")


PEOPLE = [{"slug": slug, "name": slug.title(), "council": code} for slug, code in (("ann", "X-A"), ("ben", "X-B"))]
COUNCILS = [{"code": code, "name": f"{code} Council"} for code in ("X-A", "X-B")]
REPEAT = {"council": "X-B", "by": "ben", "when": "2024-09", "outcome": "same", "changed": "Nights", "advice": "Torches"}


def test_who_repeated_a_story_comes_in_once_and_follows_the_file(db: None, tmp_path: Path) -> None:
    def bring(*repeats: dict[str, Any]) -> FileReport:
        stories = [{**STORY, "authors": ["ann"], "repeats": list(repeats)}]
        reports = import_folder(folder(tmp_path, councils=COUNCILS, people=PEOPLE, stories=stories))
        return report_on(reports, "stories")

    assert bring(REPEAT).notes == []
    said = Repetition.objects.get()
    assert (said.person.source, said.council.code, said.outcome) == ("ben", "X-B", "well")
    assert (said.changed, said.advice, str(said.since)) == ("Nights", "Torches", "2024-09-01")
    bring(REPEAT)
    bring({**REPEAT, "outcome": "stopped"})
    assert Repetition.objects.get().outcome == "not-here"
    repeating.record(said.story, by=said.person, council=said.council, outcome="changed")
    bring({**REPEAT, "outcome": "better"})
    assert Repetition.objects.get().outcome == "changed"
    repeating.take_back(Repetition.objects.get(), by=said.person)
    bring({**REPEAT, "outcome": "worse"})
    assert not Repetition.objects.exists()


def test_a_repeat_that_cannot_be_is_left_out_and_said(db: None, tmp_path: Path) -> None:
    repeats = [
        {**REPEAT, "outcome": "planning"},
        {**REPEAT, "by": "nobody"},
        {**REPEAT, "by": "ann"},
        {**REPEAT, "outcome": "splendid"},
        "ben did it",
    ]
    files = {"councils": COUNCILS, "people": PEOPLE, "stories": [{**STORY, "authors": ["ann"], "repeats": repeats}]}
    ((line, note),) = report_on(import_folder(folder(tmp_path, **files)), "stories").notes
    assert line == 1
    for words in ("by 'nobody' in 'X-B'", "by its author", "outcome is 'splendid'", "a list of objects"):
        assert words in note
    assert not Repetition.objects.exists()


def test_the_demo_goes_in_whole_and_a_second_time_changes_nothing(db: None) -> None:
    first = import_folder(DEMO)
    assert [report for report in first if report.refused] == []
    assert report_on(first, "stories").made == 64
    assert StoryPage.objects.live().count() == 51
    states = [story.state for story in StoryPage.objects.not_live()]
    assert (states.count("in_review"), states.count("changes_requested"), states.count("draft")) == (5, 3, 5)
    second = import_folder(DEMO)
    assert [(r.made, r.changed, r.same) for r in second if r.name == "stories.jsonl"] == [(0, 0, 64)]
    story = StoryPage.objects.get(source="caretakers-before-caddies")
    assert story.published_at == datetime(2024, 5, 13, 12, tzinfo=UTC)
    assert story.worth_repeating.startswith("Get the landlord")
    assert "<li>" in story.did
    assert [str(a.person) for a in story.authorships.all()] == ["Carol Whitby"]
    assert story.council == Council.objects.get(code="X-CAL")
    assert story.repetitions.count() == 4
    assert (Repetition.objects.count(), Repetition.objects.filter(outcome="not-here").count()) == (65, 13)
    assert StoryPage.objects.get(source="keyholders-for-flats-above-shops").based_on == story
    assert Council.objects.get(code="X-SKD").replaced_by == Council.objects.get(code="X-SKA")
    facilitators = Membership.objects.facilitators().filter(community__slug="polling-day-project")
    assert [membership.person.source for membership in facilitators] == ["leon-barczak"]
    Person.objects.filter(source="dina-rahman").update(is_editor=True)
    since = import_folder(DEMO / "since")
    assert [report.refused for report in since if report.name == "done.jsonl"] == [[]]
    assert (Report.objects.open().count(), Appeal.objects.open().count(), StoryPlan.objects.count()) == (3, 2, 3)
    assert StoryPage.objects.get(source="bin-stores-before-letters").gallery.count() == 3
    again = import_folder(DEMO / "since")
    assert [(r.made, r.changed, len(r.refused)) for r in again if r.name == "done.jsonl"] == [(0, 0, 0)]


def test_a_story_of_another_hub_is_told_as_what_we_did(db: None, tmp_path: Path) -> None:
    rows = folder(
        tmp_path,
        people=[{"slug": "ann", "name": "Ann Field", "organisation": "Library of Congress"}],
        topics=[{"slug": "call-centres", "title": "Call centres", "deck": "Answering."}],
        stories=[{**STORY, "authors": ["ann", "Rachel Flagg"], "topics": ["Call centres", "social media"]}],
    )
    import_folder(rows)
    story = StoryPage.objects.get(source="phones")
    assert story.did == "<p>We <b>took</b> it off.</p>"
    assert story.community.slug == "general"
    assert story.council.name == "Library of Congress"
    assert story.council.kind == Council.Kind.OTHER
    assert [topic.slug for topic in story.topics.all()] == ["call-centres"]
    assert sorted(story.tags.names()) == ["social media"]
    assert story.credited == "Rachel Flagg"
    assert story.published_at == datetime(2016, 5, 6, 13, tzinfo=UTC)


def test_a_story_that_names_nobody_goes_to_the_organisation_that_the_operator_names(db: None, tmp_path: Path) -> None:
    import_folder(folder(tmp_path, stories=[STORY]), organisation="NHS England", community="shared")
    story = StoryPage.objects.get()
    assert (story.council.name, story.community.slug) == ("NHS England", "shared")


def test_bad_rows_are_reported_by_line_and_the_rest_goes_in(db: None, tmp_path: Path) -> None:
    rows = folder(
        tmp_path,
        stories=[
            "{not json",
            "[1]",
            {**STORY, "slug": ""},
            {**STORY, "slug": "no-title", "title": ""},
            {**STORY, "slug": "bad-date", "date": "06/05/2016"},
            {**STORY, "slug": "no-such-day", "date": "2016-02-31"},
            {**STORY, "slug": "no-text", "body_markdown": ""},
            {**STORY, "slug": "wrong-type", "topics": {"a": 1}},
            {**STORY, "slug": "wrong-state", "state": "lost"},
            STORY,
        ],
    )
    report = report_on(import_folder(rows), "stories")
    assert [line for line, _ in report.refused] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert report.made == 1
    assert "06/05/2016" in dict(report.refused)[5]


def test_a_long_summary_is_cut_for_lists_and_kept_in_the_story(db: None, tmp_path: Path) -> None:
    long = "We asked every caretaker first. " * 20
    import_folder(folder(tmp_path, stories=[{**STORY, "summary": long}]))
    story = StoryPage.objects.get()
    assert len(story.summary) <= 280
    assert story.summary.endswith("…")
    assert "".join(long.split()) in "".join(story.did.split())


def test_a_changed_row_changes_its_story_unless_somebody_edited_it_here(db: None, tmp_path: Path) -> None:
    import_folder(folder(tmp_path, stories=[STORY]))
    report = report_on(import_folder(folder(tmp_path, stories=[{**STORY, "title": "Off for a month"}])), "stories")
    assert (report.made, report.changed) == (0, 1)
    story = StoryPage.objects.get()
    assert story.title == "Off for a month"
    address = story.get_absolute_url()
    editor = Person.objects.create_superuser("dina@hub.example", "x")
    story.save_revision(user=editor).publish()
    report = report_on(import_folder(folder(tmp_path, stories=[{**STORY, "title": "Lost"}])), "stories")
    assert len(report.refused) == 1
    assert StoryPage.objects.get().get_absolute_url() == address


def test_an_import_that_was_interrupted_finishes_when_it_is_run_again(db: None, tmp_path: Path) -> None:
    rows = [{**STORY, "slug": f"story-{n}", "title": f"Story {n}"} for n in range(120)]

    class Killed(Exception):
        pass

    def progress(name: str, count: int) -> Any:
        def move(done: int) -> None:
            if StoryPage.objects.count() >= 50:
                raise Killed

        return move

    with pytest.raises(Killed):
        import_folder(folder(tmp_path, stories=rows), progress=progress)
    assert 0 < StoryPage.objects.count() < 120
    report = report_on(import_folder(tmp_path), "stories")
    assert report.made + report.same == 120
    assert StoryPage.objects.count() == 120


def test_what_is_for_a_community_that_was_merged_since_goes_to_the_one_that_it_is_part_of(
    cast: Cast, tmp_path: Path
) -> None:
    phones = {"slug": "phones", "title": "Phones", "purpose": "We answer.", "facilitators": ["ann"]}
    files = {"councils": COUNCILS, "people": PEOPLE, "communities": [phones]}
    import_folder(folder(tmp_path, **files))
    merge_communities(CommunityPage.objects.get(slug="phones"), into=cast.waste, by=cast.dina)
    import_folder(
        folder(
            tmp_path,
            **{**files, "communities": [{**phones, "title": "Telephones"}]},
            stories=[{**STORY, "community": "phones"}],
        )
    )
    assert StoryPage.objects.get().community == cast.waste
    assert CommunityPage.objects.filter(live=True).get().title == "Waste and recycling"


def test_a_dry_run_keeps_nothing(db: None, tmp_path: Path) -> None:
    report = report_on(import_folder(folder(tmp_path, stories=[STORY]), dry_run=True), "stories")
    assert report.made == 1
    assert not StoryPage.objects.exists()
    assert not CommunityPage.objects.exists()


def test_a_clock_time_is_read_in_the_zone_that_the_row_names() -> None:
    row = Row(1, {"start": "2017-07-11 14:00:00 -0500", "timezone": "America/New_York"})
    assert row.moment("start") == datetime(2017, 7, 11, 18, tzinfo=UTC)
    with pytest.raises(BadRow):
        Row(1, {"start": "2017-07-11 14:00:00", "timezone": "Mars/Olympus"}).moment("start")


def test_words_are_cut_at_a_space() -> None:
    assert shorten("one two three", 9) == "one two…"
    assert shorten("one", 9) == "one"


def test_the_command_says_what_became_of_each_file_and_fails_on_a_refused_row(db: None, tmp_path: Path) -> None:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_stories", str(folder(tmp_path, stories=[STORY, "{"])), stdout=out, stderr=err)
    assert ended.value.code == 1
    assert "stories.jsonl: 2 read, 1 made" in out.getvalue()
    assert "stories.jsonl:2: refused: not JSON" in err.getvalue()


def test_the_command_says_when_there_is_nothing_to_import(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nothing to import"):
        call_command("import_stories", str(tmp_path))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Six", "Six months"),
        ("Seven, one of them wasted", "Seven months, one of them wasted"),
        ("One to prepare", "One month to prepare"),
        ("Two weeks to start", "Two weeks to start"),
        ("Three summers. It need not have", "Three summers. It need not have"),
        ("", ""),
    ],
)
def test_how_many_months_it_took_is_said_with_its_unit(words: str, told: str) -> None:
    assert months(words) == told


def test_somebody_who_closed_their_account_is_left_alone_and_thanked_by_name(db: None, tmp_path: Path) -> None:
    people = [{"slug": "ann", "name": "Ann Field", "role": "Clerk"}]
    import_folder(folder(tmp_path, people=people))
    ann = Person.objects.get(source="ann")
    close_account(ann, by=ann, keep_name=False)
    left = Person.objects.filter(source="ann").values().get()
    reports = import_folder(
        folder(tmp_path, people=[{**people[0], "role": "Mayor"}], stories=[{**STORY, "authors": ["ann"]}])
    )
    assert report_on(reports, "people").refused == [(1, "closed their account here, so they were left alone")]
    assert Person.objects.filter(source="ann").values().get() == left
    story = StoryPage.objects.get(source="phones")
    assert not story.authorships.exists()
