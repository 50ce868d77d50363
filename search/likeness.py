"""Which councils are near to one, and which are like it: the orders of two sorts, and the sentence that explains them.

An engine knows nothing of likeness: it is given the councils in the wanted order.
"""

from community.models import Council


def nearest(council: Council) -> tuple[str, ...]:
    """The values of every council that still exists, the nearest first, beginning with this one."""
    return (council.code.lower(),)


def like(council: Council) -> tuple[str, ...]:
    """The values of every council that still exists, the most similar first, after this one."""
    return (council.code.lower(),)


def sentence(mine: Council, other: Council) -> str:
    """What the other council has in common with mine: "District in the same region, 10 % more people"."""
    return ""
