"""The error that a verb raises when it will not do something, with the sentence that the person reads."""


class Refused(Exception):
    """A verb's polite no. `str(error)` is one plain sentence that says what to do instead; it can be shown as it is."""
