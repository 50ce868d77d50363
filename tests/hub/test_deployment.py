"""The settings under which the containers run are safe, and say what is wrong when they are not."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployment import DEPLOYMENT, ROOT, compose


@pytest.fixture
def deployed(tmp_path: Path):
    """Runs Python with the environment of the containers, and what the test changes in it."""

    def run(*arguments: str, **changes: str) -> "subprocess.CompletedProcess[str]":
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        return subprocess.run(
            [sys.executable, *arguments],
            env={**kept, **DEPLOYMENT, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "hub.settings", **changes},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def test_django_finds_nothing_to_mend(deployed):
    done = deployed("manage.py", "check", "--deploy", "--fail-level", "INFO")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_cookies_are_for_this_host_and_https_only(deployed):
    names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]
    done = deployed("-c", f"from django.conf import settings; print([getattr(settings, name) for name in {names}])")
    assert done.stdout.strip() == "['__Host-session', '__Host-csrf', True, True]", done.stderr


def test_forms_may_lead_to_the_sign_in_of_a_council(deployed):
    council = {"ISSUER": "https://login.ambleford.example/tenant", "CLIENT_ID": "x", "CLIENT_SECRET": "x"}
    council |= {"TITLE": "Ambleford", "DOMAINS": "ambleford.example"}
    done = deployed(
        "-c",
        "import django; django.setup(); from hub.policy import SITE_POLICY; print(SITE_POLICY)",
        OIDC_PROVIDERS="ambleford",
        **{f"OIDC_AMBLEFORD_{name}": value for name, value in council.items()},
    )
    assert "form-action 'self' https://login.ambleford.example;" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SITE_URL", "hub.example"),
        ("LOG_LEVEL", "loud"),
        ("EMAIL_URL", None),
        ("ELASTICSEARCH_INDEX", "Hub Index"),
        ("ELASTICSEARCH_CA_FILE", "/nowhere/ca.pem"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence(deployed, monkeypatch, name, value):
    if value is None:
        monkeypatch.delitem(DEPLOYMENT, name)
    done = deployed("manage.py", "check", **({name: value} if value is not None else {}))
    assert done.returncode != 0
    assert re.search(rf"ImproperlyConfigured: {name} is .*\.$", done.stderr, re.MULTILINE)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ELASTICSEARCH_URL": "elasticsearch"}, "Write it as https://host:9200"),
        ({"ELASTICSEARCH_URL": "http://one:9200,http://two"}, "Write it as https://host:9200"),
        ({"ELASTICSEARCH_URL": "http://one:nine"}, "Write it as https://host:9200"),
        ({"ELASTICSEARCH_URL": "https://elastic:secret@one:9200"}, "ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD"),
        ({"ELASTICSEARCH_USER": "elastic"}, "belong together"),
        ({"ELASTICSEARCH_USER": "a", "ELASTICSEARCH_PASSWORD": "b", "ELASTICSEARCH_API_KEY": "c"}, "stands alone"),
    ],
)
def test_a_wrong_search_server_stops_the_start_with_a_sentence(deployed, changes, sentence):
    done = deployed("manage.py", "check", **changes)
    assert done.returncode != 0
    told = done.stderr.splitlines()[-1]
    assert told.startswith("django.core.exceptions.ImproperlyConfigured: ELASTICSEARCH_")
    assert sentence in told
    assert "secret" not in told


def test_the_settings_name_the_search_server(deployed):
    done = deployed(
        "-c",
        "import django; django.setup(); from search.engines import engine; print(engine().status())",
        ELASTICSEARCH_URL="http://127.0.0.1:9,http://127.0.0.1:10",
    )
    assert "place='http://127.0.0.1:9, http://127.0.0.1:10', ready=False" in done.stdout, done.stderr
    assert "words='The search engine does not answer.'" in done.stdout


def test_the_closed_door_stands_before_everything(deployed):
    done = deployed("-c", "from django.conf import settings; print(settings.MIDDLEWARE[0])", MAINTENANCE="1")
    assert done.stdout.strip() == "hub.maintenance.MaintenanceMiddleware"


class TestCompose:
    def test_the_site_waits_for_its_database_to_be_ready(self):
        services = compose()["services"]
        assert services["prepare"]["depends_on"]["postgres"]["condition"] == "service_healthy"
        for name in ("web", "worker", "delivery", "clock", "timer"):
            assert services[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"

    def test_no_container_of_ours_may_become_root_or_write_outside_its_volume(self):
        for name in ("prepare", "web", "worker", "delivery", "clock", "timer"):
            service = compose()["services"][name]
            assert service["read_only"]
            assert service["cap_drop"] == ["ALL"]
            assert service["volumes"] == ["var:/var/lib/hub"]

    def test_only_the_website_is_reached_from_outside_and_only_from_this_machine(self):
        ports = {name: service["ports"] for name, service in compose()["services"].items() if "ports" in service}
        assert ports == {"web": ["127.0.0.1:8000:8000"]}

    def test_every_volume_that_is_used_is_kept(self):
        services = compose()["services"].values()
        used = {volume.split(":")[0] for service in services for volume in service.get("volumes", [])}
        assert used == set(compose()["volumes"])


class TestDockerfile:
    TEXT = (ROOT / "Dockerfile").read_text()

    def test_it_copies_every_room_and_nothing_else(self):
        rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
        assert {match[1] for match in re.finditer(r"^COPY (\w+) \1$", self.TEXT, re.MULTILINE)} == rooms | {"templates"}

    def test_what_it_copies_is_not_ignored(self):
        wanted = (ROOT / ".dockerignore").read_text()
        for line in re.findall(r"^COPY (?!--)(.*) \S+$", self.TEXT, re.MULTILINE):
            for name in line.split():
                assert f"!{name}\n" in wanted
                assert (ROOT / name).exists()

    def test_it_runs_as_nobody_in_particular(self):
        assert self.TEXT.rstrip().rsplit("FROM", 1)[1].count("USER hub") == 1


def test_a_scanner_that_is_not_there_stops_the_start(deployed):
    done = deployed("manage.py", "check", SCAN_COMMAND="no-such-scanner --quick")
    assert done.returncode
    assert "SCAN_COMMAND begins with 'no-such-scanner'" in done.stderr
