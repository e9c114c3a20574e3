"""JPK_FA(4) is read as history: invoices with lines, of which nobody hears by mail."""

from datetime import date, timedelta

import pytest

import cast
from billing.bundles import KNOWN, account_of, customer, invoice, put, write
from billing.jpk import jpk, row, sold
from billing.test_foreign_files import fa2
from billing.test_units import GMINA, SCHOOL, file, third
from cast import today
from ebok import database
from ebok.consents.models import E_INVOICE, Consent
from ebok.documents.models import Document
from ebok.invoices.models import InvoiceLine, VatSum
from ebok.mail.models import Mail
from ksef.faktura import BUYER, due, el, els, faktura

OTHER = "7010001453"


@pytest.fixture
def town(office, tmp_path_factory):
    """An office that knows a bakery; and a shop of which it knows two."""
    shops = [
        customer(customer_code=code, nip=OTHER, kind="company", bank_account=account_of(code))
        for code in ("39-2", "39-3")
    ]
    office.run(write(tmp_path_factory.mktemp("town"), [customer(**KNOWN), *shops]))
    return office


@pytest.mark.dialect
def test_invoices_and_lines_are_read_as_history(town, tmp_path):
    told = el("PrzyczynaKorekty", "Zły odczyt") + el("NrFaKorygowanej", "FV/2024/1")
    files = jpk(
        sold(),
        sold(
            "K/1", "KOREKTA", sums=els(P_13_2="-50.00", P_14_2="-4.00"), gross="-54.00",
            correction=told,
        ),
        sold("Z/1", "ZAL", sums=els(P_13_1="100", P_14_1="23", P_13_7="10"), gross="133"),
        row(),
        row("K/1", "Woda po korekcie", "-50.00"),
        row("Z/1", "Przyłącze", "100.00", rate="23"),
        row("Z/1", "Szkolenie", "10.00", rate="zw"),
        row(name="Abonament", net="0.00"),
    )  # fmt: skip
    output = town.run(put(tmp_path, a=files))
    assert "JPK_FA(4): 3 rows: 3 new, 0 changed, 0 unchanged (XML)" in output
    assert "Warnings" not in output
    assert "FA(3)" not in output
    found = {one["number"]: one for one in town.invoices()}
    first = found["FV/2024/1"]
    assert (first["customer"], first["kind"], first["buyer_name"]) == (
        "39-29001",
        "invoice",
        "Piekarnia Kłos",
    )
    assert (first["issued_on"], first["due_on"]) == (date(2024, 10, 31), None)
    assert (first["net_grosze"], first["vat_grosze"], first["gross_grosze"]) == (10000, 800, 10800)
    assert {one["outstanding_grosze"] for one in found.values()} == {0}
    assert {one["history_from"] for one in found.values()} == {"JPK_FA(4)"}
    assert {one["ksef_number"] + one["bank_account"] for one in found.values()} == {""}
    correction = found["K/1"]
    assert (correction["kind"], correction["gross_grosze"]) == ("correction", -5400)
    assert (correction["corrects"], correction["correction_reason"]) == ("FV/2024/1", "Zły odczyt")
    assert found["Z/1"]["ksef_kind"] == "ZAL"
    lines = {(x["invoice"], x["position"]): x for x in town.rows(InvoiceLine)}
    # What stands apart in the file is told apart, and in its order.
    assert [key for key in lines if key[0] == "FV/2024/1"] == [("FV/2024/1", 1), ("FV/2024/1", 5)]
    water = lines["FV/2024/1", 1]
    assert (water["name"], water["unit"], water["quantity_millionths"]) == (
        "Woda",
        "m3",
        20 * 10**6,
    )
    assert (water["unit_net_microgrosze"], water["net_grosze"]) == (500 * 10**6, 10000)
    assert [lines["Z/1", n]["vat_rate"] for n in (1, 2)] == ["23", "zw"]
    sums = {(x["invoice"], x["vat_rate"]): x["vat_grosze"] for x in town.rows(VatSum)}
    assert sums["Z/1", "23"] == 2300
    assert sums["Z/1", "zw"] == 0
    assert not town.rows(Document)


@pytest.mark.dialect
def test_the_same_file_again_writes_no_row_and_an_undo_takes_all_back(town, tmp_path):
    put(tmp_path, a=jpk(sold(), sold("FV/2"), row(), row("FV/2")))
    before = town.mirror()
    town.run(tmp_path)
    after = town.mirror()
    assert "JPK_FA(4): 2 rows: 0 new, 0 changed, 2 unchanged" in town.run(tmp_path)
    assert town.mirror() == after
    town.imports("undo")
    assert town.mirror() == before
    assert not town.rows(VatSum)
    town.run(tmp_path)
    assert len(town.invoices()) == 2


