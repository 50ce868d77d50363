"""Where a council lies: a dot among the dots of all councils."""

from math import cos, radians
from typing import Any

from django import template

from community.models import Council

register = template.Library()
WIDTH = 300


@register.inclusion_tag("community/where_it_is.html")
def where_it_is(council: Council) -> dict[str, Any]:
    """A map of squares, one a council, with this one marked. Nothing when we do not know where it lies."""
    if council.latitude is None or council.longitude is None:
        return {}
    known = Council.objects.current().exclude(latitude=None).exclude(longitude=None).order_by("pk")
    places: list[Any] = list(known.values_list("latitude", "longitude"))
    places.append((council.latitude, council.longitude))
    north, south = max(lat for lat, _ in places), min(lat for lat, _ in places)
    west, east = min(long for _, long in places), max(long for _, long in places)
    squeeze = cos(radians((north + south) / 2))
    scale = (WIDTH - 20) / max((east - west) * squeeze, 0.1)
    height = min(420, max(120, round((north - south) * scale) + 20))
    scale = min(scale, (height - 20) / max(north - south, 0.1))
    many = len(places) > 80

    def square(lat: float, long: float, side: int) -> str:
        x = 10 + (long - west) * squeeze * scale - side / 2
        y = 10 + (north - lat) * scale - side / 2
        return f"M{x:.0f} {y:.0f}h{side}v{side}h-{side}z"

    return {
        "council": council,
        "width": WIDTH,
        "height": height,
        "others": "".join(dict.fromkeys(square(lat, long, 4 if many else 12) for lat, long in places[:-1])),
        "this": square(council.latitude, council.longitude, 9 if many else 12),
        "many": many,
        "place": _in_words(
            (north - council.latitude) / max(north - south, 0.1), (council.longitude - west) / max(east - west, 0.1)
        ),
        "count": len(places) - 1,
    }


def _in_words(down: float, across: float) -> str:
    """A place on the map in words: the north, the south-east, the middle."""
    vertical = "north" if down < 1 / 3 else "south" if down > 2 / 3 else ""
    horizontal = "west" if across < 1 / 3 else "east" if across > 2 / 3 else ""
    return "-".join(part for part in (vertical, horizontal) if part) or "middle"
