"""The group that Wagtail asks whether somebody edits the site: what it may do, and who is in it.

Its permissions are laid again after every migration, and its members follow `Person.is_editor` whenever a person is
saved, so that nothing that is changed in the admin can drift from what this module says.
"""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.images.models import Image
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page
from wagtail.snippets.models import get_snippet_models

from community.models import Person
from community.models.person import EDITORS_GROUP

PAGE_ACTIONS = ("add", "change", "publish", "lock", "unlock", "bulk_delete")
PICTURE_ACTIONS = ("add", "change", "delete", "choose")


def lay_permissions(**signal: Any) -> None:
    """Give the group what an editor needs: the admin, every page, every picture and every snippet."""
    group, _ = Group.objects.get_or_create(name=EDITORS_GROUP)
    snippets = ContentType.objects.get_for_models(*get_snippet_models()).values()
    group.permissions.set(
        Permission.objects.filter(
            Q(content_type__app_label="wagtailadmin", codename="access_admin") | Q(content_type__in=list(snippets))
        )
    )
    pages = _permissions(Page, PAGE_ACTIONS)
    for root in Page.objects.filter(depth=1):
        for permission in pages:
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    pictures = _permissions(Image, PICTURE_ACTIONS)  # Wagtail asks for the permission on its own model
    for collection in Collection.objects.filter(depth=1):
        for permission in pictures:
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
    group.user_set.set(Person.objects.filter(is_editor=True))


def _permissions(model: Any, actions: tuple[str, ...]) -> Any:
    kind = ContentType.objects.get_for_model(model)
    return Permission.objects.filter(content_type=kind, codename__in=[f"{action}_{kind.model}" for action in actions])
