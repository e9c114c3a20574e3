"""Classifies invoice lines by what they bill, for *Czemu tyle?*, the chart and all others.

Neither FA(3) nor billing exports have a code for it, so it is derived from the line's unit and
name, as Polish waterworks write them.

| kind         | means                                                                          |
|--------------|--------------------------------------------------------------------------------|
| water        | cubic metres of water                                                          |
| sewage       | cubic metres of sewage, also if measured by the water used                     |
| both         | cubic metres of water and sewage billed together on one line                   |
| rain         | cubic metres of rain water; not part of usage                                  |
| metered      | cubic metres, unclear of what                                                  |
| subscription | a periodic fee                                                                 |
| correction   | a correction of an earlier invoice, on an ordinary invoice                     |
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
# Not wodomierz, the meter.
WATERY = re.compile(r"\bwod(?!omierz)\w*|\bwater\b")
# "kan" as in wod.-kan.; \bkan\w* would also match kancelaria.
FOUL = re.compile(
    r"\bsciek\w*|\bkanaliz\w*|\bkan\b|\bwodkan\w*|\bnieczyst\w*|\bsewage|\bwastewater"
)
# "Ścieki wg pobranej wody" mentions water as the measure, "woda bez ścieków" excludes sewage.
BY_MEASURE = re.compile(r"\b(?:wg|wedlug|proporcjonalnie do)\b(?:\W+\w+){0,3}?\W+wod(?!omierz)\w*")
WITHOUT = re.compile(r"\bbez\W+(?:odbior\w+\W+|odprowadz\w+\W+)?(?:sciek|kanaliz)\w*")
JOINED = re.compile(r"\b(?:i|oraz|and|plus)\b|[+/&]|\A-\Z")


@lru_cache(4096)
def kind_of(name: str, unit: str, is_on_correction: bool = False) -> str:
    """One of `KINDS`. On corrections the word *korekta* is ignored, as every line is one."""
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
    """The service by the name alone: "water", "sewage", "both", "rain", or "" for none."""
    told = _folded(name)
    if RAINY.search(told):
        return RAIN
    told = WITHOUT.sub(" ", BY_MEASURE.sub(" ", told))
    water, foul = WATERY.search(told), FOUL.search(told)
    if not (water and foul):
        return WATER if water else SEWAGE if foul else ""
    # "Ścieki z pobranej wody" is sewage: it comes first, without a conjunction.
    is_both = water.start() <= foul.start() or JOINED.search(told[foul.end() : water.start()])
    return BOTH if is_both else SEWAGE


def is_cubic_metres(unit: str) -> bool:
    """Whether the unit is a spelling of cubic metres."""
    return bool(CUBIC_METRE.fullmatch(_bare(unit)))


def _bare(unit: str) -> str:
    """A unit in lower case without diacritics and punctuation: m³ -> m3, m-c -> mc."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", unit.casefold()))


def _folded(name: str) -> str:
    """Lower case without diacritics: Ś -> s."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))
