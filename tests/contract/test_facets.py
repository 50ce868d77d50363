"""What is counted, and that the counts stay true while a person chooses."""

from datetime import UTC, datetime

from tests.contract.conftest import about, counts, ids, label, story


def stories():
    waste, care = label("Waste"), label("Care")
    return [
        story(1, "Bins", community=waste, region="North", status=label("Running"), topics=(about("Food"),)),
        story(
            2, "Bins", community=waste, region="South", status=label("Stopped"), topics=(about("Food"), about("Fly"))
        ),
        story(3, "Bins", community=care, region="North", status=label("Running")),
        story(4, "Other", community=care, region="East", published=datetime(2024, 6, 1, tzinfo=UTC)),
    ]


def test_every_facet_is_counted(write, ask) -> None:
    write(
        story(
            1,
            topics=(about("Food"), about("Waste")),
            tags=(label("Caddies"),),
            community=label("Waste"),
            council=label("Ambleford"),
            tier=label("District"),
            region="North",
            nation="England",
            status=label("Running"),
        )
    )
    facets = {facet: [(v.value, v.words, v.count) for v in values] for facet, values in ask().facets.items()}
    assert facets == {
        "topic": [("food", "Food", 1), ("waste", "Waste", 1)],
        "tag": [("caddies", "Caddies", 1)],
        "community": [("waste", "Waste", 1)],
        "council": [("ambleford", "Ambleford", 1)],
        "tier": [("district", "District", 1)],
        "region": [("North", "North", 1)],
        "nation": [("England", "England", 1)],
        "status": [("running", "Running", 1)],
        "year": [("2026", "2026", 1)],
    }


def test_only_what_was_found_is_counted(write, ask) -> None:
    write(*stories())
    assert counts(ask("bins"), "region") == {"North": 2, "South": 1}
    assert counts(ask("bins"), "topic") == {"food": 2, "fly": 1}


def test_the_most_frequent_value_comes_first(write, ask) -> None:
    write(*stories())
    assert [value.words for value in ask().facets["region"]] == ["North", "East", "South"]


def test_values_of_one_facet_widen_and_facets_narrow(write, ask) -> None:
    write(*stories())
    assert set(ids(ask(filters={"region": ["North", "South"]}))) == {1, 2, 3}
    assert set(ids(ask(filters={"region": ["North", "South"], "community": ["waste"]}))) == {1, 2}
    assert ids(ask("bins", filters={"community": ["care"]})) == [3]
    assert ask(filters={"community": ["nowhere"]}).total == 0


def test_a_facet_counts_with_all_other_facets(write, ask) -> None:
    write(*stories())
    answer = ask(filters={"region": ["North"], "community": ["waste"]})
    assert answer.total == 1
    assert counts(answer, "region") == {"North": 1, "South": 1}  # within Waste
    assert counts(answer, "community") == {"waste": 1, "care": 1}  # within North
    assert counts(answer, "status") == {"running": 1}  # within both
    three = ask(filters={"region": ["North"], "community": ["waste"], "status": ["stopped"]})
    assert three.total == 0
    assert counts(three, "status") == {"running": 1, "stopped": 0}
    assert counts(three, "region") == {"South": 1, "North": 0}


def test_each_count_is_what_choosing_the_value_brings(write, ask) -> None:
    write(*stories())
    chosen = {"region": ["North", "East"], "status": ["running"]}
    for facet, values in ask(filters=chosen).facets.items():
        for value in values:
            assert value.count == ask(filters={**chosen, facet: [value.value]}).total, (facet, value)


def test_a_chosen_value_is_always_answered(write, ask) -> None:
    write(*stories())
    answer = ask("bins", filters={"region": ["East", "Nowhere"]})
    chosen = {value.value: (value.words, value.count) for value in answer.facets["region"] if value.chosen}
    assert chosen == {"East": ("East", 0), "Nowhere": ("Nowhere", 0)}


def test_a_label_follows_its_latest_document(write, ask) -> None:
    write(story(1, community=label("Waste")))
    write(story(1, community=type(label("Waste"))("waste", "Waste and more")), version=2)
    assert [value.words for value in ask().facets["community"]] == ["Waste and more"]
