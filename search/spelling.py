"""British and American spellings of the same word. Which of the two was typed makes no difference to what is found."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

SHORTEST = 4

_ENDS = "(?:e|es|ed|er|ers|ing|able|ation|ations|ational)"
# "advise", "exercise", "promise" are written so everywhere; their other form would only cost time.
_ALWAYS_S = re.compile(
    "^(?:adv|advert|appr|ar|compr|comprom|conc|dev|disgu|enterpr|exc|exerc|expert|franch|improv|likew|merchand|otherw|"
    "pra|prec|prem|prom|ra|rev|superv|surpr|telev|upr|w|cru|bru|no|po|dise|incis|dec|rad|c|r)is"
)
_ALWAYS_Z = re.compile("^(?:caps|pr|s|outs|re?s|downs|se|ma)iz")

_OUR = (
    "arb|ard|arm|behavi|cand|clam|col|discol|endeav|enam|fav|disfav|ferv|flav|glam|harb|hon|dishon|hum|lab|belab|"
    "neighb|od|parl|ranc|rig|rum|sav|splend|succ|tum|val|vap|vig|watercol|misbehavi"
)
_OUR_ENDS = "(?:s|ed|er|ers|ing|ings|ite|ites|able|ably|al|ally|hood|hoods|ly|less|ful|fully|ism|ist)?"
_RE = "cent|theat|amphitheat|met|kilomet|centimet|millimet|lit|millilit|fib|microfib|calib|somb|spect|lust|meag|manoeuv"
_OGUE = "anal|catal|dial|epil|monol|prol|synag"
_DOUBLED = (
    "cancel|channel|chisel|counsel|dial|dishevel|duel|enamel|equal|fuel|funnel|grovel|initial|jewel|kennel|label|level|"
    "libel|marshal|model|panel|pedal|pencil|quarrel|refuel|remodel|relabel|rival|shovel|shrivel|signal|snivel|spiral|"
    "swivel|total|towel|travel|tunnel|unravel|bevel"
)
_AE = "archae|paedi|orthopae|gynae|haem|anae|encyclopae|mediae|leukae|palae|aesth|caes"

# Part of a word, and what stands in its place on the other side of the ocean.
_RULES: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
    (re.compile(rf"^(\w{{2,}}[^\Waeou]?)is({_ENDS})$"), lambda found: f"{found[1]}iz{found[2]}"),
    (re.compile(rf"^(\w{{2,}}[^\Waeou]?)iz({_ENDS})$"), lambda found: f"{found[1]}is{found[2]}"),
    (
        re.compile(r"^(anal|paral|catal|electrol|hydrol)ys(e|es|ed|er|ers|ing)$"),
        lambda found: f"{found[1]}yz{found[2]}",
    ),
    (
        re.compile(r"^(anal|paral|catal|electrol|hydrol)yz(e|es|ed|er|ers|ing)$"),
        lambda found: f"{found[1]}ys{found[2]}",
    ),
    (re.compile(rf"^({_OUR})our({_OUR_ENDS})$"), lambda found: f"{found[1]}or{found[2]}"),
    (re.compile(rf"^({_OUR})or({_OUR_ENDS})$"), lambda found: f"{found[1]}our{found[2]}"),
    (re.compile(rf"^({_RE})re(s|d)?$"), lambda found: f"{found[1]}er{'ed' if found[2] == 'd' else found[2] or ''}"),
    (re.compile(rf"^({_RE})er(s|ed)?$"), lambda found: f"{found[1]}re{'d' if found[2] == 'ed' else found[2] or ''}"),
    (re.compile(rf"^({_OGUE})ogue(s|d)?$"), lambda found: f"{found[1]}og{'ed' if found[2] == 'd' else found[2] or ''}"),
    (
        re.compile(rf"^({_OGUE})og(s|ed)?$"),
        lambda found: f"{found[1]}ogue{'d' if found[2] == 'ed' else found[2] or ''}",
    ),
    (re.compile(rf"^({_DOUBLED})l(ed|er|ers|ing|ings|or|ors)$"), lambda found: found[1] + found[2]),
    (re.compile(rf"^({_DOUBLED})(ed|er|ers|ing|ings|or|ors)$"), lambda found: f"{found[1]}l{found[2]}"),
    (re.compile(rf"^({_AE})(\w+)$"), lambda found: found[1].replace("ae", "e") + found[2]),
]

# What no rule says. The words of a line are the same word, each with its forms.
_PAIRS = """
    programme program | programmes programs | licence license | licences licenses | defence defense |
    offence offense | offences offenses | pretence pretense | practise practice | practised practiced |
    practises practices | practising practicing | grey gray | greys grays | tyre tire | tyres tires | kerb curb |
    kerbs curbs | kerbside curbside | aluminium aluminum | plough plow | ploughed plowed | mould mold | moulds molds |
    mouldy moldy | moulding molding | sceptical skeptical | scepticism skepticism | sceptic skeptic | ageing aging |
    judgement judgment | judgements judgments | acknowledgement acknowledgment | cosy cozy | learnt learned |
    manoeuvre maneuver | manoeuvres maneuvers | artefact artifact | artefacts artifacts | enquiry inquiry |
    enquiries inquiries | enquire inquire | mum mom | mums moms | sulphur sulfur | adviser advisor |
    advisers advisors | enrolment enrollment | enrolments enrollments | enrol enroll | enrols enrolls |
    fulfil fulfill | fulfils fulfills | fulfilment fulfillment | instalment installment | instalments installments |
    instil instill | skilful skillful | wilful willful | marvellous marvelous | jewellery jewelry |
    paediatric pediatric | paediatrics pediatrics | foetus fetus | oestrogen estrogen | diarrhoea diarrhea |
    archaeology archeology | cheque check | cheques checks | storey story | pyjamas pajamas | moustache mustache |
    likeable likable | sizeable sizable | moveable movable | saleable salable | whisky whiskey | waggon wagon |
    speciality specialty | specialities specialties | towards toward | afterwards afterward | analogue analog |
    naïve naive | catalogues catalogs | councillor councilor | councillors councilors | woollen woolen |
    carburettor carburetor | furore furor | per-cent percent | draught draft | draughts drafts | draughty drafty
"""
# The other meaning of the American form is far more frequent: only the British word leads to it, or neither.
_ONE_WAY = {"check": "cheque", "checks": "cheques", "story": "storey", "draft": "draught", "drafts": "draughts"}


def _pairs() -> Iterator[tuple[str, str]]:
    for line in _PAIRS.split("|"):
        first, second = line.split()
        if second in _ONE_WAY:
            continue
        yield first, second
        yield second, first


_OTHER = dict(_pairs())


@lru_cache(maxsize=4096)
def other_spellings(word: str) -> tuple[str, ...]:
    """The word, in lower case, as others write it. Mostly nothing."""
    if len(word) < SHORTEST - 1 or not word.isalpha():
        return ()
    if word in _OTHER:
        return (_OTHER[word],)
    if len(word) < SHORTEST or _ALWAYS_S.match(word) or _ALWAYS_Z.match(word):
        return ()
    for pattern, replaced in _RULES:
        if found := pattern.match(word):
            other = replaced(found)
            return (other,) if other != word else ()
    return ()