@pytest.mark.dialect
def test_history_changes_nothing_that_is_told_elsewhere(town, tmp_path):
    csv_told = invoice(invoice_number="FV/csv", net="1", vat="0,08", gross="1,08")
    (tmp_path / "before").mkdir()
    town.run(write(tmp_path / "before", invoices=[invoice(invoice_number="FV/old")]))
    night = tmp_path / "night"
    night.mkdir()
    names = ("FV/old", "FV/csv", "FV/fa3", "FV/jpk")
    files = jpk(*map(sold, names), *map(row, names))
    put(write(night, invoices=[csv_told]), a=files, b=faktura(number="FV/fa3", gross="108"))
    output = town.run(night)
    assert "JPK_FA(4): 4 rows: 1 new, 0 changed, 3 unchanged" in output
    found = {one["number"]: one for one in town.invoices()}
    assert found["FV/old"]["gross_grosze"] == 108000
    assert found["FV/csv"]["gross_grosze"] == 108
    assert found["FV/fa3"]["outstanding_grosze"] == 10800
    assert {n for n, one in found.items() if one["history_from"]} == {"FV/jpk"}
    # What stands beside an invoice that others tell is not history's either.
    lines = [(x["invoice"], x["name"]) for x in town.rows(InvoiceLine)]
    assert sorted(lines) == [("FV/fa3", "Woda"), ("FV/jpk", "Woda")]


@pytest.mark.dialect
def test_deleted_invoice_does_not_come_back_from_history(town, tmp_path):
    gone = [invoice(deleted=value, invoice_number="FV/2024/1") for value in ("", "1")]
    for row_of_csv in gone:
        town.run(write(tmp_path, invoices=[row_of_csv]))
    (tmp_path / "invoices.csv").unlink()
    assert "0 new" in town.run(put(tmp_path, a=jpk(sold(), row())))
    assert not town.invoices()


def test_what_no_nip_tells_is_passed_over_with_a_line(town, tmp_path):
    consumers = [sold(f"P/{n}", nip="", gross="x", buyer="Anna Kowalska") for n in range(3)]
    unsure = [
        sold("S/1", nip=OTHER, buyer="Sklep"),
        sold("N/1", nip="5252344078"),
        sold("D/1", foreign="DE"),
    ]
    others = [sold("E/1", currency="EUR"), sold("X/1", seller=OTHER)]
    files = jpk(*consumers, *unsure, *others, sold(nip="PL 526-587-76-35"), row(), row("P/1"))
    output = town.run(put(tmp_path, a=files))
    assert "JPK_FA(4): 1 row: 1 new" in output
    assert (
        "invoices of JPK_FA(4) whose customer cannot be found by NIP: 6, the first is P/0" in output
    )
    assert "invoices of JPK_FA(4) not in złoty: 1, the first is E/1" in output
    assert "invoices of JPK_FA(4) of another seller: 1, the first is X/1" in output
    assert "Set aside" not in output
    assert [one["number"] for one in town.invoices()] == ["FV/2024/1"]


def test_gmina_with_units_is_passed_over_for_jpk_does_not_name_the_unit(office, tmp_path):
    office.run(put(write(tmp_path, [GMINA, SCHOOL]), a=file(third(), number="U/1")))
    night = tmp_path / "night"
    night.mkdir()
    output = office.run(put(night, a=jpk(sold("G/1"), row("G/1"))))
    assert "whose customer cannot be found by NIP: 1, the first is G/1" in output
    assert [one["number"] for one in office.invoices()] == ["U/1"]


def test_file_of_another_seller_is_passed_over(town, tmp_path):
    output = town.run(put(tmp_path, a=jpk(sold(), row(), seller=OTHER), b=jpk(sold("FV/2"))))
    assert "JPK_FA(4) of another seller: 1, the first is a.xml" in output
    assert [one["number"] for one in town.invoices()] == ["FV/2"]


@pytest.mark.parametrize(
    ("wrong", "place", "said"),
    [
        (sold("B/1", gross="108,00") + row("B/1"), "Faktura[2]/P_15", "at most 13 digits"),
        (sold("B/1", sums=els(P_13_2="a")), "Faktura[2]/P_13_2", "at most 13 digits"),
        (sold("B/1", sums=""), "Faktura[2]/P_15", "VAT must not be guessed"),
        (sold("B/1", day="2024-13-01"), "Faktura[2]/P_1", "expected a date"),
        (sold("B/1", "PARAGON"), "Faktura[2]/RodzajFaktury", "expected one of these: VAT, ZAL"),
        (sold(""), "Faktura[2]/P_2A", "expected a value, but this is empty"),
        (sold("B/1") + row("B/1", net="1 zł"), "FakturaWiersz[1]/P_11", "at most 13 digits"),
        (sold("B/1") + sold("B/1"), "Faktura/P_2A", "expected one invoice of this number"),
    ],
)
def test_single_wrong_invoice_is_set_aside(town, tmp_path, wrong, place, said):
    many = [sold(f"FV/{n}") for n in range(120)]
    parts = wrong.replace("><Faktura", ">\n<Faktura").split("\n")
    output = town.run(put(tmp_path, a=jpk(sold(), *parts, *many, row("FV/1"))), expect=3)
    assert "JPK_FA(4): 12" in output
    assert "1 set aside" in output
    assert any(place in told and said in told for told in output.splitlines()), output
    numbers = {one["number"] for one in town.invoices()}
    assert numbers == {"FV/2024/1", *(f"FV/{n}" for n in range(120))}
    assert {x["invoice"] for x in town.rows(InvoiceLine)} == {"FV/1"}


