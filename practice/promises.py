"""Working days, in which communities promise to answer: Monday to Friday, without the bank holidays of the nation where
the hub is (`BANK_HOLIDAYS_OF`)."""

from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings

SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether people are at work.

    >>> is_working_day(date(2026, 12, 24)), is_working_day(date(2026, 12, 28)), is_working_day(date(2026, 12, 19))
    (True, False, False)
    """
    return day.weekday() < SATURDAY and day not in _bank_holidays(settings.BANK_HOLIDAYS_OF, day.year)


def working_days(since: date, until: date) -> int:
    """Working days after the first and up to the second.

    >>> working_days(date(2026, 11, 20), date(2026, 11, 24)), working_days(date(2026, 11, 24), date(2026, 11, 20))
    (2, 0)
    >>> working_days(date(2026, 12, 24), date(2027, 1, 4))
    4
    """
    weeks, rest = divmod((until - since).days, 7)
    if weeks < 0:
        return 0
    weekdays = weeks * 5 + sum((since + timedelta(days=day)).weekday() < SATURDAY for day in range(1, rest + 1))
    years = range(since.year, until.year + 1)
    free = [day for year in years for day in _bank_holidays(settings.BANK_HOLIDAYS_OF, year)]
    return weekdays - sum(since < day <= until for day in free)


def after_working_days(since: date, days: int) -> date:
    """The day so many working days later.

    >>> after_working_days(date(2026, 11, 20), 5), after_working_days(date(2026, 12, 24), 1)
    (datetime.date(2026, 11, 27), datetime.date(2026, 12, 29))
    """
    day = since
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


@lru_cache(maxsize=64)
def _bank_holidays(nation: str, year: int) -> frozenset[date]:
    """Those of a year that take a day of the week away; one on a Saturday is kept on the Monday."""
    from holidays import country_holidays  # a tenth of a second, for those alone who count days

    found = country_holidays("GB", subdiv=nation, years=year)
    return frozenset(day for day in found if day.weekday() < SATURDAY)
