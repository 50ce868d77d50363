"""The world that the access tests look at."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.browsers import client_of
from tests.access.world import ROLES, World, make_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, made once and taken away at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        for role in ROLES:
            client_of(world, role)
        yield world
        transaction.set_rollback(True)
