"""Which changes a reader could see. Each raises the version of kept pages in its own transaction (hub.pagecache).

Every model of the product counts as seen unless it is named here; of the packages, only the named ones do. Writes in
bulk (`update`, `bulk_create`, raw SQL) send no signal: verbs that use them call `pagecache.bump()`, and
tests/hub/test_bulk_writes.py looks for those that do not.
"""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.models import Page

from hub import pagecache

OURS = {"hub", "notifications", "charts", "community", "practice", "search"}

# Rows of the product that no visitor's page shows.
UNSEEN = {
    "hub.CacheVersion",
    "notifications.Notification",
    "community.HandOver",
    "community.Person_groups",
    "community.Person_user_permissions",
    "practice.AttachedText",
    "practice.CommunityReview",
    "practice.ReviewState",
    "practice.StoryPlan",
    "practice.StoryWriter",
    "practice.WriterInvitation",
    "search.AskedWords",
    "search.Found",
    "search.MonthKey",
    "search.Outbox",
    "search.SearchKey",
    "search.StandingSearch",
    "search.Vector",
    "search.Wish",
    "search.WishAsk",
    "search.WishMark",
    "search.WishStory",
}

# Rows of packages that a visitor's page does show.
SEEN = {
    "wagtailcore.Page",
    "wagtailcore.Site",
    "wagtailcore.Locale",
    "wagtailcore.PageViewRestriction",
    "wagtailcore.PageViewRestriction_groups",
    "wagtailcore.CollectionViewRestriction",
    "wagtailcore.CollectionViewRestriction_groups",
    "taggit.Tag",
    "taggit.TaggedItem",
}

# Columns of seen rows that no visitor's page shows. A save of nothing else (a draft, a sign-in) changes no page.
UNSEEN_COLUMNS = {
    "page": {
        "latest_revision",
        "latest_revision_id",
        "latest_revision_created_at",
        "draft_title",
        "has_unpublished_changes",
        "locked",
        "locked_at",
        "locked_by",
        "locked_by_id",
        "go_live_at",
        "expire_at",
        "numchild",
    },
    "community.Front": {"draft", "draft_by"},
    "community.Person": {"last_login", "password", "email", "mail_notices"},
}


def is_seen(model: type[models.Model]) -> bool:
    """Whether rows of this model appear on a visitor's page."""
    label = model._meta.label
    return label not in UNSEEN if model._meta.app_label in OURS else label in SEEN


def listen() -> None:
    """Listen to every seen model by itself: the others keep Django's fast ways to save and delete."""
    for model in apps.get_models(include_auto_created=True):
        if not is_seen(model):
            continue
        post_save.connect(row_saved, sender=model, dispatch_uid="hub.changes")
        post_delete.connect(row_changed, sender=model, dispatch_uid="hub.changes")
        m2m_changed.connect(row_changed, sender=model, dispatch_uid="hub.changes")


def row_saved(
    sender: type[models.Model],
    instance: models.Model,
    created: bool,
    using: str,
    update_fields: frozenset[str] | None,
    **kwargs: Any,
) -> None:
    """A row was made or changed."""
    if isinstance(instance, Page):
        if created and not instance.live:
            return
        unseen = UNSEEN_COLUMNS["page"]
    else:
        unseen = UNSEEN_COLUMNS.get(sender._meta.label, set())
    if update_fields is not None and update_fields <= unseen:
        return
    pagecache.bump(using)


def row_changed(using: str, action: str = "", **kwargs: Any) -> None:
    """A row was deleted, or rows were joined or parted."""
    if not action.startswith("pre_"):
        pagecache.bump(using)
