"""What /healthz asks of search: whether the engine has a whole index, and whether changes reach it in time."""

from typing import Any

from hub import health
from search import meaning, outbox
from search.engines import engine
from search.models import Outbox

# A change that waits longer than this means that nobody delivers.
LATE_SECONDS = 600


@health.check("engine")
def engine_ready() -> dict[str, Any]:
    """The engine can be asked."""
    status = engine().status()
    if not status.ready:
        raise health.Broken(status.words)
    return {"kind": status.engine, "documents": status.documents, "bytes": status.bytes}


@health.check("refused", public=False)
def nothing_refused() -> dict[str, Any]:
    """The engine took everything that it was told of. What it refused is no reason to call the site ill."""
    if letters := list(Outbox.objects.dead().order_by("-pk")[:3]):
        told = "; ".join(
            f"{each.kind} {each.object_id}: {each.error.splitlines()[0]}" for each in letters if each.error
        )
        raise health.Broken(f"{outbox.depth().dead} documents were refused ({told}). See manage.py search_status.")
    return {"documents": 0}


@health.check("outbox")
def outbox_moves() -> dict[str, Any]:
    """Changes reach the engine."""
    depth = outbox.depth()
    if depth.oldest_seconds > LATE_SECONDS:
        raise health.Broken(f"{depth.waiting} changes wait for the engine, the oldest for {depth.oldest_seconds} s.")
    return {"waiting": depth.waiting, "oldest_seconds": depth.oldest_seconds, "refused": depth.dead}


@health.check("meaning")
def meaning_answers() -> dict[str, Any]:
    """The model of meaning can be used, where one is named. When it cannot, words alone answer."""
    standing = meaning.standing()
    if standing is None:
        return {"on": False}
    if standing.trouble:
        raise health.Broken(standing.words)
    return {"on": True, "stories": standing.stories, "vectors": standing.made, **standing.counts}
