"""Where editors and facilitators look after the words on stories."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from taggit.models import Tag

from community import access
from community.models import Person, PersonSkill
from hub.keyset import page_of
from hub.refusal import Refused
from practice import tags as verbs
from practice.doubles import counted, doubles_for, tell_apart
from practice.forms.tags import IntoForm, NameForm, TopicForm
from practice.models import StoryPage, TagChange
from practice.narrowing import tags_seen_by

A_PAGE = 40


@dataclass(frozen=True)
class Word:
    """A word of the list, with how many stories that the reader knows have it, and whether they may change it."""

    tag: Tag
    number: int
    changeable: bool


@never_cache
@login_required
def tags(request: HttpRequest) -> HttpResponse:
    """Every word on stories that this person may read, what may be the same, and what was done lately."""
    me = _carer(request)
    if request.method == "POST":
        return _told_apart(request, me)
    words = request.GET.get("q", "").replace("\0", "").strip()[:60]
    found = tags_seen_by(me).order_by("name", "pk")
    page = page_of(
        found.filter(name__icontains=words) if words else found, request.GET, by="name", descending=False, size=A_PAGE
    )
    numbers, mine = (
        counted(me),
        set(verbs.changed_by(me).filter(pk__in=[tag.pk for tag in page.rows]).values_list("pk", flat=True)),
    )
    changes = list(TagChange.objects.seen_by(me).standing().select_related("by").order_by("-at", "-pk")[:8])
    context = {
        "words": words,
        "tags": [Word(tag, numbers.get(tag.pk, 0), tag.pk in mine) for tag in page.rows],
        "total": len(numbers),
        "doubles": [] if words else doubles_for(me),
        "changes": [(change, verbs.may_undo(change, me)) for change in changes],
        **page.addresses([("q", words)] if words else []),
    }
    return render(request, "practice/tags.html", context)


def _told_apart(request: HttpRequest, me: Person) -> HttpResponse:
    """Remember that two words are not the same."""
    slugs = [request.POST.get(name, "").replace("\0", "") for name in ("one", "other")]
    seen = tags_seen_by(me)
    one, other = (get_object_or_404(seen, slug=slug) for slug in slugs)
    tell_apart(one, other, by=me)
    messages.success(request, f"Remembered: “{one.name}” and “{other.name}” are two words. Nobody is asked again.")
    return redirect("tags")


@dataclass(frozen=True)
class Act:
    """Something that can be done to a word: the words of its page, its form, and the verb."""

    title: str
    button: str
    form: Callable[..., forms.Form]
    do: Callable[[Tag, Person, dict[str, Any]], str]


def _rename(tag: Tag, me: Person, given: dict[str, Any]) -> str:
    change = verbs.rename(tag, by=me, name=given["name"])
    return f"“{change.name}” is called “{change.became}” now."


def _merge(tag: Tag, me: Person, given: dict[str, Any]) -> str:
    change = verbs.merge(tag, into=given["into"], by=me)
    return f"“{change.name}” and “{change.became}” are one word now."


def _retire(tag: Tag, me: Person, given: dict[str, Any]) -> str:
    verbs.retire(tag, by=me)
    return f"“{tag.name}” stands on no story any more."


def _promote(tag: Tag, me: Person, given: dict[str, Any]) -> str:
    topic = verbs.promote(tag, by=me, **given)
    return f"“{tag.name}” is the topic “{topic}” now."


ACTS = {
    "rename": Act("Give “{}” another name", "Rename it", NameForm, _rename),
    "merge": Act("Merge “{}” into another word", "Merge the two", IntoForm, _merge),
    "retire": Act("Take “{}” off every story", "Retire it", forms.Form, _retire),
    "promote": Act("Make “{}” a topic", "Make it a topic", TopicForm, _promote),
}


@never_cache
@login_required
def change(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    """Rename, merge, retire or promote a word: the page says in figures what will happen, and asks."""
    tag = tags_seen_by(request.user).filter(slug=slug).first()
    if tag is None or verb not in ACTS:
        raise Http404
    me = _carer(request)
    if verb == "promote" and not access.is_editor(me):
        raise PermissionDenied
    act, status = ACTS[verb], 200
    form = _form(request, act, tag, me)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = act.do(tag, me, form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, done)
                return redirect("tags")
    into = form.cleaned_data.get("into") if form.is_bound and form.is_valid() else None
    context = {
        "tag": tag,
        "verb": verb,
        "title": act.title.format(tag.name),
        "button": act.button,
        "form": form,
        "into": into,
        "figures": _figures(tag, verb, into, me),
        "may": verbs.changed_by(me).filter(pk=tag.pk).exists(),
        "others": tags_seen_by(me).exclude(pk=tag.pk).order_by("name")[:400] if verb == "merge" else [],
        "acts": [name for name in ACTS if name != "promote" or access.is_editor(me)],
    }
    return render(request, "practice/tag_change.html", context, status=status)


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a change back."""
    me = _carer(request)
    change = get_object_or_404(TagChange.objects.seen_by(me), pk=pk)
    try:
        verbs.undo(change, by=me)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Taken back. “{change.name}” stands where it stood.")
    return redirect("tags")


