"""A real Elasticsearch server for the tests, from Maven, on this machine alone.

`python -m tests.elasticsearch start` fetches it once into a cache outside the checkout, gives it the few analysis
components that it lacks (plugin/), starts it and waits until it answers; `stop` ends it. Needs Maven and a JDK of
version 21 or newer, found in ES_JAVA_HOME, JAVA_HOME or /usr/lib/jvm. The server's licence lets us use it so; it is
never part of the project.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import time
import zipfile
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

VERSION = "9.5.0"
OLDEST_JAVA = 21
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
PLUGIN = Path(__file__).parent / "plugin"
PORT = 9230
START_SECONDS = 120
NOBODY = 65534

SETTINGS = """
discovery.type: single-node
network.host: 127.0.0.1
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
action.auto_create_index: false
"""


class NoServer(Exception):
    """The server cannot be had here, with the reason as a sentence."""


def cache() -> Path:
    """Where the server is kept: a folder that whoever runs it may read."""
    if os.geteuid() == 0:
        return Path("/var/cache/worth-repeating")
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "worth-repeating"


def java_home() -> Path:
    """A whole JDK that is new enough."""
    named = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    for home in [*named, *sorted(Path("/usr/lib/jvm").glob("*"))]:
        release = home / "release"
        if (home / "bin" / "javac").exists() and release.exists():
            found = re.search(r'JAVA_VERSION="(\d+)', release.read_text())
            if found and int(found[1]) >= OLDEST_JAVA:
                return home
    raise NoServer(f"There is no JDK of version {OLDEST_JAVA} or newer: install one, or name it in ES_JAVA_HOME.")


def install() -> Path:
    """The folder of the server, fetched and completed the first time."""
    home = cache() / f"elasticsearch-{VERSION}"
    plugin = home / "plugins" / "hub-test-analysis"
    newest = max(path.stat().st_mtime for path in PLUGIN.iterdir())
    if not (home / "bin" / "elasticsearch").exists():
        _fetch(home)
    if not (plugin / "plugin.jar").exists() or (plugin / "plugin.jar").stat().st_mtime < newest:
        _build_plugin(home, plugin)
    return home


def start(port: int = PORT, *, heap: str = "512m") -> str:
    """Start a server with no data on a port, wait until it answers, and answer its address."""
    address = f"http://127.0.0.1:{port}"
    if answers(address):
        return address
    java, home, place = java_home(), install(), _place(port)
    shutil.rmtree(place, ignore_errors=True)
    for name in ("config", "data", "logs"):
        (place / name).mkdir(parents=True)
    (place / "config" / "elasticsearch.yml").write_text(SETTINGS)
    for name in ("jvm.options", "log4j2.properties"):
        shutil.copy(home / "config" / name, place / "config")
    run(port, java=java, home=home, heap=heap)
    return address


def run(port: int, *, java: Path | None = None, home: Path | None = None, heap: str = "512m") -> None:
    """Start the server of a port with the data that it has, and wait until it answers."""
    java, home, place = java or java_home(), home or install(), _place(port)
    as_nobody = {}
    if os.geteuid() == 0:
        # It refuses to run as root.
        for path in [place, *place.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    with (place / "console.log").open("w") as log:
        process = subprocess.Popen(
            [
                home / "bin" / "elasticsearch",
                *("-p", place / "pid"),
                f"-Ehttp.port={port}",
                f"-Etransport.port={port + 100}",
                f"-Epath.data={place / 'data'}",
                f"-Epath.logs={place / 'logs'}",
            ],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(place),
                "ES_JAVA_HOME": str(java),
                "ES_PATH_CONF": str(place / "config"),
                "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap} -XX:-AlwaysPreTouch",
            },
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **as_nobody,
        )
    end = time.monotonic() + START_SECONDS
    while not answers(f"http://127.0.0.1:{port}"):
        if process.poll() is not None or time.monotonic() > end:
            stop(port)
            raise NoServer(f"Elasticsearch did not start: see {place / 'console.log'}.")
        time.sleep(0.3)


def stop(port: int = PORT, *, at_once: bool = False) -> None:
    """End the server of a port and wait until it is gone. Its data stays for `run`."""
    try:
        pid = int((_place(port) / "pid").read_text())
        os.kill(pid, signal.SIGKILL if at_once else signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError):
        return
    end = time.monotonic() + 30
    while _runs(pid) and time.monotonic() < end:
        time.sleep(0.1)


def pid(port: int = PORT) -> int:
    """The process of the server of a port."""
    return int((_place(port) / "pid").read_text())


def answers(address: str) -> bool:
    """Whether a server answers there, and has all of its data."""
    try:
        with urlopen(f"{address}/_cluster/health?wait_for_status=yellow&timeout=10s", timeout=15) as answer:
            return not json.load(answer)["timed_out"]
    except (URLError, OSError, ValueError):
        return False


def _place(port: int) -> Path:
    return Path(os.environ.get("TMPDIR", "/tmp")) / f"worth-repeating-elasticsearch-{port}"


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _fetch(home: Path) -> None:
    if not shutil.which("mvn"):
        raise NoServer("Maven is not here: install it to fetch Elasticsearch.")
    home.parent.mkdir(parents=True, exist_ok=True)
    goal = "org.apache.maven.plugins:maven-dependency-plugin:copy"
    options = [f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={home.parent}", "-Dmdep.useBaseVersion=true"]
    done = subprocess.run(["mvn", "-q", "-B", goal, *options], capture_output=True, text=True, check=False)
    archive = home.parent / f"elasticsearch-{VERSION}.zip"
    if done.returncode or not archive.exists():
        raise NoServer(f"Maven could not fetch Elasticsearch: {(done.stdout or done.stderr)[-500:]}")
    half = home.with_name(f"{home.name}.{os.getpid()}")
    with zipfile.ZipFile(archive) as files:
        for entry in files.infolist():
            path = Path(files.extract(entry, half))
            if entry.external_attr >> 16:
                path.chmod((entry.external_attr >> 16) & 0o777)
    (half / f"elasticsearch-{VERSION}").rename(home)
    half.rmdir()
    archive.unlink()


def _build_plugin(home: Path, plugin: Path) -> None:
    java, classes = java_home(), home.parent / f"classes.{os.getpid()}"
    subprocess.run(
        [
            *(java / "bin" / "javac", "--release", str(OLDEST_JAVA), "-d", classes),
            *("-cp", f"{home / 'lib'}/*", *PLUGIN.glob("*.java")),
        ],
        check=True,
    )
    plugin.mkdir(parents=True, exist_ok=True)
    subprocess.run([java / "bin" / "jar", "cf", plugin / "plugin.jar", "-C", classes, "."], check=True)
    shutil.copy(PLUGIN / "plugin-descriptor.properties", plugin)
    shutil.rmtree(classes)
