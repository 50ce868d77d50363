"""What an index of the Elasticsearch engine holds: its names, its analysis, its fields, and a document as it is kept.

An index is versioned and stands behind an alias: `PREFIX-v1` is asked and written; `PREFIX-v1-building` is written as
well while a new one is made. The number is FORMAT: a site of another format does not find this index but makes its own.
"""

import json
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.documents import FACETS, Document
from search.engines.base import folded, unmarked
from search.words import words_in

# Raised when the fields change: an index of another format is not read but made anew.
FORMAT = 3
# Between the parts of a line in the fields of topics, people and places.
SEPARATOR = " · "
# Between a value and its words in a label.
UNIT = "\x1f"

# What a word weighs where it stands. One that stands in several places counts most where it weighs most.
WEIGHTS = {
    "title": 2,
    "names": 2,
    "summary": 1.5,
    "worth": 1.5,
    "text": 1,
    "topics": 1.5,
    "tags": 1.5,
    "people": 1,
    "place": 1.5,
    "community": 0.5,
    "attached": 0.3,
}

# What is shown as the piece that matches, and so much of its beginning and end.
CUT, EDGE = ("text", "attached"), 40

# Signs inside words are gaps, as they are to what was typed and to the embedded engine: "u.k.", "1,000", "isn't".
_GAPS = [f"\\u{ord(sign):04x}=>\\u0020" for sign in ".,:;_'’‘·․‧＇．，"]

ANALYSIS = {
    "char_filter": {"gaps": {"type": "mapping", "mappings": _GAPS}},
    "filter": {
        "stems": {"type": "stemmer", "language": "english"},
        "beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": 20, "preserve_original": True},
    },
    "analyzer": {
        "stems": {
            "type": "custom",
            "char_filter": ["gaps"],
            "tokenizer": "standard",
            "filter": ["lowercase", "asciifolding", "stems"],
        },
        "words": {"type": "custom", "char_filter": ["gaps"], "tokenizer": "standard", "filter": ["lowercase"]},
        "beginnings": {
            "type": "custom",
            "char_filter": ["gaps"],
            "tokenizer": "standard",
            "filter": ["lowercase", "asciifolding", "beginnings"],
        },
        "typed": {
            "type": "custom",
            "char_filter": ["gaps"],
            "tokenizer": "standard",
            "filter": ["lowercase", "asciifolding"],
        },
    },
}

_KEPT = {"type": "keyword", "index": False, "doc_values": False}
_TEXT = {"type": "text", "analyzer": "stems", "index_options": "offsets", "copy_to": "words"}
_NAME = {
    **_TEXT,
    "fields": {
        "begins": {"type": "text", "analyzer": "beginnings", "search_analyzer": "typed", "norms": False},
    },
}


def definition() -> dict[str, Any]:
    """Settings and mapping of a new index, not yet fit to be asked."""
    return {
        "settings": {
            "index": {
                "number_of_shards": 1,
                "auto_expand_replicas": "0-1",
                "refresh_interval": "-1",
                "analysis": ANALYSIS,
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"format": FORMAT},
            "properties": {
                "kind": {"type": "keyword"},
                "object": {"type": "long"},
                "version": {"type": "long"},
                "live": {"type": "boolean"},
                "audience": {"type": "keyword"},
                "community_id": {"type": "keyword"},
                "published": {"type": "long"},
                "repeated": {"type": "integer"},
                "called": {"type": "keyword", "doc_values": False, "ignore_above": 1000},
                "digest": {"type": "keyword", "index": False},
                "url": _KEPT,
                "source": _KEPT,
                "edges": {"type": "object", "enabled": False},
                **dict.fromkeys(WEIGHTS, _TEXT),
                **dict.fromkeys(("title", "names"), _NAME),
                "words": {"type": "text", "analyzer": "words", "index_options": "docs", "norms": False},
                "value": {"properties": {f: {"type": "keyword", "doc_values": False} for f in FACETS}},
                "label": {
                    "properties": {
                        f: {"type": "keyword", "index": False, "eager_global_ordinals": True} for f in FACETS
                    }
                },
            },
        },
    }


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the indices of a site."""

    prefix: str

    @property
    def live(self) -> str:
        """The alias of the index that is asked."""
        return f"{self.prefix}-v{FORMAT}"

    @property
    def building(self) -> str:
        """The alias of the index that is being made."""
        return f"{self.live}-building"

    @property
    def lease(self) -> str:
        """The index that says who is making one."""
        return f"{self.prefix}-lease"

    def is_former(self, index: str) -> bool:
        """Whether an index of this site is of a former format."""
        found = re.match(rf"{re.escape(self.prefix)}-v(\d+)-", index)
        return found is not None and int(found[1]) < FORMAT

    def new(self) -> str:
        """A name that no index ever had."""
        return f"{self.live}-{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"


def key(kind: str, id: int) -> str:
    """The name of a document within an index."""
    return f"{kind}-{id}"


def kept(kind: str, id: int, version: int, document: Document | None) -> bytes:
    """A document as it is kept, as one line of JSON. None is kept too, as withdrawn.

    A withdrawn one must stay: the server forgets what was deleted, and a late delivery would bring it back.
    Raises `ValueError` when there is something in it that no text may hold.
    """
    held: dict[str, Any] = {"kind": kind, "object": id, "version": version, "live": document is not None}
    if document is not None:
        held |= _fields(document)
    return json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode()


def _fields(document: Document) -> dict[str, Any]:
    place = [SEPARATOR.join(document.council_names), document.region, document.nation]
    value: dict[str, list[str]] = {}
    label: dict[str, list[str]] = {}
    for facet, each in document.labels():
        if each.value not in value.setdefault(facet, []):
            value[facet].append(each.value)
            label.setdefault(facet, []).append(f"{each.value}{UNIT}{each.words}")
    texts = {
        "title": document.title,
        "names": list(document.other_names),
        "summary": document.summary,
        "worth": document.worth_repeating,
        "text": document.text,
        "topics": [SEPARATOR.join((topic.title, *topic.other_words)) for topic in document.topics],
        "tags": [tag.words for tag in document.tags],
        "people": list(document.people),
        "place": list(dict.fromkeys(line for line in place if line)),
        "community": document.community.words if document.community else "",
        "attached": document.attached,
    }
    return {
        "audience": document.audience,
        "community_id": document.community_id,
        "published": int(document.published.timestamp()) if document.published else 0,
        "repeated": document.repeated,
        "digest": document.digest(),
        "url": document.url,
        "source": document.source,
        "called": [" ".join(words_in(folded(name))) for name in (document.title, *document.other_names)],
        "edges": {field: _edges(texts[field]) for field in CUT if texts[field]},
        **{field: _clean(text) for field, text in texts.items() if text},
        "value": value,
        "label": label,
    }


def _edges(text: str | Sequence[str]) -> list[str]:
    """How a text begins and ends, to tell whether a piece of it was cut off."""
    plain = unmarked(str(text)).strip()
    return [plain[:EDGE], plain[-EDGE:]]


def _clean(text: str | Sequence[str]) -> str | list[str]:
    return unmarked(text) if isinstance(text, str) else [unmarked(each) for each in text]
