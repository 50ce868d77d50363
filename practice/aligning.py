"""What two rows of things have in common, in order: Myers' shortest edit script, within bounded effort.

`difflib` reads as well, but its time has no bound that can be set beforehand, and what is compared here was written by
people who may wish to keep the server busy.
"""

from collections.abc import Hashable, Iterator, Sequence

Pair = tuple[int | None, int | None]


class Effort:
    """How many steps a comparison may still take. Shared by all that is compared for one page."""

    def __init__(self, steps: int = 1_500_000) -> None:
        self.steps = steps

    def spend(self, steps: int) -> bool:
        """Whether so many more steps were allowed. If not, none is taken."""
        allowed = self.steps > steps
        self.steps -= steps if allowed else 0
        return allowed


def align(old: Sequence[Hashable], new: Sequence[Hashable], effort: Effort) -> Iterator[Pair]:
    """Places in the old row and in the new one: both of what stayed, one and None of what was taken out or added.

    >>> list(align("abc", "acd", Effort()))
    [(0, 0), (1, None), (2, 1), (None, 2)]
    >>> list(align("abc", "acd", Effort(0)))
    [(0, 0), (1, None), (2, None), (None, 1), (None, 2)]
    """
    start, old_end, new_end = 0, len(old), len(new)
    while start < min(old_end, new_end) and old[start] == new[start]:
        start += 1
    while old_end > start and new_end > start and old[old_end - 1] == new[new_end - 1]:
        old_end, new_end = old_end - 1, new_end - 1
    yield from ((place, place) for place in range(start))
    for i, j in _shortest_script(old[start:old_end], new[start:new_end], effort):
        yield None if i is None else i + start, None if j is None else j + start
    yield from ((old_end + k, new_end + k) for k in range(len(old) - old_end))


def _shortest_script(old: Sequence[Hashable], new: Sequence[Hashable], effort: Effort) -> list[Pair]:
    """The pairs, or everything taken out and added where the effort did not suffice."""
    reach, trail = {1: 0}, list[dict[int, int]]()
    for distance in range(len(old) + len(new) + 1):
        if not effort.spend(2 * distance + 1):
            break
        trail.append(reach.copy())
        for k in range(-distance, distance + 1, 2):
            down = k == -distance or (k != distance and reach[k - 1] < reach[k + 1])
            x = start = reach[k + 1] if down else reach[k - 1] + 1
            while x < len(old) and x - k < len(new) and old[x] == new[x - k]:
                x += 1
            effort.steps -= x - start
            reach[k] = x
            if x >= len(old) and x - k >= len(new):
                return _walked_back(trail, x, x - k)
    return [*((i, None) for i in range(len(old))), *((None, j) for j in range(len(new)))]


def _walked_back(trail: list[dict[int, int]], x: int, y: int) -> list[Pair]:
    pairs: list[Pair] = []
    for distance in range(len(trail) - 1, 0, -1):
        reach, k = trail[distance], x - y
        down = k == -distance or (k != distance and reach[k - 1] < reach[k + 1])
        x_before = reach[k + 1] if down else reach[k - 1]
        y_before = x_before - (k + 1 if down else k - 1)
        while x > x_before and y > y_before:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        pairs.append((None, y_before) if down else (x_before, None))
        x, y = x_before, y_before
    pairs += [(place, place) for place in range(x - 1, -1, -1)]
    return pairs[::-1]
