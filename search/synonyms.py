"""Other words that mean the same by curation. They are added to the question, so that a change is live at once."""

from search.words import Words


def expanded(words: Words) -> Words:
    """The words with what means the same, as `Clause.other_terms`."""
    return words
