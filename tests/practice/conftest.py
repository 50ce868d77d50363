"""What tests of stories begin with. A file that needs another story or another person says so itself."""

import pytest
from django.test import Client

from practice import writing
from practice.models import StoryPage
from tests.cast import Cast


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    """What Alice has just begun: nothing but a title."""
    return writing.start(by=cast.alice, title="We asked the caretakers", community=cast.waste)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    """A browser in which Alice is signed in."""
    client.force_login(cast.alice)
    return client
