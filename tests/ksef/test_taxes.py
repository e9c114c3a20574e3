"""VAT of an FA(3) file: its rates and sums, lines with prices of any kind, annotations."""

import pytest

from ebok.ksef.invoice import VatSum
from ebok.ksef.reading import read
from ksef.faktura import LINE, SELLER, annotations, el, els, faktura, line
from ksef.test_kinds import refused


def test_simplified_invoice_has_its_vat_counted_from_its_rate():
    raw = faktura("UPR", sums="", gross="450", lines=line(P_7="Woda", P_12="8"))
    invoice = read(raw, SELLER)
    assert invoice.vat_sums == (VatSum("8", 41667, 3333),)
    assert invoice.is_vat_calculated
    two = line(1, P_7="Woda", P_11A="108", P_12="8") + line(2, P_7="Próba", P_11A="123", P_12="23")
    invoice = read(faktura("UPR", sums="", gross="231", lines=two), SELLER)
    assert invoice.vat_sums == (VatSum("8", 10000, 800), VatSum("23", 10000, 2300))
    fault = refused(faktura("UPR", sums="", gross="450", lines=line(P_7="Woda")))
    assert (fault.element, fault.value) == ("Faktura/Fa/P_15", "450")


@pytest.mark.parametrize(
    ("sums", "rate"),
    [
        (els(P_13_1="100", P_14_1="23"), "23"),
        (els(P_13_3="100", P_14_3="5"), "5"),
        (els(P_13_4="100", P_14_4="4"), "4"),
        (els(P_13_5="100", P_14_5="21"), "OSS"),
        (els(P_13_5="100"), "OSS"),
        (els(P_13_6_1="100"), "0 KR"),
        (els(P_13_6_2="100"), "0 WDT"),
        (els(P_13_6_3="100"), "0 EX"),
        (els(P_13_7="100"), "zw"),
        (els(P_13_8="100"), "np I"),
        (els(P_13_9="100"), "np II"),
        (els(P_13_10="100"), "oo"),
        (els(P_13_11="100"), "marża"),
    ],
)
def test_sums_of_every_rate(sums, rate):
    assert read(faktura(sums=sums, gross="100"), SELLER).vat_sums[0].vat_rate == rate


def test_old_rate_is_named_where_the_lines_name_it():
    raw = faktura(lines=line(P_7="Woda", P_11="100", P_12="7"))
    assert read(raw, SELLER).vat_sums[0].vat_rate == "7"


def test_vat_in_zloty_and_rates_abroad_are_kept():
    sums = els(P_13_1="100", P_14_1="23", P_14_1W="23.01", P_13_5="50", P_14_5="10.5")
    lines = line(1, P_7="A", P_11="100", P_12="23") + line(2, P_7="B", P_11="50", P_12_XII="21.00")
    invoice = read(faktura(sums=sums, gross="183.5", lines=lines), SELLER)
    assert invoice.vat_sums == (VatSum("23", 10000, 2300, 2301), VatSum("OSS", 5000, 1050))
    assert [one.vat_rate for one in invoice.lines] == ["23", "OSS 21"]


def test_lines_with_gross_prices():
    raw = faktura(lines=line(P_7="Woda", P_9B="5.40", P_11A="108", P_11Vat="8", P_12="8"))
    [water] = read(raw, SELLER).lines
    assert (water.unit_gross_microgrosze, water.gross_grosze, water.vat_grosze) == (
        540_000_000,
        10800,
        800,
    )
    assert (water.net_grosze, water.unit_net_microgrosze) == (None, None)


def test_quantities_and_prices_keep_all_their_decimals():
    raw = faktura(lines=line(P_7="Woda", P_8B="0.000001", P_9A="0.00000001", P_12="8"))
    [water] = read(raw, SELLER).lines
    assert (water.quantity_millionths, water.unit_net_microgrosze) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"cash": "1"}, "cash accounting"),
        ({"self_billing": "1"}, "self-billing"),
        ({"reverse": "1"}, "reverse charge"),
        ({"split": "1"}, "split payment"),
        ({"triangular": "1"}, "triangular"),
        ({"margin": els(P_PMarzy="1", P_PMarzy_2="1")}, "margin: travel"),
        ({"exemption": els(P_19="1", P_19A="art. 43 ust. 1")}, "exempt"),
    ],
)
def test_annotations(changes, word):
    assert word in read(faktura(annotations=annotations(**changes)), SELLER).annotations


def test_ground_of_an_exemption_is_kept():
    raw = faktura(annotations=annotations(exemption=els(P_19="1", P_19C="inna podstawa")))
    assert read(raw, SELLER).exemption == "inna podstawa"


def test_new_means_of_transport_are_marked():
    vehicle = els(P_22A="2026-01-02", P_NrWierszaNST="1", P_22B="1000 km")
    transport = els(P_22="1", P_42_5="2") + el("NowySrodekTransportu", vehicle)
    invoice = read(faktura(annotations=annotations(transport=transport)), SELLER)
    assert invoice.annotations == ("new means of transport",)


def test_margin_shows_no_vat():
    marks = annotations(margin=els(P_PMarzy="1", P_PMarzy_3_1="1"))
    invoice = read(faktura(annotations=marks, sums="", gross="1000", lines=LINE), SELLER)
    assert invoice.vat_sums == (VatSum("marża", 100000, 0),)
