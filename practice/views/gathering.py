"""The page on which facilitators choose what their community is about."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from community.models import CommunityPage
from community.views.doors import for_facilitators, sent
from hub.refusal import Refused
from practice import gathering
from practice.forms.gathering import TopicsForm
from practice.models import Topic


@for_facilitators
def community_topics(request: HttpRequest, community: CommunityPage) -> HttpResponse:
    """Choose the topics of a community."""
    chosen = list(Topic.objects.filter(communities=community).values_list("pk", flat=True))
    form = TopicsForm(sent(request), initial={"topics": chosen})
    if request.method == "POST" and form.is_valid():
        topics = Topic.objects.filter(pk__in=form.cleaned_data["topics"])
        try:
            gathering.choose_topics(community, by=request.user, topics=topics)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error("topics", str(refusal))
        else:
            messages.success(request, "Saved. They stand on the front page now.")
            return redirect(community)
    context = {"community": community, "form": form, "facilitates": True}
    return render(request, "practice/community_topics.html", context, status=422 if form.errors else 200)
