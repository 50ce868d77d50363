"""Every URL pattern of the site, what it is about, and who it is for. A pattern that is not here fails the tests."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# What an address is about, and who may have it:
#   public      everybody
#   signed-in   anybody with an account; visitors are sent to sign in
#   read        whoever may read the story
#   published   the same, of a published story alone
#   repeat      the same, if they are signed in
#   write       the story's authors, and editors
#   moderate    those who moderate the story's community
#   manage      the story's authors, and those who moderate its community
#   preview     the story's authors, and once it is sent those who moderate its community
#   collection  whoever may read the collection, as they may a published story of its community
#   tend        the facilitators of the collection's community, and editors
#   change-tag  whoever may read the published story with it and facilitates any community
#   collect     whoever may read the published story and facilitates any community
#   feature     those who moderate the published story's community
#   pick        the editors of the site, where the story is published
#   confirm     the authors of the published story, and editors
#   find        whoever may find the community
#   enter       whoever may find the community and is signed in
#   belong      the members of the community, and editors
#   facilitate  the facilitators of the community, and editors
#   care        the facilitators of any community, and editors
#   edit        the editors of the site
#   own         the person whose it is
#   account     a package's page about one's own account: looked at for leaks and errors alone
RULES: dict[str, str] = {
    "home": "public",
    "search": "public",
    "search-feed": "public",
    "suggest": "public",
    "told-already": "public",
    "similar-stories": "published",
    "searches": "signed-in",
    "save-search": "signed-in",
    "standing-search": "own",
    "change-search": "own",
    "stop-search": "account",
    "wanted": "public",
    "ask-for-story": "signed-in",
    "want": "own",
    "care-wish": "own",
    "search-report": "care",
    "search-report-file": "care",
    "other-words": "care",
    "chosen-answers": "care",
    "change-curation": "own",
    "stories": "public",
    "stories-feed": "public",
    "story-short": "read",
    "story": "read",
    "story-picture": "read",
    "story-attachment": "read",
    "collections": "public",
    "new-collection": "edit",
    "collection-short": "collection",
    "collection": "collection",
    "tend-collection": "tend",
    "delete-collection": "tend",
    "bring-back-collection": "tend",
    "arrange-collection": "tend",
    "collect-story": "collect",
    "feature-story": "feature",
    "pick-story": "pick",
    "community-featured": "facilitate",
    "community-health": "facilitate",
    "ask-still-so": "facilitate",
    "still-so": "confirm",
    "arrange-community": "facilitate",
    "preview-community": "facilitate",
    "take-up-front": "facilitate",
    "arrange-person": "facilitate",
    "front-verb": "facilitate",
    "arrange-part": "facilitate",
    "ask-me-no-more": "enter",
    "arrange-featured": "facilitate",
    "picks": "public",
    "pick-weeks": "edit",
    "unpick": "edit",
    "new-community-collection": "facilitate",
    "report-story": "repeat",
    "report-repeat": "repeat",
    "your-report": "own",
    "report": "own",
    "claim-report": "own",
    "join-request": "own",
    "appeal": "own",
    "decide-appeal": "own",
    "claim-appeal": "own",
    "claim-request": "own",
    "ask-about-story": "repeat",
    "story-question": "repeat",
    "repeat-story": "repeat",
    "take-back-repeat": "repeat",
    "story-repeats": "moderate",
    "hide-repeat": "moderate",
    "topics": "public",
    "topic": "public",
    "tag": "tag",
    "tags": "care",
    # The words that this role sees, and those that it may change: tests/practice/test_tags_pages.py.
    "change-tag": "change-tag",
    "undo-tag-change": "own",
    "write": "signed-in",
    "write-from-document": "signed-in",
    "your-stories": "signed-in",
    "draft": "write",
    "draft-keep": "write",
    "draft-go-on": "write",
    "draft-question": "write",
    "draft-check": "write",
    "draft-preview": "preview",
    "draft-take-back": "write",
    "draft-discard": "write",
    "draft-bring-back": "write",
    "draft-versions": "write",
    "draft-version": "write",
    "draft-share": "write",
    "draft-remarks": "write",
    "draft-together": "write",
    "draft-when": "manage",
    "writer-invitation": "own",
    # Whoever has the letter: tests/practice/test_co_authors.py says what it shows.
    "writer-invitation-letter": "account",
    # Whoever has the link: tests/practice/test_sharing.py says when it holds.
    "shared-preview": "account",
    "shared-picture": "account",
    "shared-attachment": "account",
    "moderate": "signed-in",
    "review": "moderate",
    "claim-review": "moderate",
    "undo-decision": "moderate",
    "remark-story": "moderate",
    "remark": "manage",
    "story-history": "manage",
    "withdraw-story": "manage",
    "restore-story": "manage",
    "move-story": "moderate",
    "merge-story": "moderate",
    "undo-merge": "moderate",
    "delete-story": "manage",
    "communities": "public",
    "community": "find",
    "new-community": "edit",
    "your-communities": "signed-in",
    "answer-invitation": "own",
    "join-community": "enter",
    "ask-community": "enter",
    "leave-community": "enter",
    "community-members": "belong",
    "invite-person": "facilitate",
    "decide-member": "facilitate",
    "community-invitations": "facilitate",
    "take-back-invitation": "facilitate",
    "community-settings": "facilitate",
    "community-topics": "facilitate",
    "community-reviewing": "facilitate",
    "community-policy": "facilitate",
    "community-away": "facilitate",
    "here-again": "facilitate",
    "community-decisions": "facilitate",
    "community-decisions-file": "facilitate",
    "decisions": "edit",
    "decisions-file": "edit",
    "community-future": "facilitate",
    "archive-community": "facilitate",
    "merge-community": "facilitate",
    "hand-over-community": "facilitate",
    "take-back-hand-over": "facilitate",
    "facilitate-community": "belong",
    "portrait": "own",
    "profile": "signed-in",
    "your-data": "signed-in",
    "your-data-file": "signed-in",
    "close-account": "signed-in",
    "people": "public",
    "person-short": "public",
    "person": "public",
    "councils": "public",
    "council-short": "public",
    "council": "public",
    "inbox": "signed-in",
    "inbox-all-read": "signed-in",
    "inbox-letters": "signed-in",
    "notice": "own",
    "unsubscribe": "account",
    "media": "edit",
    "info-picture": "edit",  # of one that is in no published page; tests/hub/test_info_pages.py has the others
    "healthz": "public",
    "robots": "public",
    "sitemap-index": "public",
    "sitemap": "public",
    "manifest": "public",
    "favicon": "public",
    "touch-icon": "public",
    "security-txt": "public",
    "wagtail_serve": "public",
}
# Where some of those who may have the page in general are refused in some states: the tests of the verb say which.
REFUSED_BY_STATE = {"withdraw-story", "restore-story", "delete-story", "move-story", "review"}
# Patterns of packages, which show a person nothing but their own account.
ACCOUNT_PREFIXES = ("account_", "mfa_", "socialaccount_", "openid_connect_", "wagtailcore_")


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the site with its whole path, as Django has them."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, path)
        else:
            yield path, pattern


def site_patterns() -> list[tuple[str, URLPattern]]:
    """Those outside the admin."""
    return [(path, pattern) for path, pattern in patterns() if not path.startswith("admin/")]


def admin_patterns() -> list[tuple[str, URLPattern]]:
    """Those of the admin."""
    return [(path, pattern) for path, pattern in patterns() if path.startswith("admin/")]


def rule_of(pattern: URLPattern) -> str | None:
    """Who a pattern is for, or nothing where nobody has said so yet."""
    if pattern.name in RULES:
        return RULES[pattern.name]
    module = getattr(pattern.callback, "__module__", "")
    if pattern.name is None and module.startswith(("django.views.generic", "community.views.accounts")):
        return "account"  # older addresses of allauth, and Wagtail's own doors, which lead to ours
    return "account" if str(pattern.name).startswith(ACCOUNT_PREFIXES) else None
