"""Writing a story: the page with all of it, the page of one question, and the saving as one types."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.models import Revision

from hub.limits import limited
from hub.models import Picture
from hub.numbers import number_in
from hub.refusal import Refused
from practice import credits, presence, questions, reading, writing
from practice.appealable import decline_to_appeal
from practice.forms.merging import Clash, as_sent, choose, merge
from practice.forms.pictures import ORDER, moved
from practice.forms.writing import WriteForm, seen_of
from practice.models import StoryAttachment, StoryPage, StoryPicture, StoryPlan
from practice.outline import next_of, outline_of
from practice.questions import Question
from practice.views.remarking import act_from_draft
from practice.yours import notes_on

TRIES = 3


def story_to_write(request: HttpRequest, pk: int) -> StoryPage:
    """The story, for those who may change it. For others it is not there, unless they may read it."""
    story = get_object_or_404(StoryPage.objects.select_related("community__policy", "latest_revision"), pk=pk)
    if story.may_be_edited_by(request.user):
        return story
    if story.may_be_seen_by(request.user):
        raise PermissionDenied("Only its authors can change this story.")
    raise Http404


@dataclass(frozen=True)
class Saved:
    """What became of one save."""

    draft: StoryPage
    clashes: list[Clash]
    merged: list[str]


@login_required
@never_cache
@require_GET
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to where this person likes to write: to the first question without an answer, or to all of them."""
    story = story_to_write(request, pk)
    content = writing.draft_of(story).serializable_data()
    return redirect(questions.where_to_write(story, request.user, content))  # type: ignore[arg-type]


@login_required
@never_cache
@limited("save-story", person="60/m")
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which a whole story is written. Saves without a script, too."""
    return _written(request, pk, None)


@login_required
@never_cache
@limited("save-story", person="60/m")
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One question of a story. What is answered is saved on the way to the next one."""
    if key not in questions.BY_KEY:
        raise Http404
    return _written(request, pk, questions.BY_KEY[key])


def _written(request: HttpRequest, pk: int, asked: Question | None) -> HttpResponse:
    """Show a page of the form, or save what was written on it and go on."""
    story = story_to_write(request, pk)
    current = writing.draft_of(story)
    person: Any = request.user
    if request.method == "GET":
        return _page(request, story, current, WriteForm(draft=current, by=person, question=asked), asked)
    form = WriteForm(_taken(request), request.FILES, draft=current, by=person, question=asked)
    form.is_valid()
    try:
        saved = _save(request, story, form, files=asked is None)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, story, current, form, asked)
    if saved.clashes:
        return _conflict(request, story, saved, asked)
    if form.errors:
        # What was in order is kept; the page shows the rest as it was typed, on top of the new version.
        _say_what_was_taken(request, form, saved.draft)
        return _page(request, story, saved.draft, form, asked, saved.merged)
    return _onward(request, story, asked)


def _say_what_was_taken(request: HttpRequest, form: WriteForm, saved: StoryPage) -> None:
    """Where some files or pictures were refused, name those that were not, and show them."""
    if "file" in form.errors and form.taken_files:
        names = ", ".join(f"“{file.name}”" for file in form.taken_files)
        kept = {attachment.name for attachment in saved.attachments.all()}
        if all(file.name in kept for file in form.taken_files):
            messages.success(request, f"Saved all the same: {names}.")
    if "more_pictures" in form.errors:
        form.show_gallery_of(saved)


def _taken(request: HttpRequest) -> QueryDict:
    """What was sent, with the topic or the word that was taken by its button, or the picture that was moved by its."""
    if "move" in request.POST:
        sent = request.POST.copy()
        sent[ORDER], _ = moved(sent.get(ORDER, ""), request.POST["move"])
        return sent
    kind, _, value = request.POST.get("take", "").partition(":")
    if not value:
        return request.POST
    sent = request.POST.copy()
    if kind == "topic":
        sent.appendlist("topics", value)
    elif kind == "tag":
        sent["tags"] = f"{sent.get('tags', '')}, {value}"
    return sent


def _onward(request: HttpRequest, story: StoryPage, asked: Question | None) -> HttpResponse:
    """Where the button leads that saved."""
    then = request.POST.get("then", "")
    person: Any = request.user
    if then in {"one", "all"}:
        questions.remember_habit(person, one_at_a_time=then == "one")
        if asked and then == "all":
            return redirect(questions.address_of(story, asked.anchor, one_at_a_time=False))
        return redirect("draft-go-on", story.pk)
    if asked and then in {"next", "back"}:
        to = questions.after(asked) if then == "next" else questions.before(asked)
        return redirect("draft-question", story.pk, to.key) if to else redirect("draft-check", story.pk)
    if then.startswith(("take-", "settle-")):
        return act_from_draft(request, story, then)
    if then in {"check", "preview", "together", "remarks"}:
        return redirect(f"draft-{then}", story.pk)
    seen_by = "Readers see the published version until you send this one." if story.live else "Only its authors see it."
    messages.success(request, f"Saved. {seen_by}")
    if "move" in request.POST:
        anchor = moved(request.POST.get(ORDER, ""), request.POST["move"])[1] or "id_gallery"
        return HttpResponse(status=303, headers={"Location": f"{request.path}#{anchor}"})
    anchor = "#found" if "take" in request.POST and not asked else "#files" if then == "files" else ""
    return HttpResponse(status=303, headers={"Location": f"{request.path}{anchor}"})


