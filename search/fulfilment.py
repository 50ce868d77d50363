"""How a wish is met: a story that was begun for it, or has its words, is published. Those who wait for it are told."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from community import access
from community.models import Person
from hub.notifications.notify import notify
from practice.models import StoryPage
from search.documents import STORY, Document
from search.matching import OneDocument
from search.models import Wish, WishMark, WishStory
from search.models.demand import FEWEST_PEOPLE
from search.query import Query

# What a story that is begun for a wish says it answers.
ANSWERS = "wish:"


def answer_to(wish: Wish) -> str:
    """The word that leads from a wish to a draft, and is remembered with the story."""
    return f"{ANSWERS}{wish.pk}"


def begun(story: StoryPage, answers: str) -> None:
    """Remember that this story was begun for a wish."""
    number = answers.removeprefix(ANSWERS)
    if not answers.startswith(ANSWERS) or not (number.isascii() and number.isdigit() and len(number) < 19):
        return
    wish = Wish.objects.public().filter(pk=int(number)).first()
    if wish is not None:
        WishStory.objects.get_or_create(wish=wish, story=story)


def meet(document: Document) -> None:
    """See which wishes a story meets that has just been published or changed."""
    if document.kind != STORY:
        return
    begun_for_it = Exists(WishStory.objects.filter(wish=OuterRef("pk"), story=document.id))
    wanted = Q(people__gte=FEWEST_PEOPLE) | Exists(WishMark.objects.filter(wish=OuterRef("pk")))
    wishes = Wish.objects.open().annotate(for_it=begun_for_it).filter(Q(for_it=True) | wanted)
    met = [wish for wish in wishes if wish.for_it]
    if document.audience == access.PUBLIC and (others := [wish for wish in wishes if not wish.for_it]):
        one = OneDocument(document)
        try:
            met += [wish for wish in others if one.is_found_by(Query.of_site(wish.words))]
        finally:
            one.close()
    for wish in met:
        _meet(wish, document)


def _meet(wish: Wish, document: Document) -> None:
    """Tell those who wait and may read it. For everybody else the wish stays, unless everybody may."""
    with transaction.atomic():
        held = Wish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
        story = StoryPage.objects.filter(pk=document.id, shown=True).first()
        if held.state != Wish.State.OPEN or story is None:
            return
        if story.audience == access.PUBLIC:
            held.state, held.met_by = Wish.State.MET, story
            held.save(update_fields=["state", "met_by"])
        marks = held.marks.filter(told_at=None).select_related("person")
        people: list[Person] = [
            mark.person for mark in marks if story.may_be_seen_by(mark.person) and not story.is_author(mark.person)
        ]
        notify(
            people,
            "wish-met",
            about=story,
            subject=f"You looked for “{held.words}”: somebody tells it now",
            words="",
            url=story.get_absolute_url(),
            action="Read the story",
        )
        held.marks.filter(person__in=people).update(told_at=timezone.now())
