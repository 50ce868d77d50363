"""What tests of stories begin with. A file that needs another story or another person says so itself."""

import pytest
from django.test import Client

from practice import writing
from practice.models import StoryPage
from tests.cast import Cast, make_story


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    """What Alice has just begun: nothing but a title."""
    return writing.start(by=cast.alice, title="We asked the caretakers", community=cast.waste)


@pytest.fixture
def alice(client: Client, cast: Cast) -> Client:
    """A browser in which Alice is signed in."""
    client.force_login(cast.alice)
    return client


@pytest.fixture
def kept(cast: Cast) -> StoryPage:
    """A published story, into which another one is merged."""
    return make_story(cast.waste, by=cast.alice)


@pytest.fixture
def gone(cast: Cast) -> StoryPage:
    """A story of somebody else that tells the same."""
    return make_story(cast.waste, by=cast.bob, title="The caretakers were asked", did="<p>We asked them too.</p>")
