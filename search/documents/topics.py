"""What a topic is to an engine, and what topics say of the things that are about them."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet

from community.access import PUBLIC
from practice.models import Topic
from search.documents.document import TOPIC, About, Document, Label


def read_topics(ids: Sequence[int]) -> list[Document]:
    """The documents of these topics."""
    return [topic_document(topic) for topic in Topic.objects.filter(pk__in=ids).select_related("parent")]


def topic_document(topic: Topic) -> Document:
    """What a topic is to an engine. The tree is public; which communities tell of it stands on their documents."""
    return Document(
        kind=TOPIC,
        id=topic.pk,
        audience=PUBLIC,
        title=topic.title,
        url=topic.get_absolute_url(),
        summary=topic.summary,
        other_names=tuple(topic.other_word_list()),
        topics=(About(topic.parent.slug, topic.parent.title),) if topic.parent else (),
        extra={"topic": (Label(topic.slug, topic.title),)},
    )


def topic_ids() -> QuerySet[Topic, int]:
    """Every topic, in the order of their numbers."""
    return Topic.objects.order_by("pk").values_list("pk", flat=True)


def with_groups(topics: Iterable[Topic]) -> Iterator[About]:
    """Topics, then the groups that they belong to: a story on fly-tipping is also found under waste."""
    topics = list(topics)
    groups = {topic.parent.pk: topic.parent for topic in topics if topic.parent}
    for topic in {**{topic.pk: topic for topic in topics}, **groups}.values():
        yield About(topic.slug, topic.title, tuple(topic.other_word_list()))