def _form(request: HttpRequest, act: Act, tag: Tag, me: Person) -> forms.Form:
    """The form of an act. Which word stays may also be said in the address, so that its figures are seen first."""
    if act.form is IntoForm:
        asked = request.GET if request.GET.get("into") else None
        return IntoForm(request.POST if request.method == "POST" else asked, tag=tag, tags=tags_seen_by(me))
    given = request.POST if request.method == "POST" else None
    initial = {"name": tag.name} if act.form is NameForm else {"title": tag.name[:1].upper() + tag.name[1:]}
    return act.form(given, initial=initial)


def _figures(tag: Tag, verb: str, into: Tag | None, me: Person) -> list[str]:
    """What will happen, in sentences with figures, as far as this person may know them."""
    stories = StoryPage.objects.visible_to(me).tagged(tag.slug)
    number = stories.count()
    communities = stories.order_by().values("community").distinct().count()
    people = PersonSkill.objects.filter(tag=tag).count() if access.is_editor(me) else 0
    said = [
        f"{_stories(number)} in {_many(communities, 'community', 'communities')} {_has(number)} “{tag.name}” today."
    ]
    if verb == "merge" and into:
        both = stories.tagged(into.slug).count()
        there = StoryPage.objects.visible_to(me).tagged(into.slug).count()
        said.append(f"{_stories(there)} {_has(there)} “{into.name}”{f', {both} of them both words' if both else ''}.")
        then = number + there - both
        said.append(f"Afterwards {_stories(then)} {_has(then)} “{into.name}”, and none “{tag.name}”.")
        if people:
            said.append(
                f"{_many(people, 'person names', 'people name')} “{tag.name}” as a skill: it becomes “{into.name}” too."
            )
    elif people and verb == "rename":
        said.append(f"{_many(people, 'person names', 'people name')} it as a skill: it is renamed there too.")
    elif people:
        said.append(f"{_many(people, 'person names', 'people name')} it as a skill, and keep it.")
    if verb == "retire":
        said.append("Afterwards none has it. Its address leads nowhere.")
    elif verb == "promote":
        said.append(
            "Afterwards they are about the topic instead, which search finds by this word too. No button takes it back."
        )
    if verb != "retire":
        said.append(f"Its old address, {reverse('tag', args=[tag.slug])}, leads to the new one for ever.")
    said.append("Drafts and older versions of stories come out with what it is then.")
    return said


def _stories(number: int) -> str:
    return _many(number, "story", "stories")


def _has(number: int) -> str:
    return "has" if number == 1 else "have"


def _many(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"


def _carer(request: HttpRequest) -> Person:
    """Somebody who facilitates any community, or edits the site."""
    assert access.signed_in(request.user)
    if not access.facilitated_by(request.user):
        raise PermissionDenied
    return request.user
