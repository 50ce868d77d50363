"""How a wish is met: a story that was begun for it, or has its words, is published. Those who wait for it are told."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from community import access
from community.models import Person
from hub.notifications.notify import notify
from hub.numbers import number_in
from practice.models import StoryPage
from search.documents import STORY, Document
from search.finds import quoted, told_with
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
    if not answers.startswith(ANSWERS):
        return
    wish = Wish.objects.public().filter(pk=number_in(answers.removeprefix(ANSWERS))).first()
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
    if met:
        _tell(met, document)


def _tell(wishes: Sequence[Wish], document: Document) -> None:
    """Tell those who wait and may read it: each once, with all that they looked for and what they keep looking for.

    For everybody else a wish stays, unless everybody may read the story.
    """
    with transaction.atomic():
        open_ones = Wish.objects.open().filter(pk__in=[wish.pk for wish in wishes]).order_by("pk")
        held = list(open_ones.select_for_update(of=("self",)))
        story = StoryPage.objects.filter(pk=document.id, shown=True).first()
        if story is None:
            return
        wanted: dict[Person, list[Wish]] = {}
        for wish in held:
            if story.audience == access.PUBLIC:
                wish.state, wish.met_by = Wish.State.MET, story
                wish.save(update_fields=["state", "met_by"])
            for mark in wish.marks.filter(told_at=None).select_related("person"):
                if story.may_be_seen_by(mark.person) and not story.is_author(mark.person):
                    wanted.setdefault(mark.person, []).append(wish)
        kept = told_with(wanted, story)
        together: dict[str, list[Person]] = {}
        for person, each in wanted.items():
            together.setdefault(_subject([wish.words for wish in each], kept.get(person.pk, [])), []).append(person)
        for subject, people in together.items():
            notify(
                people,
                "wish-met",
                about=story,
                subject=subject,
                url=story.get_absolute_url(),
                action="Read the story",
            )
        told = WishMark.objects.filter(wish__in=held, person__in=list(wanted), told_at=None)
        told.update(told_at=timezone.now())


def _subject(looked_for: Sequence[str], keep: Sequence[str]) -> str:
    """Why it is told: “heat pumps” was looked for, and searches that are kept find it too."""
    if not keep:
        return f"You looked for {quoted(looked_for)}: somebody tells it now"
    same = {words.casefold() for words in keep} == {words.casefold() for words in looked_for}
    why = "it" if same else quoted(keep, most=1)
    return f"You asked for {quoted(looked_for, most=1)} and keep looking for {why}: somebody tells it now"
