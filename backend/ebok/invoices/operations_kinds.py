"""What a line of an invoice bills: decided here for *Czemu tyle?*, the chart and everybody else.

There is no code for it in any format, neither in FA(3) nor in what billing systems export: it is
read from the line's unit and from its name, as Polish waterworks write them.

| kind         | is                                                                             |
|--------------|--------------------------------------------------------------------------------|
| water        | cubic metres of water                                                          |
| sewage       | cubic metres of sewage, also where it is counted by the water                  |
| both         | cubic metres of water that are billed with their sewage on one line            |
| rain         | cubic metres of rain water: no use                                             |
| metered      | cubic metres of what the name does not tell                                    |
| subscription | a fee by time                                                                  |
| correction   | what corrects an earlier invoice, on an ordinary one                           |
| interest     | interest                                                                       |
| other        | everything else                                                                |
"""

import re
import unicodedata
from functools import lru_cache

WATER, SEWAGE, BOTH, RAIN, METERED = "water", "sewage", "both", "rain", "metered"
SUBSCRIPTION, CORRECTION, INTEREST, OTHER = "subscription", "correction", "interest", "other"
USE = (WATER, SEWAGE, BOTH, RAIN, METERED)
"""What is counted in cubic metres."""
KINDS = (*USE, SUBSCRIPTION, CORRECTION, INTEREST, OTHER)

# m³, m 3, m^3, mtr3, metr sześcienny; MTQ is its code in UN/ECE Recommendation 20.
CUBIC_METRE = re.compile(r"m(tr)?3|mtq|metr\w*szesc\w*|mszesc\w*|kubik\w*")
TIMES = {
    *("mies", "miesiac", "miesiace", "miesiecy", "mc", "mce", "msc"),
    *("dzien", "dni", "doba", "doby", "dob", "kwartal", "kwartaly", "rok", "lata"),
}
OF_EARLIER = re.compile(r"\bkorekt")
OF_DELAY = re.compile(r"\bodset")
FEE = re.compile(r"\babonament|\bopl\w*\W+stal\w*|\bstal\w*\W+opl\w*")
RAINY = re.compile(r"\bopad|\broztop|\bdeszcz")
# A meter (wodomierz) is no water.
WATERY = re.compile(r"\bwod(?!omierz)\w*|\bwater\b")
# "kan" is the second half of wod.-kan.; \bkan\w* would take in kancelaria.
FOUL = re.compile(
    r"\bsciek\w*|\bkanaliz\w*|\bkan\b|\bwodkan\w*|\bnieczyst\w*|\bsewage|\bwastewater"
)
# "Ścieki wg pobranej wody" names water as a measure, "woda bez ścieków" what is not there.
BY_MEASURE = re.compile(r"\b(?:wg|wedlug|proporcjonalnie do)\b(?:\W+\w+){0,3}?\W+wod(?!omierz)\w*")
WITHOUT = re.compile(r"\bbez\W+(?:odbior\w+\W+|odprowadz\w+\W+)?(?:sciek|kanaliz)\w*")
JOINED = re.compile(r"\b(?:i|oraz|and|plus)\b|[+/&]|\A-\Z")


@lru_cache(4096)
def kind_of(name: str, unit: str, is_on_correction: bool = False) -> str:
    """One of `KINDS`; on a correction the word *korekta* says nothing: all of its lines correct."""
    told = _folded(name)
    if OF_EARLIER.search(told) and not is_on_correction:
        return CORRECTION
    if OF_DELAY.search(told):
        return INTEREST
    if FEE.search(told):
        return SUBSCRIPTION
    if is_cubic_metres(unit):
        return service_of(name) or METERED
    return SUBSCRIPTION if _bare(unit) in TIMES else OTHER


@lru_cache(4096)
def service_of(name: str) -> str:
    """Which service a name speaks of, whatever it is counted in; "" where it tells of none."""
    told = _folded(name)
    if RAINY.search(told):
        return RAIN
    told = WITHOUT.sub(" ", BY_MEASURE.sub(" ", told))
    water, foul = WATERY.search(told), FOUL.search(told)
    if not (water and foul):
        return WATER if water else SEWAGE if foul else ""
    # "Ścieki z pobranej wody": sewage first, and nothing that joins the two.
    is_both = water.start() <= foul.start() or JOINED.search(told[foul.end() : water.start()])
    return BOTH if is_both else SEWAGE


def is_cubic_metres(unit: str) -> bool:
    """Whether what is counted in this unit is water, or what became of it."""
    return bool(CUBIC_METRE.fullmatch(_bare(unit)))


def _bare(unit: str) -> str:
    """A unit without case, marks and signs: m³ is m3, and m-c is mc."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", unit.casefold()))


def _folded(name: str) -> str:
    """Without case and marks: ś is s."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
