"""Numbers drawn small: bars, a month each. The page gives the same figures in a table beside the drawing."""

from collections.abc import Sequence
from typing import NamedTuple

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

WIDTH, HEIGHT, TOP, BOTTOM = 400, 150, 20, 126
FILL = 0.68
LOWEST = 4  # a single one does not fill the whole height


class Figure(NamedTuple):
    """One bar: what it stands for, the letters under it, its number (or none: nothing was to be counted), the words."""

    label: str
    short: str
    value: int | None
    words: str


@register.simple_tag
def bars(figures: Sequence[Figure], title: str, most: int = 0) -> SafeString:
    """Bars for figures in their order, the last one marked. `most` is the height of the drawing, else the highest."""
    step = WIDTH / max(len(figures), 1)
    highest = max(most, LOWEST, *(figure.value or 0 for figure in figures))
    shapes, numbers = ["", ""], []
    for place, figure in enumerate(figures):
        left, middle = place * step + step * (1 - FILL) / 2, (place + 0.5) * step
        tall = round((BOTTOM - TOP) * (figure.value or 0) / highest, 1)
        if tall:
            last = place == len(figures) - 1
            shapes[last] += f"M{left:.1f} {BOTTOM - tall:.1f}h{step * FILL:.1f}v{tall}h-{step * FILL:.1f}z"
        number = "–" if figure.value is None else str(figure.value)
        numbers.append((f"{middle:.1f}", f"{BOTTOM - tall - 5:.1f}", "", number if figure.value != 0 else ""))
        numbers.append((f"{middle:.1f}", str(HEIGHT - 8), "light", figure.short))
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}"><path class="bar" d="{}"/>'
        '<path class="now" d="{}"/><path class="axis" d="M0 {}h{}"/>{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        *shapes,
        BOTTOM,
        WIDTH,
        format_html_join("", '<text x="{}" y="{}" text-anchor="middle" class="{}">{}</text>', numbers),
    )
