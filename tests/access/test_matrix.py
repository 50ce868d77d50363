"""Every role at every address of the site, for a story and a community in each visibility and state.

What is asked of each answer: who may not have it gets no 2xx, and a 404 where they may not know that it exists; and
nothing that a role is sent, in the body or in a header, holds a word of what that role may not read.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern

from tests.access import world as worlds
from tests.access.addresses import Address, addresses
from tests.access.browsers import client_of
from tests.access.patterns import REFUSED_BY_STATE, admin_patterns, rule_of, site_patterns
from tests.access.world import ROLES, World

# The mark makes pytest-django set the database up; the world itself is made once, around all tests of this module.
pytestmark = pytest.mark.django_db
PATTERNS = site_patterns()
# Signing out, and the admin's own translations and icons, which hold nothing of the site.
OPEN_IN_ADMIN = ("/admin/logout/", "/admin/jsi18n/", "/admin/sprite")
NAMES = [pattern.name or path for path, pattern in PATTERNS]


def text_of(response: HttpResponse) -> str:
    """All that was sent: the headers and the body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{response.headers}\n{body.decode('utf-8', 'replace')}".lower()


def refused(response: HttpResponse) -> bool:
    """Whether an answer gives nothing: an error, or the way to sign in."""
    to_sign_in = response.status_code == 302 and "/account/login/" in response.headers.get("Location", "")
    return to_sign_in or response.status_code in {403, 404, 405, 410}


def complaints(address: Address, role: str, response: HttpResponse, world: World) -> Iterator[str]:
    """What is wrong with one answer."""
    where = f"{role} at {address.path} ({address.visibility} {address.state}): {response.status_code}"
    # What somebody typed themselves is no secret: the address that they asked for may be said back to them.
    text = text_of(response).replace(address.path.lower(), "").replace(quote(address.path, safe="").lower(), "")
    for secret in world.secrets_from(role):
        if secret in text:
            yield f"{where} tells {secret!r}"
    if response.status_code >= 500:
        yield where
    if role in address.allowed():
        if response.status_code in {403, 404} and address.rule != "account":
            yield f"{where}, but they may have it"
    elif address.rule != "account":
        if not refused(response):
            yield f"{where}, but it is not for them"
        elif not address.known_to(role) and response.status_code == 403:
            yield f"{where}, which tells that it exists"
        elif not address.gone_for(role) and response.status_code == 410:
            yield f"{where}, which tells that it was there"


def test_every_pattern_says_who_it_is_for() -> None:
    new = [path for path, pattern in PATTERNS if rule_of(pattern) is None]
    assert new == [], "Say in tests/access/patterns.py who these are for"


@pytest.mark.usefixtures("page_cache")
@pytest.mark.parametrize(("path", "pattern"), PATTERNS, ids=NAMES)
def test_nobody_is_sent_what_is_not_for_them(
    world: World, path: str, pattern: URLPattern, django_db_blocker: Any
) -> None:
    found: list[str] = []
    with django_db_blocker.unblock():
        for address in addresses(pattern.name or "", pattern, path, world):
            for role in ROLES:
                for method in ("get", "post"):
                    with transaction.atomic():
                        response = getattr(client_of(world, role), method)(address.path)
                        words = complaints_of_method(method, address, role, response, world)
                        if pattern.name in REFUSED_BY_STATE and address.known_to(role):
                            words = [word for word in words if not word.endswith("403, but they may have it")]
                        found += words
                        transaction.set_rollback(True)
    assert found == []


KEPT = [(path, pattern) for path, pattern in PATTERNS if hasattr(pattern.callback, "whole_page_names")]


@pytest.mark.usefixtures("page_cache")
@pytest.mark.parametrize(("path", "pattern"), KEPT, ids=[pattern.name or path for path, pattern in KEPT])
def test_nobody_is_sent_what_is_not_for_them_from_memory(
    world: World, path: str, pattern: URLPattern, django_db_blocker: Any
) -> None:
    """The same with pages that are kept: everybody asks in turn, three times, so that each may get what others left."""
    found: list[str] = []
    with django_db_blocker.unblock():
        clients = [(role, client_of(world, role)) for role in ROLES]
        for address in addresses(pattern.name or "", pattern, path, world):
            for role, client in clients * 3:
                found += complaints(address, role, client.get(address.path), world)
    assert found == []


def complaints_of_method(method: str, address: Address, role: str, response: HttpResponse, world: World) -> list[str]:
    """What is wrong, where a refusal of a method that the page does not have is no complaint."""
    if method == "post" and response.status_code in {400, 404, 405, 409, 422, 429}:
        return [words for words in complaints(address, role, response, world) if "tells" in words]
    return list(complaints(address, role, response, world))


@pytest.mark.parametrize("role", [role for role in ROLES if role not in {"editor", "administrator"}])
def test_the_admin_is_shut_for_everybody_but_editors(world: World, role: str, django_db_blocker: Any) -> None:
    found: list[str] = []
    with django_db_blocker.unblock():
        client = client_of(world, role)
        for path, pattern in admin_patterns():
            address = Address("/" + sample(path, pattern), "edit")
            with transaction.atomic():
                response = client.get(address.path)
                found += [words for words in complaints(address, role, response, world) if "tells" in words]
                if response.status_code not in {302, 403, 404, 405} and not address.path.startswith(OPEN_IN_ADMIN):
                    found.append(f"{role} at {address.path}: {response.status_code}")
                transaction.set_rollback(True)
    assert found == []


def sample(path: str, pattern: URLPattern) -> str:
    """An address of a pattern, with a likely word in each place."""
    filled = re.sub(r"<(?:\w+:)?\w+>", "1", re.sub(r"\(\?P<\w+>[^)]*\)", "1", path))
    return re.sub(r"[\^$\\]|\(\?:[^)]*\)\??|\([^)]*\)", "", filled)


def test_the_table_of_readers_agrees_with_the_rules_of_the_product(world: World, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        for (visibility, state), story in world.stories.items():
            for role in ROLES:
                person = world.people[role] and get_user_model().objects.get(pk=world.people[role].pk)
                may = story.may_be_seen_by(person)
                assert may == (role in worlds.readers(visibility, state)), (role, visibility, state)