@login_required
@never_cache
@limited("keep-story", person="120/m")
@require_POST
def keep(request: HttpRequest, pk: int) -> JsonResponse:
    """Save as one types. Answers the new version, or 409 and what somebody else changed as well."""
    story = story_to_write(request, pk)
    current = writing.draft_of(story)
    asked = questions.BY_KEY.get(request.GET.get("question", ""))
    form = WriteForm(request.POST, draft=current, by=request.user, question=asked)  # type: ignore[arg-type]
    form.is_valid()
    try:
        saved = _save(request, story, form, files=False)
    except Refused as refusal:
        return JsonResponse({"refused": str(refusal)}, status=422)
    errors = {name: " ".join(map(str, sentences)) for name, sentences in form.errors.items() if name != "file"}
    if saved.clashes:
        return JsonResponse({"clashes": [clash.label for clash in saved.clashes]}, status=409)
    content = saved.draft.serializable_data()
    return JsonResponse(
        {
            "base": saved.draft.latest_revision_id,
            "seen": seen_of(saved.draft),
            "at": date_format(timezone.localtime(), "H:i"),
            "errors": errors,
            "merged": {name: as_sent(saved.draft, name) for name in saved.merged},
            "done": [section.anchor for section in outline_of(content) if section.done],
            "next": _next(story, content, asked),
            "company": _company(request, saved.draft),
        }
    )


def _company(request: HttpRequest, draft: StoryPage) -> str:
    """Note that this person is here, and say who else is."""
    person: Any = request.user
    presence.here(draft, person)
    return presence.in_words(presence.others_here(draft, person))


def _next(story: StoryPage, content: Any, asked: Question | None) -> dict[str, str] | None:
    """What would help readers most next, and where it is written."""
    step = next_of(content)
    if step is None:
        return None
    return {
        "words": step.words,
        "address": questions.address_of(story, step.anchor, one_at_a_time=asked is not None),
    }


def _save(request: HttpRequest, story: StoryPage, form: WriteForm, *, files: bool) -> Saved:
    """Save what is in order. Where somebody saved meanwhile, save what only this person changed, and say the rest."""
    base, seen = _base_of(request)
    current = form.draft
    choices = {name: request.POST.get(f"choose-{name}", "mine") for name in request.POST.getlist("clash")}
    given = _picture_of(request, form) if files else {}
    more = _attachments_of(form) if files else []
    taken_out = set(request.POST.getlist("take_out")) if files else set()
    for _ in range(TRIES):
        merged = merge(form, current, seen, trusted=current.latest_revision_id == base)
        values = {**choose(merged.values, current, choices), **given}
        attachments = list(current.attachments.all())
        kept = [attachment for attachment in attachments if attachment.key not in taken_out]
        if more and len(kept) + len(more) > writing.MOST_FILES:
            form.add_error("file", f"A story can have {writing.MOST_FILES} files. Take some out first.")
            for attachment in more:
                attachment.file.delete(save=False)
            more = []
        if more or len(kept) < len(attachments):
            values["attachments"] = [*kept, *more]
            for attachment in kept:
                attachment.title = values.get("titles", {}).get(attachment.key, attachment.title)
        if files and (gallery := _gallery(request, form, current, values.get("gallery"))) is not None:
            values["gallery"] = gallery
        if not values:
            return Saved(current, merged.clashes, merged.theirs_alone)
        try:
            revision = writing.save_draft(
                story,
                by=request.user,  # type: ignore[arg-type]
                base_revision=current.latest_revision_id or 0,
                values=values,  # type: ignore[arg-type]
            )
            return Saved(_as_saved(story, revision), merged.clashes, merged.theirs_alone)
        except writing.Conflict as conflict:
            # Somebody saved between our reading and our writing: weigh again.
            current = conflict.theirs
    raise Refused("Several people are saving this at once. Your text is still on this page: save it again in a moment.")


def _as_saved(story: StoryPage, revision: Revision) -> StoryPage:
    story.latest_revision = revision
    return writing.draft_of(story)


def _base_of(request: HttpRequest) -> tuple[int, dict[str, str]]:
    """The version that the page was made from, and the marks of its fields. Nonsense counts as an unknown version."""
    try:
        seen = json.loads(request.POST.get("seen", "{}"))
    except (ValueError, RecursionError):
        seen = {}
    return number_in(request.POST.get("base", "")), seen if isinstance(seen, dict) else {}


