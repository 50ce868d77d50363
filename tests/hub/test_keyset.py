from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import Person
from hub.keyset import page_of

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=123456)


def people(number: int, *, at_once: int = 1) -> None:
    Person.objects.bulk_create(
        Person(email=f"p{i}@x.example", name=f"{i:03}", date_joined=NOW - timedelta(hours=i // at_once))
        for i in range(number)
    )


def newest() -> "object":
    return Person.objects.order_by("-date_joined", "-pk")


def read(parameters: dict[str, str], size: int = 10) -> "object":
    return page_of(newest(), parameters, by="date_joined", size=size)


def names(page: "object") -> list[str]:
    return [person.name for person in page.rows]


def test_an_empty_list_has_one_empty_page() -> None:
    page = read({})
    assert (page.rows, page.newer, page.older) == ([], {}, {})


def test_going_to_the_end_and_back_shows_each_row_once() -> None:
    people(25, at_once=7)  # several have the same moment, so that the key decides
    expected = [person.name for person in newest()]
    forward, page = [], read({})
    assert page.newer == {}
    while True:
        forward.append(names(page))
        if not page.older:
            break
        page = read(page.older)
    assert [name for names_of_page in forward for name in names_of_page] == expected
    backward = [names(page)]
    while page.newer:
        page = read(page.newer)
        backward.insert(0, names(page))
    assert backward == forward


def test_a_new_row_moves_nothing_on_the_next_page() -> None:
    people(30)
    first = read({})
    Person.objects.create(email="new@x.example", name="new", date_joined=NOW + timedelta(hours=1))
    assert names(read(first.older)) == [f"{i:03}" for i in range(10, 20)]
    back = read(read(first.older).newer)
    assert names(back) == [f"{i:03}" for i in range(10)]
    assert names(read(back.newer))[0] == "new"  # near the start the first page is shown whole


def test_a_row_that_is_deleted_does_not_break_its_cursor() -> None:
    people(30)
    first = read({})
    first.rows[-1].delete()
    assert names(read(first.older)) == [f"{i:03}" for i in range(10, 20)]


def test_the_oldest_first_reads_the_other_way() -> None:
    people(15)
    queryset = Person.objects.order_by("date_joined", "pk")
    first = page_of(queryset, {}, by="date_joined", descending=False, size=10)
    second = page_of(queryset, first.older, by="date_joined", descending=False, size=10)
    assert names(first) == [f"{i:03}" for i in range(14, 4, -1)]
    assert names(second) == [f"{i:03}" for i in range(4, -1, -1)]
    assert second.older == {}


@pytest.mark.parametrize(
    "cursor", ["x", "1", "-", "99999999999999999-1", "1-999999999999999999", "1.5-2", "' OR 1=1", "１-２"]
)
def test_a_broken_cursor_is_a_page_and_no_error(cursor: str) -> None:
    people(3)
    for name in ("after", "before"):
        assert len(read({name: cursor}).rows) == 3


def test_a_cursor_past_the_end_shows_the_first_page() -> None:
    people(3)
    assert len(read({"after": "1-1"}).rows) == 3


def test_the_other_parameters_stay_in_the_addresses() -> None:
    people(12)
    addresses = read({}).addresses([("topic", "food waste"), ("topic", "fly-tipping")])
    assert addresses["newer"] == ""
    assert addresses["older"].startswith("?topic=food+waste&topic=fly-tipping&after=")
