"""Periods of any kind: nothing is lost, nothing counted twice; sewage never counts as water."""

from datetime import date, timedelta

from flask import Flask
from flask_babel import force_locale
from hypothesis import given, strategies as st

from ebok import languages
from ebok.consumption import operations_litres as litres, operations_periods as periods, texts
from ebok.consumption.operations_litres import Line
from ebok.consumption.operations_periods import GAP_DAYS, SHARED_DAYS, Period
from ebok.invoices.operations_kinds import kind_of

LITRES = st.integers(-5_000, 900_000)
UNKNOWN = st.none()
WORDS = st.sampled_from(["Woda zimna", "DOSTARCZONA WODA", "woda – taryfa 2", "Water supply"])
SEWAGE = st.sampled_from(["Ścieki", "odprowadzanie ŚCIEKÓW", "Kanalizacja", "Nieczystości"])
RAIN = st.sampled_from(["Wody opadowe i roztopowe", "Opłata deszczowa"])
QUANTITIES = st.integers(-(10**9), 10**11)
app = Flask("findings")
languages.register(app, "Europe/Warsaw")


def lines(names, units=("m³", "m3", "M3", "m 3", "MTQ")):
    return st.lists(st.builds(Line, names, st.sampled_from(units), QUANTITIES), max_size=4)


@st.composite
def pasts(draw, numbers=LITRES | UNKNOWN) -> list[Period]:
    """Periods one after the other, of any length, now and then with a hole between."""
    day, past = date(2023, 1, draw(st.integers(1, 28))), []
    for _ in range(draw(st.integers(0, 30))):
        first = day + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 20, 70])))
        day = first + timedelta(days=draw(st.sampled_from([28, 30, 31, 61, 92])))
        past.append(Period(first, day - timedelta(days=1), draw(numbers), draw(numbers)))
    return past


@given(st.lists(pasts(LITRES), max_size=3))
def test_merging_loses_nothing_and_leaves_no_overlap(pasts_of_points):
    every = [period for past in pasts_of_points for period in past]
    whole = periods.merged(every)
    assert sum(p.litres for p in whole) == sum(p.litres for p in every)
    assert sum(p.cost_grosze for p in whole) == sum(p.cost_grosze for p in every)
    for one, other in zip(whole, whole[1:], strict=False):
        assert one.first <= other.first
        assert (one.last - other.first).days < SHARED_DAYS


@given(pasts())
def test_year_shows_each_period_once_and_only_one_of_a_year_before_beside_it(past):
    slots = periods.last_year(past)
    known = [slot.now for slot in slots if slot.now in past]
    assert known == [period for period in past if period in known]
    assert len(known) == len(set(known))
    assert not past or known[-1] == past[-1]
    for one, other in zip(slots, slots[1:], strict=False):
        assert one.now.last < other.now.first
        # A hole of a few days is none; a longer one has a slot of its own.
        assert (other.now.first - one.now.last).days <= GAP_DAYS
    for slot in slots:
        if slot.before:
            assert slot.before in past
            assert slot.before not in known
            assert 2 / 3 <= slot.before.days / slot.now.days <= 3 / 2
            assert 250 < (slot.now.middle - slot.before.middle).days < 480
    before = [slot.before for slot in slots if slot.before]
    assert len(before) == len(set(before))


@given(lines(WORDS), lines(SEWAGE), lines(RAIN), st.permutations(range(12)))
def test_sewage_and_rain_never_change_the_water(pure, sewage, rain, order):
    every = [*pure, *sewage, *rain]
    shuffled = [every[place] for place in order if place < len(every)]
    expected = litres.litres(pure) if pure else None
    assert litres.litres(shuffled) == expected


NAMED = {
    "water": ("Dostarczona woda", "Woda (bez ścieków)", "Zużycie wody wg wodomierza", "WODOCIĄG"),
    "sewage": (
        "Ścieki",
        "Ścieki wg zużycia wody",
        "Ścieki z pobranej wody",
        "Ścieki wg wodomierza",
    ),
    "both": (
        "Woda i ścieki",
        "Dostawa wody i odbiór ścieków",
        "Wod.-kan.",
        "WODKAN",
        "Ścieki/woda",
    ),
    "rain": ("Wody opadowe i roztopowe do kanalizacji", "Deszczówka"),
    "metered": ("Usługa", "Taryfa G1"),
    "subscription": ("Abonament za wodę i ścieki", "Opłata stała (woda)"),
    "correction": ("Korekta zużycia wody",),
    "interest": ("Odsetki od zaległości za wodę",),
}


def test_kind_of_a_line_is_read_from_its_name():
    found = {kind: {kind_of(name, "m³") for name in names} for kind, names in NAMED.items()}
    assert found == {kind: {kind} for kind in NAMED}
    assert kind_of("Wymiana wodomierza", "szt.") == "other"
    assert kind_of("Woda i ścieki", "mies.") == "subscription"
    # On a correction every line corrects.
    assert kind_of("Korekta: dostarczona woda", "m³", is_on_correction=True) == "water"


@given(QUANTITIES)
def test_two_lines_without_a_name_for_it_are_water_and_its_sewage(quantity):
    pair = [Line("Usługa A", "m3", quantity), Line("Usługa B", "m3", quantity)]
    assert litres.litres(pair) == litres.litres(pair[:1])
    assert litres.litres([Line("Abonament", "szt.", quantity)]) is None


@given(pasts(), st.sampled_from(languages.LANGUAGES))
def test_there_is_a_sentence_for_every_past(past, language):
    slots = periods.last_year(past)
    with app.test_request_context(), force_locale(language):
        for told, measure in ((texts.of_use, "litres"), (texts.of_cost, "cost_grosze")):
            sentence = told(slots)
            is_known = any(getattr(slot.now, measure) is not None for slot in slots)
            assert bool(sentence) is is_known
            assert "%" not in sentence
            assert not sentence or sentence.endswith(".")
