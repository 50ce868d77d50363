"""A real Chromium, a real server. Every page is watched: a policy violation or a console error fails the test."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from community.models import Person
from practice import writing
from practice.models import StoryPage, Topic
from tests.cast import PASSWORD, Cast, make_cast
from tests.needs import chromium_path

# Playwright runs an event loop in this thread, which Django would otherwise take for an asynchronous view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def rows_of_migrations(django_db_setup: None, django_db_blocker: Any) -> str:
    """What migrations put into the database, as Django noted it when it made the database."""
    with django_db_blocker.unblock():
        # Putting a page back asks for its content type; asked for too early, a second row of it would be made.
        ContentType.objects.get_for_models(*apps.get_models())
    return connection._test_serialized_contents  # type: ignore[attr-defined, no-any-return]


@pytest.fixture(scope="session")
def chromium(rows_of_migrations: str) -> Iterator[Browser]:
    """One Chromium for the whole run."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _rows_come_back(django_db_serialized_rollback: None, rows_of_migrations: str, chromium: Browser) -> None:
    """Give each test the home page and the workflow back, which the flush after a live-server test takes away.

    Once Playwright runs, Django has another connection in this thread, which does not know the rows.
    """
    connection._test_serialized_contents = rows_of_migrations  # type: ignore[attr-defined]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everybody, in rows that the server's thread sees too."""
    return make_cast()


@pytest.fixture
def open_page(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Opens pages: `open_page(width=360, dark=True, javascript=False, person=cast.alice)`.

    What the browser complains of (errors, violations of the policy) is collected and fails the test at its end;
    `page.context` closes with the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def make(*, width: int = 1280, dark: bool = False, javascript: bool = True, person: Person | None = None) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="en-GB",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
        if person is not None:
            client = Client()
            client.force_login(person)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        return page

    make.complaints = complaints  # type: ignore[attr-defined]
    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


def sign_in(page: Page, person: Person) -> None:
    """Sign in as a person does, through the form."""
    page.goto("/account/login/")
    page.get_by_label("e-mail", exact=False).first.fill(person.email)
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/account/login" not in url)


@pytest.fixture
def story(cast: Cast) -> StoryPage:
    """What Alice has just begun, and two topics that it could be about."""
    waste = Topic.objects.create(title="Waste", slug="waste")
    Topic.objects.create(title="Food waste", slug="food-waste", parent=waste, other_words="slops")
    return writing.start(by=cast.alice, title="We asked the caretakers", community=cast.waste)


@pytest.fixture
def alices(open_page: Callable[..., Page], cast: Cast, client: Client, live_server: Any) -> Callable[..., Page]:
    """Opens pages for Alice, who is signed in already."""
    client.force_login(cast.alice)

    def make(**how: Any) -> Page:
        page = open_page(**how)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    make.complaints = open_page.complaints  # type: ignore[attr-defined]
    return make
