"""How titles stand in an order."""

import re
import unicodedata


def title_key(title: str) -> str:
    """What a title is sorted by."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(c))
    return re.sub(r"^\W+", "", plain)[:80] or plain[:80]
