"""Whether a text is English. The model knows no other language; what is not English is left to words."""

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Words without which nobody tells anything in English, and which are not Welsh, Irish, Gaelic, French or German.
_SMALL = "the and of to for with that this was were is are we our from by have had they it at be"
_ENGLISH = frozenset(_SMALL.split())
# Such words of the other languages of these islands, and of those next to them, which are no words of English.
_SMALL_OF_OTHERS = """
    yn yr y'r a'r i'r o'r ar gyda mewn sydd wedi eu ein hwn hon oedd ddim ydy yw sut
    agus tá bhí ní seo ann chun
    le les une dans pour avec sur que qui où
    der das und nicht ist mit für ein eine wie
"""
_OTHER = frozenset(_SMALL_OF_OTHERS.split())
# From so many words on, a text without English ones is not English.
TELLING = 25


def is_english(text: str) -> bool:
    """Whether this seems to be English. A few words count as English unless they show that they are not."""
    if any(_is_foreign(letter) for letter in text[:400]):
        return False
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text[:2000])]
    english, other = sum(word in _ENGLISH for word in words), sum(word in _OTHER for word in words)
    if other > english:
        return False
    return len(words) < TELLING or english >= len(words) * 0.05


def _is_foreign(letter: str) -> bool:
    """Whether a letter belongs to another script, or is one that Welsh has and English has not."""
    if letter < "\u0250":
        return letter in "ŵŷŴŶ"
    return letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")
