"""What is odd in FA(3) files: lines that are not the invoice's, starts that are not the ends."""

import pytest

from billing.bundles import customer, invoice, put, write
from ebok.billing.commands import HELD
from ebok.invoices.models import InvoiceReading
from ksef.faktura import BUYER, KSEF_NUMBER, corrected, el, els, faktura, line, note

APART = "Lines that do not add up to their invoice"
STARTS = "Readings that do not fit the earlier ones"
ORDER = el("Zamowienie", el("WartoscZamowienia", "500"), el("ZamowienieWiersz",
           els(NrWierszaZam="1", P_7Z="Przyłącze", P_11NettoZ="406.50", P_12Z="23")))  # fmt: skip
GROSS = line(P_7="Woda", P_8B="20", P_9B="5.40", P_11A="50.00", P_12="8")
BEFORE = line(P_7="Woda", P_11="130", P_12="8", StanPrzed="1")
AFTER = line(2, P_7="Woda", P_11="100", P_12="8")
CORRECTION = corrected("FV/0", KSEF_NUMBER)


def lacking(net: str = "59.55") -> str:
    """A line that does not come to the hundred of `faktura()`."""
    return line(P_7="Woda", P_8A="m3", P_8B="20", P_11=net, P_12="8")


def month(of: int, start: str, end: str, serial: str = "W1", **parts) -> bytes:
    """The invoice of a month of 2026 that tells of a meter."""
    told = note("Nr wodomierza", serial) + note("Stan poprzedni", start) + note("Stan bieżący", end)
    days = els(P_6_Od=f"2026-{of:02}-01", P_6_Do=f"2026-{of:02}-28")
    common = {
        "number": f"FV/{of}",
        "day": f"2026-{of:02}-28",
        "period": el("OkresFa", days),
        "notes": told,
    }
    return faktura(**common | parts)


@pytest.fixture
def town(office, tmp_path):
    """The bakery has an invoice with a meter, of August."""
    write(tmp_path, [customer(kind="company", nip=BUYER)])
    office.run(put(tmp_path, first=month(8, "100", "120")))
    for path in tmp_path.iterdir():
        path.unlink()
    return office


WHOLE = {
    "usual": (),
    "of gross alone": ("VAT", {"lines": line(P_7="Woda", P_11A="108", P_12="8")}),
    "advance": ("ZAL", {"lines": "", "order": ORDER}),
    "final": ("ROZ", {"lines": lacking("406.50")}),
    "without any sum": ("UPR", {"lines": line(P_7="Woda", P_12="8")}),
    "was and is": (
        "KOR",
        {"correction": CORRECTION, "lines": BEFORE + AFTER, "gross": "-32.40",
         "sums": els(P_13_2="-30.00", P_14_2="-2.40")},
    ),
    "net and gross": ("VAT", {"lines": lacking() + line(2, P_7="Woda", P_11A="43.69", P_12="8")}),
    "rounded": ("VAT", {"lines": lacking("99.99")}),
}  # fmt: skip


@pytest.mark.parametrize("what", WHOLE)
def test_lines_that_add_up_are_told_of_by_nobody(town, tmp_path, what):
    kind, parts = WHOLE[what] or ("VAT", {})
    town.environment["EBOK_PLAUSIBILITY_LINES_APART"] = "0"
    assert APART not in town.run(put(tmp_path, a=faktura(kind, **parts)))


ODD = {
    "net": ("VAT", {"lines": lacking()}, "100.00 zł → 59.55 zł"),
    "gross alone": ("VAT", {"lines": GROSS}, "108.00 zł → 50.00 zł"),
    "correction": (
        "KOR",
        {"correction": CORRECTION, "lines": BEFORE + AFTER, "gross": "108"},
        "100.00 zł → −30.00 zł",
    ),
}


@pytest.mark.shows("P82")
@pytest.mark.parametrize("what", ODD)
def test_lines_that_are_not_the_invoices_are_told_and_beyond_the_limit_held(town, tmp_path, what):
    kind, parts, told = ODD[what]
    put(tmp_path, a=faktura(kind, **parts))
    rehearsed = town.run(tmp_path, "--dry-run")
    assert f"{APART} (1):" in rehearsed
    assert f"FV/2026/10/1: {told}" in rehearsed
    town.environment["EBOK_PLAUSIBILITY_LINES_APART"] = "0"
    put(tmp_path, b=faktura(number="FV/right"))
    town.run(tmp_path, expect=HELD)
    # Whose lines are held is kept back, with its file; the other goes on.
    town.imports("publish")
    assert [row["number"] for row in town.invoices()] == ["FV/8", "FV/right"]


def test_sums_of_a_csv_row_are_compared_with_the_lines_of_the_file(town, tmp_path):
    sums = {"net": "500,00", "vat": "40,00", "gross": "540,00"}
    row = invoice(invoice_number="FV/2026/10/1", kind="invoice", **sums)
    write(tmp_path, invoices=[row])
    output = town.run(put(tmp_path, a=faktura()))
    assert "FV/2026/10/1: 500.00 zł → 100.00 zł" in output


@pytest.mark.shows("P82")
def test_start_that_is_not_the_end_before_is_told_and_beyond_the_limit_held(town, tmp_path):
    town.environment["EBOK_PLAUSIBILITY_READINGS_APART"] = "0"
    put(tmp_path, a=month(9, "125", "140"), b=month(10, "140", "150"))
    output = town.run(tmp_path, expect=HELD)
    assert "readings that do not fit the earlier ones, more than 0 (1)" in output
    assert "FV/9 1: 120.000 m³ → 125.000 m³" in output
    town.imports("publish")
    assert {row["number"] for row in town.invoices()} == {"FV/8", "FV/9", "FV/10"}
    assert {row["invoice"] for row in town.rows(InvoiceReading)} == {"FV/8", "FV/10"}


FITTING = {
    "the month after": month(9, "120", "140"),
    "another meter": month(9, "3", "9", serial="W2"),
    "the same month once more": month(8, "117", "120", number="FV/sewage", day="2026-08-29"),
    "an earlier one": month(7, "90", "100"),
}


@pytest.mark.parametrize("what", FITTING)
def test_start_that_fits_is_told_of_by_nobody(town, tmp_path, what):
    output = town.run(put(tmp_path, a=FITTING[what]))
    assert "Imported." in output
    assert STARTS not in output


def test_start_after_a_correction_is_compared_with_what_it_came_to(town, tmp_path):
    right = (
        note("Nr wodomierza", "W1") + note("Stan poprzedni", "100") + note("Stan bieżący", "118")
    )
    period = el("OkresFa", els(P_6_Od="2026-08-01", P_6_Do="2026-08-28"))
    correction = corrected("FV/8", KSEF_NUMBER)
    parts = {"notes": right, "period": period, "correction": correction, "day": "2026-09-05"}
    town.run(put(tmp_path, k=faktura("KOR", number="K/8", lines=BEFORE + AFTER, **parts)))
    assert STARTS not in town.run(put(tmp_path, a=month(9, "118", "130")))
