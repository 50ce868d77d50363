"""A browser for each role."""

from django.conf import settings
from django.test import Client

from tests.access.world import World


def client_of(world: World, role: str) -> Client:
    """A browser in which this role is signed in. Each role signs in once; a new browser takes its cookie over."""
    client = Client()
    person = world.people[role]
    if person is None:
        return client
    if role not in world.cookies:
        client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
        world.cookies[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[role]
    return client
