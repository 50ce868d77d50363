"""Which councils are near to one, and which are like it: the orders of two sorts, and the sentences that explain them.

An engine knows nothing of likeness: it is given the councils in the wanted order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import asin, cos, log, radians, sin, sqrt

from community.models import Council

EARTH_KM, KM_A_MILE = 6371.0, 1.609344
# Councils of one group do the same work for the same sort of place.
KINDRED = (
    {"unitary", "metropolitan", "london-borough", "ni-district"},
    {"district", "ni-district"},
    {"county", "unitary", "combined"},
)
# How much it counts against a council to be of another kind, in another region or nation, of another size, far away.
OTHER_KIND, KINDRED_KIND, OTHER_REGION, OTHER_NATION = 2.0, 0.8, 0.6, 0.8
A_TENTH_AS_MANY, FAR_AWAY, FAR_AWAY_KM = 2.0, 0.8, 600.0
# Councils whose populations differ by less have about as many people.
ABOUT = 0.05

_FIELDS = ("code", "kind", "region", "nation", "population", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a council counts."""

    code: str
    kind: str
    region: str
    nation: str
    population: int | None
    latitude: float | None
    longitude: float | None

    @classmethod
    def of(cls, council: Council) -> "Traits":
        """The traits of a council."""
        return cls(*(getattr(council, name) for name in _FIELDS))


def nearest(council: Council) -> tuple[str, ...]:
    """The values of every council whose place is known, the nearest first, beginning with this one."""
    here = Traits.of(council)

    def far(other: Traits) -> float | None:
        return 0.0 if other.code == here.code else kilometres(here, other)

    return _in_order(far)


def like(council: Council) -> tuple[str, ...]:
    """The values of every council that still exists, the most similar first, after this one."""
    mine = Traits.of(council)
    return _in_order(lambda other: -1.0 if other.code == mine.code else unlikeness(mine, other))


def unlikeness(mine: Traits, other: Traits) -> float:
    """How different two councils are: 0 for the same kind, region, nation and size in the same place."""
    kindred = any({mine.kind, other.kind} <= group for group in KINDRED)
    points = 0.0 if mine.kind == other.kind else KINDRED_KIND if kindred else OTHER_KIND
    points += OTHER_REGION * (mine.region != other.region) + OTHER_NATION * (mine.nation != other.nation)
    if mine.population and other.population:
        points += A_TENTH_AS_MANY * min(abs(log(mine.population / other.population, 10)), 1.0)
    else:
        points += A_TENTH_AS_MANY / 2
    away = kilometres(mine, other)
    return points + FAR_AWAY * min((FAR_AWAY_KM / 2 if away is None else away) / FAR_AWAY_KM, 1.0)


def kilometres(one: Traits, other: Traits) -> float | None:
    """How far apart two councils lie, or None when the place of one is not known."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north, other_north = radians(one.latitude), radians(other.latitude)
    across = sin((other_north - north) / 2) ** 2
    across += cos(north) * cos(other_north) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(across, 1.0)))


def sentence(mine: Council, other: Council) -> str:
    """What the other council has in common with mine: "District in the same region, 10 % more people"."""
    if mine.pk == other.pk:
        return "Your council"
    kind = str(other.get_kind_display()) if other.kind != Council.Kind.OTHER else "Public body"
    if mine.region and mine.region == other.region:
        place = " in the same region"
    elif mine.nation and mine.nation == other.nation:
        place = f" in {_the(other.region)}" if other.region else " in the same nation"
    else:
        place = f" in {other.nation or other.region}" if other.nation or other.region else ""
    people = _people(mine.population, other.population)
    return f"{kind}{place}" + (f", {people}" if people else "")


def away(mine: Council, other: Council) -> str:
    """How far the other council is: "24 miles away"; nothing when it is not known."""
    if mine.pk == other.pk:
        return "Your council"
    far = kilometres(Traits.of(mine), Traits.of(other))
    if far is None:
        return ""
    miles = round(far / KM_A_MILE)
    return "Less than a mile away" if miles < 1 else f"{miles:,} {'mile' if miles == 1 else 'miles'} away"


def _people(mine: int | None, other: int | None) -> str:
    if not mine or not other:
        return ""
    ratio = other / mine
    if abs(ratio - 1) < ABOUT:
        return "about as many people"
    if 0.5 < ratio < 2:
        return f"{round(abs(ratio - 1) * 100)} % {'more' if ratio > 1 else 'fewer'} people"
    if ratio >= 2:
        return "twice as many people" if round(ratio) == 2 else f"{round(ratio)} times as many people"
    parts = round(1 / ratio)
    return "half as many people" if parts == 2 else f"{_PARTS.get(parts, 'less than a tenth')} of the people"


_PARTS = {
    3: "a third",
    4: "a quarter",
    5: "a fifth",
    6: "a sixth",
    7: "a seventh",
    8: "an eighth",
    9: "a ninth",
    10: "a tenth",
}


def _the(region: str) -> str:
    compass = ("North", "South", "East M", "West", "Yorkshire")
    return f"the {region}" if region.startswith(compass) and not region.startswith("Northern I") else region


def _in_order(measure: Callable[[Traits], float | None]) -> tuple[str, ...]:
    """The values of the councils of today that can be measured, the smallest first."""
    councils = [Traits(*row) for row in Council.objects.current().order_by("code").values_list(*_FIELDS)]
    measured = [(far, council.code.lower()) for council in councils if (far := measure(council)) is not None]
    return tuple(code for _, code in sorted(measured))