def test_control_sums_that_differ_are_told(town, tmp_path):
    controls = {"count": "7", "value": "1.00", "line_count": "9", "line_value": "x"}
    output = town.run(put(tmp_path, a=jpk(sold(gross="108.01"), row(), **controls)))
    for place, said in (
        ("FakturaCtrl/LiczbaFaktur", '"7": expected 1, which the file has'),
        ("FakturaCtrl/WartoscFaktur", '"1.00": expected 108.01, the sum of P_15'),
        ("FakturaWierszCtrl/LiczbaWierszyFaktur", '"9": expected 1'),
        ("FakturaWierszCtrl/WartoscWierszyFaktur", "expected 100.00, the sum of P_11"),
        ("Faktura/P_15", "expected 108.00, the sum of P_13 and P_14"),
    ):
        assert any(place in row and said in row for row in output.splitlines()), (place, output)
    assert len(town.invoices()) == 1


@pytest.mark.dialect
def test_files_of_overlapping_periods_tell_an_invoice_once(town, tmp_path):
    raw = jpk(sold(), row())
    output = town.run(put(tmp_path, a=raw, b=raw))
    assert "JPK_FA(4): 2 rows: 1 new, 0 changed, 0 unchanged, 1 repeated" in output
    assert len(town.rows(InvoiceLine)) == 1


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (jpk(sold(), row())[:-40], "damaged, cut off or not UTF-8"),
        (jpk(sold()).replace("ł".encode(), b"\xb3"), "damaged, cut off or not UTF-8"),
        (jpk(sold()).replace(b"<JPK", b"<!DOCTYPE JPK [<!ENTITY a 'a'>]><JPK"), "DTD"),
    ],
)
def test_file_that_is_none_refuses_the_bundle(town, tmp_path, raw, said):
    output = town.run_anything(put(tmp_path, a=raw))
    assert said in output
    assert not town.invoices()


@pytest.mark.dialect
def test_invoices_csv_makes_an_invoice_of_history_an_ordinary_one(town, tmp_path):
    town.run(put(tmp_path, a=jpk(sold(), row())))
    (tmp_path / "a.xml").unlink()
    told = invoice(invoice_number="FV/2024/1", net="100", vat="8", gross="108", outstanding="8")
    output = town.run(write(tmp_path, invoices=[told]))
    assert "invoices.csv: 1 row: 0 new, 1 changed" in output
    assert "FA(3)" not in output
    (found,) = town.invoices()
    assert (found["history_from"], found["outstanding_grosze"]) == ("", 800)
    town.imports("undo")
    (found,) = town.invoices()
    assert (found["history_from"], found["outstanding_grosze"]) == ("JPK_FA(4)", 0)


@pytest.mark.shows("P89")
def test_nobody_is_told_of_history_however_new_it_is(town, tmp_path):
    anna = cast.Customer("39-29001", "Anna", "company", BUYER, "", "")
    with database.connection():
        account = cast.new_account(anna, "Woda-2026", email="anna@poczta.example")
        moment = database.now()
        Consent.create(account=account, purpose=E_INVOICE, given=True, decided_at=moment,
                       effective_at=moment, text_hash="hash", channel="office")  # fmt: skip
    fresh = (today() - timedelta(days=2)).isoformat()
    output = town.run(put(tmp_path, a=jpk(sold(day=fresh), row()), b=fa2(day=fresh, number="F/2")))
    assert "told by e-mail" not in output
    assert {one["history_from"] for one in town.invoices()} == {"JPK_FA(4)", "FA(2)"}
    assert town.rows(Mail) == []
    # An invoice of today is told of, in the same office.
    night = tmp_path / "night"
    night.mkdir()
    soon = (today() + timedelta(days=30)).isoformat()
    told = faktura(number="F/3", day=fresh, period="", payment=due(soon))
    output = town.run(put(night, a=told))
    assert "1 customer is told by e-mail." in output


def test_list_of_faults_names_each_place(town, tmp_path):
    put(tmp_path, a=jpk(sold("B/1", gross="x", day="y"), *[sold(f"FV/{n}") for n in range(120)]))
    output = town.run(tmp_path, "--list", tmp_path / "list.csv", expect=3)
    assert "1 set aside" in output
    listed = (tmp_path / "list.csv").read_text("utf-8-sig")
    assert "JPK/Faktura[1]/P_1;" in listed
    assert "JPK/Faktura[1]/P_15;" in listed
