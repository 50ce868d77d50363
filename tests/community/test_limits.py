"""How often one person may come in, ask, invite and change their portrait."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import Cast, make_community


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/communities/care/join/", 30),
        ("/communities/care/ask/", 30),
        ("/communities/waste-and-recycling/invitations/", 60),
        ("/account/profile/", 60),
    ],
)
def test_nobody_does_it_all_day(client: Client, cast: Cast, address: str, most: int):
    make_community("Care")
    client.force_login(cast.carol)
    answers = [client.post(address).status_code for _ in range(most + 1)]
    assert 429 not in answers[:-1]
    assert answers[-1] == 429


def test_people_who_were_looked_up_and_addresses_are_counted_together(client: Client, cast: Cast):
    client.force_login(cast.carol)
    for _ in range(60):
        client.post("/communities/waste-and-recycling/invitations/", {"email": ""})
    assert client.post(f"/communities/waste-and-recycling/members/{cast.eve.pk}/invite/").status_code == 429
