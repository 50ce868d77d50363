"""`manage.py demo`: make a whole site with invented councils, people and stories, and serve it."""

import shutil
import socket
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.text import slugify

PASSWORD = "worth repeating"
ROLES = {
    "alice-marlow": "writes, and facilitates Waste and recycling with Carol",
    "bob-okafor": "reads, and facilitates Digital and customer services",
    "carol-whitby": "facilitates Waste and recycling: stories wait for her",
    "farida-aziz": "facilitates Housing and homelessness alone",
    "dina-rahman": "edits the site, in the admin too",
    "eve-lindqvist": "is signed in and belongs nowhere yet",
}
ADMINISTRATOR = "frank.adair@hub.example"


class Command(BaseCommand):
    """Makes the demo once, then serves what is there."""

    help = "Make a whole site with invented councils, people and stories under VAR_DIR, and serve it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Begin again, stop after loading, and where to serve."""
        parser.add_argument("--fresh", action="store_true", help="delete what is there and begin again")
        parser.add_argument("--no-serve", action="store_true", help="stop after loading")
        parser.add_argument("--port", type=int, default=8000, help="where to serve (8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing, say who can sign in, and serve."""
        if not settings.DEBUG:
            raise CommandError(
                "The demo has passwords that everybody knows. Run it with DEBUG=1, or without DEBUG set."
            )
        if not options["no_serve"]:
            check_free(options["port"])
        if options["fresh"]:
            self.clear()
        began = time.monotonic()
        with self.step("Making the database"):
            call_command("migrate", verbosity=0, interactive=False)
        if not get_user_model().objects.filter(email=ADMINISTRATOR).exists():
            self.load()
        else:
            self.mend_index()
        self.stdout.write(f"Ready after {time.monotonic() - began:.0f} s. All of it lies under {settings.VAR_DIR}.\n")
        self.tell(options["port"])
        if not options["no_serve"]:
            # What the service `clock` does on a real site.
            clock = threading.Thread(
                target=call_command, args=("publish_planned",), kwargs={"forever": True}, daemon=True
            )
            clock.start()
            call_command("runserver", f"127.0.0.1:{options['port']}", use_reloader=False)

    def load(self) -> None:
        """Bring in the demo's files, by the importer that any hub uses, and give its people a way to sign in."""
        folder = Path(apps.get_app_config("practice").path) / "demo"
        call_command("rebuild_search", verbosity=0)  # the import adds to it row by row
        with self.step("Councils, topics, people, communities and stories"):
            call_command("import_stories", str(folder), verbosity=0, stdout=StringIO(), stderr=self.stderr)
        with self.step("Accounts"):
            make_accounts()
            call_command("make_editor", email_of("dina-rahman"), verbosity=0, stdout=StringIO())
        with self.step("What they did since"):
            call_command("import_stories", str(folder / "since"), verbosity=0, stdout=StringIO(), stderr=self.stderr)
        with self.step("The search index"):
            call_command("rebuild_search", verbosity=0)
        with self.step("Mail to those for whom something waits"):
            call_command("send_waiting_mail", stdout=StringIO())

    def mend_index(self) -> None:
        """Make the index anew where an earlier version of the site left it."""
        try:
            call_command("check_hub", "engine", stdout=StringIO())
        except CommandError:
            with self.step("The search index"):
                call_command("rebuild_search", verbosity=0)

    def clear(self) -> None:
        """Delete what the site wrote, and nothing else."""
        connection.close()
        for name in ("hub.sqlite3", "search.sqlite3"):
            for path in settings.VAR_DIR.glob(f"{name}*"):
                path.unlink()
        for folder in (settings.MEDIA_ROOT, settings.EMAIL_FILE_PATH):
            shutil.rmtree(folder, ignore_errors=True)

    def tell(self, port: int) -> None:
        """Say where the site is and who can sign in."""
        Person = get_user_model()
        self.stdout.write(f"\n  http://localhost:{port}/            the site\n")
        self.stdout.write(f"  http://localhost:{port}/demo/mail/  the mail that it sends\n")
        self.stdout.write(f"  http://localhost:{port}/admin/      for Dina and Frank\n\n")
        self.stdout.write(f"Everybody's password is: {PASSWORD}\n")
        for person in Person.objects.filter(source__in=ROLES).order_by("name"):
            self.stdout.write(f"  {person.email:36} {person.get_short_name()} {ROLES[person.source]}")
        self.stdout.write(f"  {ADMINISTRATOR:36} Frank administers\n\n")

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """Say what is being done, and how long it took."""
        self.stdout.write(f"{words} … ", ending="")
        self.stdout.flush()
        began = time.monotonic()
        yield
        self.stdout.write(f"done ({time.monotonic() - began:.1f} s)")


@transaction.atomic
def make_accounts() -> None:
    """Give everybody of the demo a confirmed address and the one password, and make the administrator."""
    Person = get_user_model()
    password = make_password(PASSWORD)
    for person in Person.objects.filter(email__endswith="@import.invalid").select_related("council"):
        place = slugify(person.council.short_name) if person.council else "hub"
        person.email = f"{person.source.replace('-', '.')}@{place}.example"
        person.password = password
        person.save()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    frank = Person.objects.create_superuser(ADMINISTRATOR, PASSWORD, name="Frank Adair", role_title="Runs the hub")
    EmailAddress.objects.create(user=frank, email=frank.email, verified=True, primary=True)


def email_of(source: str) -> str:
    """The address of somebody of the demo."""
    return get_user_model().objects.values_list("email", flat=True).get(source=source)


def check_free(port: int) -> None:
    """Stop early, with a sentence, where something else listens."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise CommandError(f"Something else uses port {port}. Stop it, or run `manage.py demo --port {port + 1}`.")
