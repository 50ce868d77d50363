"""What was asked, as it may be remembered: the same key for all who mean the same, and nothing that is about a person.

Words that could be a person's are not remembered at all: addresses, numbers, post codes, titles before a name, given
names before another word, and names of people who have an account. It is better to forget a question too many.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Q

from community.models import Council, Person
from hub import fragments
from practice.models import Topic
from search.matching import stems
from search.words import SMALL_WORDS, Words, words_in

# Whoever writes more words tells a case, and a case is somebody's.
MOST_WORDS = 6

_PERSONAL = re.compile(
    r"""
    \S@\S                                                   # an e-mail address
    | \bhttps?:|\bwww\.                                     # an address of a page
    | (?:\d[\s().+/-]*){5,}                                 # a telephone number, a reference
    | \b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b                 # a post code
    | \b[a-z]{2}\s*(?:\d\s*){6}[a-z]\b                      # a National Insurance number
    | \b(?:mr|mrs|ms|miss|mx|dr|prof|sir|dame|lord|lady|cllr|councillor)\b\.?\s+\w
    | \b\d+[a-z]?,?\s+(?:\w+\s+){1,3}(?:street|st|road|rd|avenue|ave|close|lane|drive|court|crescent|gardens|way)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)

# Given names that are hardly ever anything else. Before another word they are taken for a name.
_GIVEN = """
    aaron abdul abigail adam adrian ahmed aisha alan albert alexander alfie ali alice alison amanda amelia amir
    amy andrea andrew angela anita ann anna anne annie anthony antonio arthur asif ayesha barbara barry ben
    benjamin bernard beth betty beverley brenda brian bridget bruce callum cameron carl carol caroline catherine
    charles charlotte chloe chris christina christine christopher claire clare clive colin connor craig cynthia
    damian daniel danielle darren dave david debbie deborah denise dennis derek diana diane donald donna doreen
    doris dorothy duncan dylan edith edward eileen elaine eleanor elizabeth ellen ellie emily emma eric erin
    ethan evelyn fatima fiona frances francis freddie gareth gary gavin gemma geoffrey george georgia gerald
    gillian gladys gordon graeme graham greg gregory hannah harold harriet harry hassan helen henry hilary
    howard hugh ian ibrahim imran irene isabella jacob jacqueline james jamie jane janet janice jason jayne
    jeffrey jennifer jenny jeremy jessica jill joan joanna joanne john jonathan jordan joseph josephine joshua
    joyce juan judith julia julian julie karen kate katherine kathleen katie keith kelly kenneth kerry kevin
    kirsty kyle laura lauren lawrence leanne lee leon leonard lesley lewis liam linda lisa lorraine louis louise
    lucas lucy luke lynn lynne malcolm marcus margaret maria marian marie marion marjorie martin martyn mary
    matthew maureen megan melanie melissa michael michelle mike mohammad mohammed muhammad nancy naomi natalie
    natasha nathan neil nicholas nicola nigel noah nora norma norman oliver olivia omar oscar owen pamela
    patricia patrick paul pauline peter philip phillip phyllis priya rachel ralph raymond rebecca rhys richard
    rita robert roger ronald rosemary rosie roy russell ruth ryan sally samantha samuel sandra sarah scott sean
    shannon sharon shaun sheila shirley simon sophia sophie stacey stanley stephanie stephen steve steven
    stewart stuart susan suzanne sylvia tanya terence teresa theresa thomas timothy tina toby tony tracey tracy
    trevor valerie vanessa vera vincent vivien walter wayne wendy william yasmin yusuf yvonne zoe
"""
GIVEN_NAMES = frozenset(_GIVEN.split())


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, as it may be remembered. `key` is the same for all forms and all words that mean the same."""

    key: str
    words: str


def remembered(words: Words) -> Asked | None:
    """What may be remembered of these words, or nothing."""
    if is_personal(words.typed):
        return None
    key, said = key_of(words)
    if not key or len(said.split()) > MOST_WORDS:
        return None
    return Asked(key, said)


def key_of(words: Words, *, curated: bool = True) -> tuple[str, str]:
    """The key of what was asked, and its telling words as they were typed; nothing for a question without words.

    Without `curated`, other words for the same thing have keys of their own, which stay when meanings change.
    """
    said: dict[str, list[str]] = {}
    for clause in words.clauses:
        first = clause.terms[0].words
        if len(first) == 1 and first[0] in SMALL_WORDS:
            continue
        meanings = [" ".join(stems(str(term))) for term in (*clause.terms, *(clause.other_terms if curated else ()))]
        key = min(filter(None, meanings), default=str(clause.terms[0]))
        known = said.setdefault(key, [])
        # Words that mean something together ("school streets") have one key.
        if meanings[0] not in {" ".join(stems(word)) for word in known}:
            known.append((" " if clause.exact else "-").join(first))
    return "|".join(sorted(said))[:300], " ".join(word for each in said.values() for word in each)[:300]


def is_personal(typed: str) -> bool:
    """Whether what was typed could be about a person."""
    if _PERSONAL.search(typed):
        return True
    words = words_in(typed)
    pairs = [(one, other) for one, other in pairwise(words) if other not in SMALL_WORDS]
    if any(one in GIVEN_NAMES for one, _ in pairs) or (len(words) == 1 and words[0] in GIVEN_NAMES):
        return True
    return _names_somebody(words, pairs)


def _names_somebody(words: list[str], pairs: list[tuple[str, str]]) -> bool:
    """Whether somebody with an account has this name, or a last name that is no word of the site."""
    if surnames_in(words):
        return True
    named = Q()
    for one, other in pairs:
        named |= Q(name__icontains=f"{one} {other}") | Q(name__icontains=f"{other} {one}")
    return bool(named) and Person.objects.filter(named).exists()


def surnames_in(words: list[str]) -> frozenset[str]:
    """Which of these words are somebody's last name, and neither a council's name nor a word for a topic."""
    names: frozenset[str] = fragments.numbers.kept("last names", _last_names)
    found = names.intersection(words)
    return found - frozenset(_words_of_the_site()) if found else frozenset()


def _last_names() -> frozenset[str]:
    names = Person.objects.exclude(name="").values_list("name", flat=True)
    parts = (words_in(name) for name in names.iterator())
    return frozenset(each[-1] for each in parts if len(each) > 1 and len(each[-1]) > 2)


def _words_of_the_site() -> set[str]:
    topics = Topic.objects.values_list("title", "other_words")
    councils = Council.objects.values_list("name", "short_name")
    return {word for row in (*topics, *councils) for text in row for word in words_in(text)}
