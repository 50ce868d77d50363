"""Who writes a story: the order of the credits, invitations, and the page on which one is answered."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community import access
from community.models import Person
from hub.limits import limited
from hub.numbers import number_in
from hub.refusal import Refused
from practice import co_authors, credits, sharing, writing
from practice.forms.together import LetterForm
from practice.models import StoryPage, WriterInvitation
from practice.views.writing import story_to_write


@login_required
@never_cache
@limited("write-together", person="120/h")
@require_http_methods(["GET", "POST"])
def together(request: HttpRequest, pk: int) -> HttpResponse:
    """Its authors in their order, and who is asked to become one."""
    story = story_to_write(request, pk)
    do, _, number = request.POST.get("do", "").partition(":")
    form = LetterForm(request.POST if do == "write-to" else None)
    status = 200
    if request.method == "POST":
        try:
            done = _invite_by_letter(story, request, form) if do == "write-to" else _do(story, request, do, number)
        except Refused as refusal:
            status = 409
            if do == "write-to":
                form.add_error(None, str(refusal))
            else:
                messages.error(request, str(refusal))
        else:
            if done:
                messages.success(request, done)
                story = StoryPage.objects.get(pk=pk)
                mine = story.may_be_edited_by(request.user)
                return redirect("draft-together", pk) if mine else redirect("your-stories")
            status = 422
    return _page(request, story, form, status)


def _page(request: HttpRequest, story: StoryPage, form: LetterForm, status: int) -> HttpResponse:
    person: Any = request.user
    authors = credits.authors_in(story.latest_revision)
    gone = credits.handed_over(story)
    words = " ".join(request.GET.get("who", "").replace("\0", "").split())[:80]
    context = {
        "story": story,
        "form": form,
        "authors": [(author, author.pk in gone) for author in authors],
        "writes": {author.pk for author in authors if author.pk not in gone},
        "words": words,
        "people": co_authors.found(story, by=person, words=words),
        "sent": story.writer_invitations.select_related("person", "invited_by").order_by("-created_at", "-pk"),
        "hidden": sharing.is_hidden(story),
        "is_author": story.is_author(person),
    }
    return render(request, "practice/write_together.html", context, status=status)


def _invite_by_letter(story: StoryPage, request: HttpRequest, form: LetterForm) -> str:
    if not form.is_valid():
        return ""
    person: Any = request.user
    invitation = co_authors.invite(story, by=person, **form.cleaned_data)
    return f"Invited: {invitation.invitee}. It is good until {invitation.ends_at:%-d %B}."


def _do(story: StoryPage, request: HttpRequest, do: str, number: str) -> str:
    """Do what one of the small buttons says. Returns what was done, in words."""
    me: Any = request.user
    pk = number_in(number)
    if do == "withdraw":
        invitation = get_object_or_404(story.writer_invitations, pk=pk)
        co_authors.withdraw(invitation, by=me)
        return f"The invitation to {invitation.invitee} is withdrawn."
    person = get_object_or_404(Person, pk=pk)
    if do in {"earlier", "later"}:
        credits.move(story, by=me, person=person, earlier=do == "earlier")
        return f"{person} is named {do} now."
    if do == "take-out":
        credits.take_out(story, by=me, person=person)
        return f"{person} is no longer one of its authors."
    if do in {"invite", "hand-over"}:
        if not person.is_active:
            raise Http404
        co_authors.invite(story, by=me, person=person, takes_over=do == "hand-over")
        if do == "hand-over":
            return f"{person} is asked to look after it. Until they accept, nothing changes."
        return f"Invited: {person}. They can write with you once they accept."
    raise Http404


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def asked(request: HttpRequest, pk: int) -> HttpResponse:
    """An invitation to write, for whom it is to, and their answer."""
    me: Any = request.user
    invitation = (
        WriterInvitation.objects.seen_by(me).filter(pk=pk).select_related("story__community", "invited_by").first()
    )
    if invitation is None:
        raise Http404
    if request.method == "POST":
        try:
            if "decline" in request.POST:
                co_authors.decline(invitation, person=me)
                messages.success(request, "You said no. They have been told.")
                return redirect("your-stories")
            story = co_authors.accept(invitation, person=me)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("your-stories")
        messages.success(
            request, "You are one of its authors now. Write where you like: both of you see what is saved."
        )
        return redirect("draft", story.pk)
    draft = writing.draft_of(invitation.story)
    context = {"invitation": invitation, "draft": draft, "authors": credits.authors_of(draft)}
    return render(request, "practice/write_asked.html", context)


@never_cache
@limited("see-invitation", address="600/h")
@require_safe
def asked_by_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Where the letter leads: to the answer, or first to an account with that address."""
    invitation = co_authors.by_letter(token)
    if invitation is None:
        raise Http404
    if access.signed_in(request.user) and invitation.may_be_seen_by(request.user):
        return redirect("writer-invitation", invitation.pk)
    answer = render(request, "practice/write_asked_letter.html", {"invitation": invitation})
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