def _picture_of(request: HttpRequest, form: WriteForm) -> dict[str, Any]:
    """The picture that was given, stored, or none where it was taken out."""
    if given := form.cleaned_data.get("picture"):
        title = form.cleaned_data.get("title") or form.draft.title
        if not form.cleaned_data.get("picture_alt"):
            form.add_error("picture_alt", "The picture is saved. Say what it shows, for those who cannot see it.")
        return {"picture": Picture.objects.create(title=title[:255], file=given, uploaded_by_user=request.user)}
    if form.cleaned_data.get("without_picture"):
        return {"picture": None, "picture_alt": ""}
    return {}


def _attachments_of(form: WriteForm) -> list[StoryAttachment]:
    """The files that were given, each stored under a name that cannot be guessed."""
    uploads = form.taken_files
    title = form.cleaned_data.get("file_title") if len(uploads) == 1 else ""
    attachments = []
    for upload in uploads:
        attachment = StoryAttachment(
            title=(title or upload.name.rsplit(".", 1)[0])[:160],
            name=upload.name,
            content_type=upload.content_type,
            size=upload.size,
        )
        attachment.file.save(upload.name, upload.file, save=False)
        attachments.append(attachment)
    return attachments


def _gallery(
    request: HttpRequest, form: WriteForm, current: StoryPage, rows: list[StoryPicture] | None
) -> list[StoryPicture] | None:
    """The gallery with what was added and without what was taken out, or nothing where neither was."""
    out = set(request.POST.getlist("gallery_out"))
    given, form.taken_pictures = form.taken_pictures, []
    if not (out or given):
        return None
    kept = [row for row in rows or current.gallery.all() if str(row.picture_id) not in out]
    if len(kept) + len(given) > writing.MOST_PICTURES:
        form.add_error("more_pictures", f"A story can have {writing.MOST_PICTURES} pictures. Take some out first.")
        given = []
    title, person = (form.cleaned_data.get("title") or form.draft.title)[:255], request.user
    new = [Picture.objects.create(title=title, file=file, uploaded_by_user=person) for file in given]
    if new:
        messages.info(request, "The pictures are saved. Say of each what it shows, for those who cannot see it.")
    return [*kept, *(StoryPicture(picture=picture) for picture in new)]


def _marks(request: HttpRequest, draft: StoryPage, merged: list[str]) -> str:
    """The marks of the fields of a page. Of what another author changed alone, such a page shows the text before."""
    before = _base_of(request)[1]
    return json.dumps({**seen_of(draft), **{name: before[name] for name in merged}}, separators=(",", ":"))


def _page(
    request: HttpRequest,
    story: StoryPage,
    current: StoryPage,
    form: WriteForm,
    asked: Question | None,
    merged: Iterable[str] = (),
) -> HttpResponse:
    """The write page, or the page of one question."""
    content = current.serializable_data()
    note = notes_on([story]).get(story.pk)
    context: dict[str, Any] = {
        "story": story,
        "draft": current,
        "form": form,
        "base": current.latest_revision_id,
        "seen": _marks(request, current, list(merged)),
        "next": _next(story, content, asked),
        "note": note,
        "decline": decline_to_appeal(story, request.user) if note and note.declined else None,
        "being_read": story.edit_state == StoryPage.State.IN_REVIEW,
        "saved_at": current.latest_revision_created_at,
        "company": _company(request, current),
        "plan": StoryPlan.objects.filter(story=story).first(),
    }
    if asked:
        place = questions.QUESTIONS.index(asked) + 1
        context |= {
            "question": asked,
            "place": place,
            "questions": questions.QUESTIONS,
            "answered": questions.answered(content),
            "enough": place >= questions.ENOUGH or not current.missing(),
        }
    else:
        context |= {
            "outline": outline_of(content),
            "files": current.attachments.all(),
            "authors": credits.authors_of(current),
            "asked_to_write": story.writer_invitations.open().count(),
            "picture_url": current.picture_address(reading.PICTURE_WIDTHS[0]) if current.picture_id else "",
        }
    template = "practice/write_question.html" if asked else "practice/write.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _conflict(request: HttpRequest, story: StoryPage, saved: Saved, asked: Question | None) -> HttpResponse:
    """Both texts side by side, with a choice for each."""
    dropped = {"csrfmiddlewaretoken", "base", "seen", "clash", "then", "take_out", "without_picture"}
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in dropped and not name.startswith("choose-")
        for value in values
    ]
    context = {
        "story": story,
        "clashes": saved.clashes,
        "typed": typed,
        "base": saved.draft.latest_revision_id,
        "seen": _marks(request, saved.draft, saved.merged),
        "saved_by": saved.draft.latest_revision.user if saved.draft.latest_revision else None,
        "others_saved": saved.merged,
        "question": asked,
    }
    return render(request, "practice/write_conflict.html", context, status=409)
