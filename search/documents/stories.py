"""What a story is to an engine."""

from collections.abc import Mapping, Sequence

from django.db.models import Prefetch, QuerySet

from hub.richtext import plain_text
from practice.models import AttachedText, Repetition, StoryAttachment, StoryPage
from practice.models.completeness import PARTS
from practice.models.repetition import Repeats
from search.documents.councils import of_council
from search.documents.document import STORY, Document, Label
from search.documents.topics import with_groups


def read_stories(ids: Sequence[int]) -> list[Document]:
    """The documents of those of these stories that are published now."""
    stories = (
        StoryPage.objects.filter(pk__in=ids, live=True, shown=True)
        .select_related("community__policy", "council__replaced_by__replaced_by")
        .prefetch_related("attachments", "topics__parent", "tagged_items__tag", "authorships__person")
        .prefetch_related(Prefetch("repetitions", Repetition.objects.as_of_today()))
    )
    files = StoryAttachment.objects.filter(page__in=ids).values("file")
    words = dict(AttachedText.objects.filter(file__in=files).exclude(text="").values_list("file", "text"))
    return [story_document(story, words) for story in stories]


def story_document(story: StoryPage, attached: Mapping[str, str]) -> Document:
    """What a published story is to an engine. `attached` has the words of files by their names."""
    community = story.community
    repetitions = sorted((said for said in story.repetitions.all() if not said.hidden_at), key=lambda said: said.pk)
    files_of_it = sorted(story.attachments.all(), key=lambda file: (file.sort_order or 0, file.pk))
    people = [str(authorship.person) for authorship in story.authorships.all()]
    told = [plain_text(getattr(story, part)) for part in PARTS]
    return Document(
        kind=STORY,
        id=story.pk,
        audience=story.audience,
        title=story.title,
        url=story.get_absolute_url(),
        summary=story.summary,
        worth_repeating=story.worth_repeating,
        text="\n".join(
            filter(None, [*told, *(words for said in repetitions for words in (said.changed, said.advice))])
        ),
        topics=tuple(with_groups(story.topics.all())),
        tags=tuple(Label(item.tag.slug, item.tag.name) for item in story.tagged_items.all()),
        people=(*people, story.credited) if story.credited else tuple(people),
        community_id=story.community_id,
        community=Label(community.slug, community.title) if community else None,
        status=Label(story.practice_status, story.get_practice_status_display()) if story.practice_status else None,
        published=story.published_at,
        attached="\n".join(filter(None, (attached.get(str(file.file)) for file in files_of_it))),
        repeated=Repeats.of(repetitions).total,
        source=story.source,
        **of_council(story.council),
    )


def story_ids() -> QuerySet[StoryPage, int]:
    """Every published story, in the order of their numbers."""
    return StoryPage.objects.filter(live=True, shown=True).order_by("pk").values_list("pk", flat=True)
