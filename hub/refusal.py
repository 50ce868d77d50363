"""The errors that a verb raises when it will not do something, with the sentence that the person reads."""


class Refused(Exception):
    """A verb's polite no. `str(error)` is one plain sentence that says what to do instead; it can be shown as it is."""


class TooMany(Refused):
    """Too often in a short time. `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"That was too often in a short time. Try again in {_in_words(seconds)}.")


def _in_words(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconds" if seconds != 1 else "one second"
    minutes = -(-seconds // 60)
    return f"{minutes} minutes" if minutes < 100 else f"{-(-minutes // 60)} hours"
