"""The server of the Elasticsearch engine is away, slow, strange, locked, or back again."""

import base64
import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from search.engines import elastic_client
from search.engines.base import EngineAway, within
from search.engines.elastic import ElasticEngine
from search.engines.elastic_client import Place
from search.finding import find
from search.query import Query
from tests.cast import Cast

FOUND_NOTHING = {
    "timed_out": False,
    "hits": {"total": {"value": 0}, "hits": []},
    "aggregations": {"rest": {}, "kinds": {"of": {"buckets": []}}},
}


class Stranger:
    """A web server that answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.status = 200
        self.headers = {"X-Elastic-Product": "Elasticsearch", "Content-Type": "application/json"}
        self.body: Any = FOUND_NOTHING
        self.url = ""


@contextmanager
def stranger(tls: ssl.SSLContext | None = None) -> Iterator[Stranger]:
    """Such a server, as long as the block lasts."""
    told = Stranger()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.asked.append(self.headers)
            body = json.dumps(told.body).encode()
            self.send_response(told.status)
            for name, value in {**told.headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    told.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


def facetless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.engines.elastic_search.FACETS", {})


@pytest.fixture(autouse=True)
def _no_facets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger's answer is the same whatever can be counted."""
    facetless(monkeypatch)


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody answers, refused at once."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
def silent() -> Iterator[str]:
    """An address that takes calls and never answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(50)
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def engine_at(*urls: str, **place: Any) -> ElasticEngine:
    return ElasticEngine(Place(urls, **place))


def test_a_server_that_is_away_is_said_at_once(nobody: str) -> None:
    began = time.monotonic()
    with pytest.raises(EngineAway, match=r"does not answer\.$"):
        engine_at(nobody).search(Query.of_visitor("bins"))
    assert time.monotonic() - began < 1


def test_a_silent_server_is_waited_for_once_and_not_for_long(silent: str) -> None:
    began = time.monotonic()
    with pytest.raises(EngineAway):
        engine_at(silent).search(Query.of_visitor("bins"))
    assert 1 < time.monotonic() - began < 1.9


def test_a_search_is_answered_within_two_seconds_when_the_server_is_silent(silent: str, cast: Cast) -> None:
    far = engine_at(silent)
    for _ in range(4):
        began = time.monotonic()
        assert find(Query.ask("bins in flats"), engine=far).away
        assert time.monotonic() - began < 2


def test_a_question_ends_within_the_time_that_is_left(silent: str) -> None:
    began = time.monotonic()
    with within(0.3), pytest.raises(EngineAway):
        engine_at(silent).search(Query.of_visitor("bins"))
    assert time.monotonic() - began < 1
    with within(0), pytest.raises(EngineAway, match="too long"):
        engine_at(silent).search(Query.of_visitor("bins"))


def test_after_some_failures_nobody_waits_and_one_tries_when_it_may_be_back(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = engine_at(silent)
    for _ in range(elastic_client.FAILURES):
        with within(0.1), pytest.raises(EngineAway):
            far.search(Query.of_visitor("bins"))
    began = time.monotonic()
    for _ in range(100):
        with pytest.raises(EngineAway):
            far.search(Query.of_visitor("bins"))
    assert time.monotonic() - began < 1
    later = time.monotonic() + elastic_client.PAUSE_SECONDS + 1
    monkeypatch.setattr("search.engines.elastic_client.time.monotonic", lambda: later)
    assert [_tries(far) for _ in range(3)] == [True, False, False]


def test_a_server_that_is_back_is_asked_again(nobody: str) -> None:
    with stranger() as back:
        far = engine_at(back.url)
        back.status = 503
        for _ in range(elastic_client.FAILURES + 2):
            with pytest.raises(EngineAway):
                far.search(Query.of_visitor("bins"))
        assert len(back.asked) == elastic_client.FAILURES
        back.status = 200
        far.server.breaker._again_at = 0
        assert far.search(Query.of_visitor("bins")).total == 0
        assert far.search(Query.of_visitor("bins")).total == 0


def test_one_node_of_several_may_be_away(nobody: str) -> None:
    with stranger() as there:
        far = engine_at(nobody, there.url)
        for _ in range(4):
            assert far.search(Query.of_visitor("bins")).total == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"headers": {"Content-Type": "application/json"}}, "is not Elasticsearch"),
        ({"status": 401}, "refuses the key"),
        ({"status": 403}, "refuses the key"),
        ({"status": 429}, "busy or starting"),
        ({"status": 503}, "busy or starting"),
        ({"status": 500}, r"cannot answer \(500\)"),
        ({"status": 400, "body": {"error": {"type": "too_many_nested_clauses"}}}, "too much at once"),
        ({"status": 404, "body": "no route"}, r"cannot answer \(404\)"),
        ({"body": {**FOUND_NOTHING, "timed_out": True}}, "too much at once"),
        ({"headers": {"X-Elastic-Product": "Elasticsearch", "Content-Type": "text/strange"}}, "cannot be read"),
    ],
)
def test_whatever_it_says_becomes_a_plain_sentence(change: dict[str, Any], sentence: str) -> None:
    with stranger() as told:
        vars(told).update(change)
        with pytest.raises(EngineAway, match=sentence):
            engine_at(told.url).search(Query.of_visitor("bins"))
        assert len(told.asked) == 1


def test_the_site_says_who_it_is() -> None:
    with stranger() as told:
        engine_at(told.url, api_key="a-key").search(Query.of_visitor("bins"))
        engine_at(told.url, user="hub", password="secret").search(Query.of_visitor("bins"))
    assert told.asked[0]["Authorization"] == "ApiKey a-key"
    assert told.asked[1]["Authorization"] == f"Basic {base64.b64encode(b'hub:secret').decode()}"


def test_only_a_server_that_the_ca_vouches_for_is_spoken_to(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    options = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    files = ["-keyout", key, "-out", certificate, "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(["openssl", "req", *options, *files], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with stranger(tls) as told:
        assert engine_at(told.url, ca_file=str(certificate)).search(Query.of_visitor("bins")).total == 0
        with pytest.raises(EngineAway):
            engine_at(told.url).search(Query.of_visitor("bins"))
        assert len(told.asked) == 1


def test_the_status_never_raises_and_tells_no_secret(nobody: str) -> None:
    status = engine_at(nobody, api_key="a-secret-key").status()
    assert not status.ready
    assert "secret" not in str(status)


def _tries(far: ElasticEngine) -> bool:
    try:
        far.server.breaker.enter()
    except EngineAway:
        return False
    return True
