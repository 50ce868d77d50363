"""Personal data that slipped into a text: found by how it looks, on this server, so that its author is asked about it.

A question and never a refusal: a council's own switchboard is a telephone number too. Each kind has its own check, so
that prices, dates and reference numbers are left in peace.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

MOST_FINDS = 20


@dataclass(frozen=True)
class Find:
    """Something that looks like personal data: what it seems to be, and how it stands in the text."""

    kind: str
    text: str


def personal_data_in(text: str) -> list[Find]:
    """What looks like personal data, in the order of the text, each once.

    >>> [find.kind for find in personal_data_in("Ring Ann on 01632 960 123, NHS number 943 476 5919")]
    ['telephone number', 'NHS number']
    """
    found: dict[str, tuple[int, Find]] = {}
    taken: list[tuple[int, int]] = []
    for kind, pattern, is_one in KINDS:
        for match in islice(pattern.finditer(text), 500):
            words = match[0].strip(" -,.")
            overlaps = any(match.start() < end and start < match.end() for start, end in taken)
            if overlaps or words in found or not is_one(words):
                continue
            taken.append(match.span())
            found[words] = (match.start(), Find(kind, words))
    return [find for _, find in sorted(found.values(), key=lambda pair: pair[0])][:MOST_FINDS]


def is_nhs_number(text: str) -> bool:
    """Ten digits, of which the last is the check digit of the others (modulus 11).

    >>> is_nhs_number("943 476 5919"), is_nhs_number("943 476 5918")
    (True, False)
    """
    digits = _digits(text)
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == int(digits[9]) and check != 10


def is_telephone_number(text: str) -> bool:
    """Ten or eleven digits from the 0, or as many after +44."""
    digits = _digits(text)
    if text.startswith("+"):
        return 10 <= len(digits) <= 15
    return digits[:1] == "0" and digits[1:2] != "0" and len(digits) in {10, 11}


def is_national_insurance_number(text: str) -> bool:
    """Two letters that are given out, six digits, and one of four letters. There is no check digit in it.

    >>> is_national_insurance_number("QQ 12 34 56 C"), is_national_insurance_number("AB123456C")
    (False, True)
    """
    number = re.sub(r"[\s-]", "", text).upper()
    return number[:2] not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"} and not set(number[:2]) & set("DFIQUV")


def _digits(text: str) -> str:
    return "".join(re.findall(r"[0-9]", text))


def _always(text: str) -> bool:
    return True


_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DAY = (
    r"(?:[0-3]?[0-9](?:st|nd|rd|th)?(?:[./-]|\s)(?:[01]?[0-9]|"
    + _MONTHS
    + r")(?:[./-]|,?\s)(?:19|20)?[0-9]{2})(?![0-9])"
)
# The order matters: what one kind has taken, the next ones leave.
KINDS: list[tuple[str, re.Pattern[str], Callable[[str], bool]]] = [
    ("e-mail address", re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}(?!\w)"), _always),
    (
        "date of birth",
        re.compile(r"\b(?:born|birth(?:day)?|d\.?o\.?b\.?)\b[^.\n]{0,25}?" + _DAY, re.IGNORECASE),
        _always,
    ),
    (
        "National Insurance number",
        re.compile(r"\b[A-Z]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[A-D]\b", re.IGNORECASE),
        is_national_insurance_number,
    ),
    (
        "NHS number",
        re.compile(r"(?<![\w£+.,/-])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![\w/]|[.,-][0-9])"),
        is_nhs_number,
    ),
    (
        "telephone number",
        re.compile(r"(?<![\w£.,/-])(?:\+[1-9][0-9]{0,2}[ -]?(?:\(0\)[ -]?)?|\(?0)(?:[0-9][ )-]{0,2}){8,12}(?![\w/])"),
        is_telephone_number,
    ),
]
