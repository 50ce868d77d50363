"""People who look for something that is not there."""

from collections.abc import Iterable

from django.test import Client

from community.models import Person


def look_for(words: str, *people: Person, addresses: Iterable[str] = ()) -> None:
    """Search in the browser, as each of these people, and as visitors from each of these addresses."""
    for person in people:
        client = Client()
        client.force_login(person)
        client.get("/search/", {"q": words})
    for address in addresses:
        Client(REMOTE_ADDR=address).get("/search/", {"q": words})
