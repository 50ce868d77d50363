"""What search keeps in the database. The documents themselves are kept by the engine."""

from search.models.curation import ChosenAnswer, OtherWord
from search.models.demand import AskedWords, MonthKey, Wish, WishAsk, WishMark, WishStory
from search.models.outbox import MOST_ATTEMPTS, Outbox
from search.models.standing import Found, SearchKey, StandingSearch
from search.models.vector import Vector

__all__ = [
    "MOST_ATTEMPTS",
    "AskedWords",
    "ChosenAnswer",
    "Found",
    "MonthKey",
    "OtherWord",
    "Outbox",
    "SearchKey",
    "StandingSearch",
    "Vector",
    "Wish",
    "WishAsk",
    "WishMark",
    "WishStory",
]
