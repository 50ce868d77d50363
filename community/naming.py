"""Finding a council by what people call it: official, short and other names, whatever the case and the punctuation."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from community.models import Council

_JOINED_LETTERS = re.compile(r"\b(\w) (?=\w\b)")
_BEGINNINGS = re.compile(r"^(the )?((london |royal |metropolitan |county )*borough of |city of |county of |cyngor )?")
_KINDS = "city|county|district|borough|metropolitan|london|royal|islands|unitary"
_ENDINGS = re.compile(rf"( ({_KINDS}))*( (council|corporation|authority|mbc|lbc|rbc|bc|dc|cc|cbc))$")


def fold(name: str) -> str:
    """A name without case, accents and punctuation: 'King’s Lynn & West Norfolk' is 'kings lynn and west norfolk'."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    plain = re.sub(r"['’ʼ`.]", "", plain).replace("&", " and ")
    return _JOINED_LETTERS.sub(r"\1", " ".join(re.findall(r"[^\W_]+", plain)))


def core(name: str) -> str:
    """A folded name without the words that say what kind of council it is."""
    folded = fold(name)
    return _ENDINGS.sub("", _BEGINNINGS.sub("", folded)) or folded


class CouncilNames:
    """Every name of every council, read once. An official name beats another name, which beats a name in part."""

    def __init__(self, councils: Iterable[Council] | None = None) -> None:
        self._by_name: tuple[dict[str, dict[int, Council]], ...] = (
            defaultdict(dict),
            defaultdict(dict),
            defaultdict(dict),
        )
        for council in Council.objects.order_by("pk") if councils is None else councils:
            self.add(council)

    def add(self, council: Council) -> None:
        """Take in a council that was made after these were read."""
        official, others, cores = self._by_name
        official[fold(council.name)][council.pk] = council
        for name in [council.short_name, *council.other_name_list()]:
            others[fold(name)][council.pk] = council
        for name in [council.name, council.short_name, *council.other_name_list()]:
            cores[core(name)][council.pk] = council

    def find(self, name: str) -> Council | None:
        """The council of this name. Of several the one that exists today; nothing when that leaves more than one."""
        if not fold(name):
            return None
        official, others, cores = self._by_name
        for names, key in ((official, fold(name)), (others, fold(name)), (cores, core(name))):
            found = list(names[key].values()) if key in names else []
            standing = [council for council in found if not council.has_ended] or found
            if len(standing) == 1:
                return standing[0]
            if standing:
                return None
        return None
