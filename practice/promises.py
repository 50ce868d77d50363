"""Working days, in which communities promise to answer. Bank holidays count: each nation has its own."""

from datetime import date, datetime, timedelta

SATURDAY = 5


def working_days(since: date | datetime, until: date) -> int:
    """Days from Monday to Friday after the first and up to the second.

    >>> working_days(date(2026, 11, 20), date(2026, 11, 24)), working_days(date(2026, 11, 24), date(2026, 11, 20))
    (2, 0)
    """
    weeks, rest = divmod((until - since).days, 7)
    if weeks < 0:
        return 0
    return weeks * 5 + sum((since + timedelta(days=day)).weekday() < SATURDAY for day in range(1, rest + 1))


def after_working_days(since: date, days: int) -> date:
    """The day so many working days later.

    >>> after_working_days(date(2026, 11, 20), 5)
    datetime.date(2026, 11, 27)
    """
    day = since
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day
