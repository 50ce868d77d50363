"""Addresses of stories, topics and tags, of writing and of moderating."""

from django.urls import path, register_converter

from practice.views import (
    appeals,
    arranging,
    beginning,
    collecting,
    featuring,
    feeds,
    gathering,
    media,
    moderating,
    planning,
    remarking,
    repeating,
    reporting,
    requests,
    sending,
    sharing,
    sheets,
    stories,
    tags,
    together,
    topics,
    undoing,
    versions,
    writing,
)


class WordConverter:
    """A word in the letters of any script, as the address of a tag is."""

    regex = r"[\w-]+"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(WordConverter, "word")

urlpatterns = [
    path("stories/", stories.stories, name="stories"),
    path("stories/feed/", feeds.stories, name="stories-feed"),
    path("stories/<int:pk>/picture/<int:width>/", media.picture, name="story-picture"),
    path("stories/<int:pk>/attachments/<str:key>/<str:name>", media.attachment, name="story-attachment"),
    path("stories/<int:pk>/", stories.story, name="story-short"),
    path("stories/<int:pk>/collect/", collecting.put, name="collect-story"),
    path("stories/<int:pk>/feature/", featuring.feature, name="feature-story"),
    path("stories/<int:pk>/pick/", featuring.pick, name="pick-story"),
    path("stories/<int:pk>/report/", reporting.make, name="report-story"),
    path("stories/<int:pk>/report/<int:repetition>/", reporting.make, name="report-repeat"),
    path("reports/<int:pk>/", reporting.yours, name="your-report"),
    path("stories/<int:pk>/<slug:slug>/", stories.story, name="story"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<slug:slug>/", topics.topic, name="topic"),
    path("tags/", tags.tags, name="tags"),
    path("tags/undo/<int:pk>/", tags.undo, name="undo-tag-change"),
    path("tags/<word:slug>/", topics.tag, name="tag"),
    path("tags/<word:slug>/<slug:verb>/", tags.change, name="change-tag"),
    path("communities/<slug:slug>/topics/", gathering.community_topics, name="community-topics"),
    path("communities/<slug:slug>/reviewing/", sheets.community_reviewing, name="community-reviewing"),
    path("communities/<slug:slug>/front/", arranging.arrange, name="arrange-community"),
    path("communities/<slug:slug>/front/preview/", arranging.preview, name="preview-community"),
    path("communities/<slug:slug>/front/as-before/<int:entry>/", arranging.take_up, name="take-up-front"),
    path("communities/<slug:slug>/front/people/<int:pk>/<slug:verb>/", arranging.person, name="arrange-person"),
    path("communities/<slug:slug>/front/<slug:verb>/", arranging.verb, name="front-verb"),
    path("communities/<slug:slug>/front/<slug:part>/<slug:verb>/", arranging.part, name="arrange-part"),
    path("communities/<slug:slug>/featured/", featuring.featured, name="community-featured"),
    path("communities/<slug:slug>/featured/<int:pk>/<slug:verb>/", featuring.arrange, name="arrange-featured"),
    path("picks/", featuring.picks, name="picks"),
    path("picks/weeks/", featuring.weeks, name="pick-weeks"),
    path("picks/<int:pk>/take-away/", featuring.unpick, name="unpick"),
    path("collections/", collecting.collections, name="collections"),
    path("collections/new/", collecting.begin, name="new-collection"),
    path("collections/<int:pk>/", collecting.collection, name="collection-short"),
    path("collections/<int:pk>/change/", collecting.tend, name="tend-collection"),
    path("collections/<int:pk>/take-away/", collecting.delete, name="delete-collection"),
    path("collections/<int:pk>/<int:story>/<slug:verb>/", collecting.arrange, name="arrange-collection"),
    path("collections/<int:pk>/<slug:slug>/", collecting.collection, name="collection"),
    path("communities/<slug:slug>/collections/new/", collecting.begin, name="new-community-collection"),
    path("write/", beginning.write, name="write"),
    path("write/from-a-document/", beginning.from_document, name="write-from-document"),
    path("write/yours/", sending.yours, name="your-stories"),
    path("write/<int:pk>/", writing.draft, name="draft"),
    path("write/<int:pk>/go-on/", writing.go_on, name="draft-go-on"),
    path("write/<int:pk>/question/<slug:key>/", writing.question, name="draft-question"),
    path("write/<int:pk>/keep/", writing.keep, name="draft-keep"),
    path("write/<int:pk>/check/", sending.check, name="draft-check"),
    path("write/<int:pk>/preview/", sending.preview, name="draft-preview"),
    path("write/<int:pk>/take-back/", sending.take_back, name="draft-take-back"),
    path("write/<int:pk>/discard/", sending.discard, name="draft-discard"),
    path("write/<int:pk>/share/", sharing.share, name="draft-share"),
    path("preview/<str:token>/", sharing.shared, name="shared-preview"),
    path("preview/<str:token>/picture/<int:width>/", sharing.shared_picture, name="shared-picture"),
    path("preview/<str:token>/files/<str:key>/<str:name>", sharing.shared_attachment, name="shared-attachment"),
    path("write/asked/<int:pk>/", together.asked, name="writer-invitation"),
    path("write/asked/by-letter/<str:token>/", together.asked_by_letter, name="writer-invitation-letter"),
    path("write/<int:pk>/when/", planning.when, name="draft-when"),
    path("write/<int:pk>/together/", together.together, name="draft-together"),
    path("write/<int:pk>/versions/", versions.versions, name="draft-versions"),
    path("write/<int:pk>/versions/<int:revision>/", versions.version, name="draft-version"),
    path("write/<int:pk>/bring-back/", sending.bring_back, name="draft-bring-back"),
    path("repeat/<int:pk>/", repeating.repeat, name="repeat-story"),
    path("repeat/<int:pk>/take-back/", repeating.take_back, name="take-back-repeat"),
    path("moderate/", moderating.queue, name="moderate"),
    path("moderate/reports/<int:pk>/", reporting.decide, name="report"),
    path("moderate/reports/<int:pk>/claim/", reporting.claim, name="claim-report"),
    path("moderate/appeals/<int:pk>/", appeals.decide, name="decide-appeal"),
    path("moderate/appeals/<int:pk>/claim/", appeals.claim, name="claim-appeal"),
    path("moderate/requests/<int:pk>/", requests.decide, name="join-request"),
    path("moderate/requests/<int:pk>/claim/", requests.claim, name="claim-request"),
    path("moderate/<int:pk>/", moderating.review, name="review"),
    path("moderate/<int:pk>/claim/", moderating.claim, name="claim-review"),
    path("moderate/<int:pk>/remark/", remarking.remark, name="remark-story"),
    path("write/<int:pk>/remarks/<int:remark>/", remarking.shown_remark, name="remark"),
    path("moderate/<int:pk>/undo/", undoing.undo, name="undo-decision"),
    path("moderate/<int:pk>/history/", moderating.history, name="story-history"),
    path("moderate/<int:pk>/repeats/", repeating.repeats, name="story-repeats"),
    path("moderate/<int:pk>/repeats/<int:repetition>/", repeating.hide, name="hide-repeat"),
    path("moderate/<int:pk>/withdraw/", moderating.withdraw, name="withdraw-story"),
    path("moderate/<int:pk>/restore/", moderating.restore, name="restore-story"),
    path("moderate/<int:pk>/move/", moderating.move, name="move-story"),
    path("moderate/<int:pk>/delete/", moderating.delete, name="delete-story"),
]
