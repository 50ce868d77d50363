"""What can be found. A kind of thing is found when it has a reader here; its documents are read as they are now."""

from collections.abc import Sequence

from search.documents import communities, councils, people, stories, topics
from search.documents.document import (
    COMMUNITY,
    COUNCIL,
    FACETS,
    KIND_WORDS,
    PERSON,
    STORY,
    TOPIC,
    About,
    Document,
    Kind,
    Label,
)

__all__ = [
    "COMMUNITY",
    "COUNCIL",
    "FACETS",
    "KINDS",
    "KIND_WORDS",
    "PERSON",
    "STORY",
    "TOPIC",
    "About",
    "Document",
    "Kind",
    "Label",
    "read",
]

# In the order of the page.
KINDS = {
    kind.name: kind
    for kind in (
        Kind(STORY, stories.read_stories, stories.story_ids),
        Kind(PERSON, people.read_people, people.person_ids),
        Kind(COMMUNITY, communities.read_communities, communities.community_ids),
        Kind(TOPIC, topics.read_topics, topics.topic_ids),
        Kind(COUNCIL, councils.read_councils, councils.council_ids),
    )
}


def read(kind: str, ids: Sequence[int]) -> dict[int, Document]:
    """Those of these things that are there to be found now, by id."""
    return {document.id: document for document in KINDS[kind].read(ids)}
