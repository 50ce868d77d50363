"""Numbers of rows that come in with an address, a form or a button, where anything may stand."""

MOST_DIGITS = 18  # a database holds no number of more


def number_in(text: str) -> int:
    """The number that a text is; 0, which no row has, where it is none or too large.

    >>> number_in("17"), number_in("x"), number_in("-1"), number_in("²"), number_in("9" * 19)
    (17, 0, 0, 0, 0)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0
