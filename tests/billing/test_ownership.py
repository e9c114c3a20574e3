"""A number that comes again for another customer: refused, or moved with nothing of before."""

import pytest

from billing.bundles import (
    PDF,
    add_pdf,
    customer,
    invoice,
    line,
    meter,
    payment,
    point,
    put,
    reading,
    write,
)
from ebok.billing.commands import HELD, PARTIAL
from ebok.billing.models import Replaced
from ebok.documents.models import Document
from ebok.invoices.models import Invoice, InvoiceLine, VatSum
from ebok.meters.models import Meter, PointOfUse
from ebok.notifications.models import Notification
from ebok.payments.models import Payment
from ksef.faktura import BUYER, buyer, faktura, line as fa_line

NUMBER = "FV/2026/10/00001"
OTHER = customer(customer_code="39-29002", name="Bartek Kot", bank_account="")


@pytest.fixture
def town(office, tmp_path_factory):
    """Anna has an invoice with a line and a PDF; Bartek has none."""
    folder = tmp_path_factory.mktemp("town")
    account = customer()["bank_account"]
    own = invoice(point_code="PP/9", bank_account=account)
    write(folder, [customer(), OTHER], [own], invoice_lines=[line(), line(position="2")])
    add_pdf(folder, "FV-2026-10-00001.pdf")
    office.run(folder)
    return office


@pytest.mark.dialect
def test_number_of_anothers_invoice_is_refused_with_file_line_and_column(town, tmp_path):
    before = town.mirror()
    foreign = invoice(customer_code="39-29002")
    output = town.run(write(tmp_path, invoices=[foreign]), expect=1)
    assert "invoices.csv" in output
    assert "customer_code" in output
    assert '"39-29002"' in output
    assert "39-29001" in output
    assert "moved_from" in output
    assert town.mirror() == before


@pytest.mark.shows("T8.3")
@pytest.mark.dialect
def test_invoice_moves_only_from_who_has_it(town, tmp_path):
    write(tmp_path, [OTHER | {"customer_code": "39-29003"}])
    town.run(tmp_path)
    foreign = invoice(customer_code="39-29002", moved_from="39-29003")
    assert "39-29001" in town.run(write(tmp_path, invoices=[foreign]), expect=1)


@pytest.mark.dialect
def test_invoice_that_moves_brings_nothing_of_the_former_customer(town, tmp_path):
    moved = invoice(customer_code="39-29002", moved_from="39-29001", gross="1080,00")
    output = town.run(write(tmp_path, invoices=[moved]))
    assert Replaced.select().exists()
    (found,) = town.invoices()
    assert (found["customer"], found["point_code"], found["bank_account"]) == ("39-29002", "", "")
    assert town.rows(InvoiceLine) == []
    (paper,) = town.rows(Document)
    assert paper["customer_code"] == "39-29001"
    assert "1 z nich" in output or "1 of them" in output


def test_move_can_stay_in_the_file_and_changes_nothing_more(town, tmp_path):
    moved = invoice(customer_code="39-29002", moved_from="39-29001")
    town.run(write(tmp_path, invoices=[moved]))
    town.forbid_writing()
    town.run(tmp_path)


def test_lines_that_the_bundle_tells_are_the_new_customers(town, tmp_path):
    moved = invoice(customer_code="39-29002", moved_from="39-29001")
    town.run(write(tmp_path, invoices=[moved], invoice_lines=[line()]))
    assert [row["position"] for row in town.rows(InvoiceLine)] == [1]


@pytest.mark.dialect
def test_undo_gives_the_invoice_back_with_all_that_was_its_former_customers(town, tmp_path):
    before = town.mirror()
    moved = invoice(customer_code="39-29002", moved_from="39-29001")
    add_pdf(tmp_path, "FV-2026-10-00001.pdf", PDF + PDF)
    town.run(write(tmp_path, invoices=[moved], invoice_lines=[line(position="3")]))
    assert town.mirror() != before
    town.imports("undo")
    assert town.mirror() == before


def test_paper_that_the_former_customer_was_given_is_not_given_to_the_next(town, tmp_path):
    moved = invoice(customer_code="39-29002", moved_from="39-29001")
    add_pdf(tmp_path, "FV-2026-10-00001.pdf")
    output = town.run(write(tmp_path, invoices=[moved]))
    assert "39-29001" in output
    assert [row["customer_code"] for row in town.rows(Document)] == ["39-29001"]


def test_file_from_ksef_of_anothers_invoice_is_refused(town, tmp_path):
    town.run(write(tmp_path, [customer(nip=BUYER, kind="company"), OTHER]))
    (tmp_path / "customers.csv").unlink()
    put(tmp_path, a=faktura())
    town.run(tmp_path)
    before = town.mirror()
    other = faktura(buyer=buyer(code="39-29002"))
    output = town.run(put(tmp_path, a=other), expect=1)
    assert "39-29001" in output
    assert "a.xml" in output
    assert town.mirror() == before


def test_file_from_ksef_must_be_of_the_customer_whom_the_row_names(town, tmp_path):
    town.run(write(tmp_path, [customer(nip=BUYER, kind="company"), OTHER]))
    (tmp_path / "customers.csv").unlink()
    row = invoice(invoice_number="FV/2026/10/1", customer_code="39-29002")
    output = town.run(put(write(tmp_path, invoices=[row]), a=faktura()), expect=1)
    assert "a.xml" in output
    assert "39-29002" in output


def test_file_from_ksef_of_the_former_customer_stays_theirs(town, tmp_path):
    town.run(write(tmp_path, [customer(nip=BUYER, kind="company"), OTHER]))
    (tmp_path / "customers.csv").unlink()
    put(tmp_path, a=faktura())
    town.run(tmp_path)
    row = invoice(invoice_number="FV/2026/10/1", customer_code="39-29002", moved_from="39-29001")
    for _night in range(2):
        town.run(write(tmp_path, invoices=[row]))
    xml = [row for row in town.rows(Document) if row["kind"] == "xml"]
    assert [row["customer_code"] for row in xml] == ["39-29001"]
    assert town.rows(VatSum) == []
    (tmp_path / "invoices.csv").unlink()
    # Nothing tells of the move any more, but whose paper that is is known.
    town.run(tmp_path)
    assert Invoice.get_by_id("FV/2026/10/1").customer_code == "39-29002"


def test_file_from_ksef_of_the_new_customer_comes_with_its_lines(town, tmp_path):
    town.run(write(tmp_path, [customer(nip=BUYER, kind="company"), OTHER]))
    (tmp_path / "customers.csv").unlink()
    put(tmp_path, a=faktura())
    town.run(tmp_path)
    row = invoice(invoice_number="FV/2026/10/1", customer_code="39-29002", moved_from="39-29001")
    new = faktura(
        buyer=buyer(code="39-29002"),
        lines=fa_line(P_7="Ścieki", P_8A="m3", P_8B="20", P_9A="5", P_11="100", P_12="8"),
    )
    town.run(put(write(tmp_path, invoices=[row]), a=new))
    mine = [row for row in town.rows(InvoiceLine) if row["invoice"] == "FV/2026/10/1"]
    assert [row["name"] for row in mine] == ["Ścieki"]


def test_correction_of_anothers_invoice_is_pointed_out(town, tmp_path):
    wrong = invoice(
        invoice_number="KOR/1", customer_code="39-29002", kind="correction", corrects=NUMBER
    )
    output = town.run(write(tmp_path, invoices=[wrong]))
    assert "KOR/1" in output
    assert NUMBER in output
    assert town.rows(Notification) == []


@pytest.mark.dialect
def test_row_of_anothers_number_is_set_aside_with_all_that_refers_to_it(town, tmp_path):
    before = town.rows(InvoiceLine), town.rows(Document)
    good = [
        invoice(invoice_number=f"FV/{n}", customer_code="39-29002", bank_account="")
        for n in range(200)
    ]
    foreign = invoice(customer_code="39-29002", bank_account="")
    add_pdf(tmp_path, "FV-2026-10-00001.pdf", PDF + PDF)
    lines = [line(name="U Bartka")]
    output = town.run(
        write(tmp_path, invoices=[*good, foreign], invoice_lines=lines), expect=PARTIAL
    )
    assert "39-29001" in output
    assert Invoice.get_by_id(NUMBER).customer_code == "39-29001"
    assert Invoice.select().where(Invoice.customer == "39-29002").count() == 200
    assert (town.rows(InvoiceLine), town.rows(Document)) == before


@pytest.fixture
def settled(office, tmp_path_factory):
    """A point, its meter and a payment are Anna's; Bartek has another point with a meter."""
    folder = tmp_path_factory.mktemp("settled")
    write(
        folder,
        [customer(), OTHER],
        [invoice()],
        payments=[payment()],
        points=[point(), point(point_code="PP/2", customer_code="39-29002")],
        meters=[meter(), meter(meter_serial="W2", point_code="PP/2", installed_on="2020-01-01")],
        readings=[reading()],
    )
    office.run(folder)
    return office


@pytest.mark.dialect
def test_payment_that_moves_to_another_customer_is_told_with_both(settled, tmp_path):
    output = settled.run(write(tmp_path, payments=[payment(customer_code="39-29002")]))
    assert "Payments that move to another customer" in output
    assert "P/1: 39-29001 → 39-29002" in output
    (moved,) = settled.rows(Payment)
    assert moved["customer"] == "39-29002"


def test_payments_that_move_beyond_the_limit_hold_the_night(settled, tmp_path):
    settled.run(write(tmp_path, payments=[payment(payment_id=f"P/{n}") for n in range(9)]))
    moved = [payment(payment_id=f"P/{n}", customer_code="39-29002") for n in range(6)]
    output = settled.run(write(tmp_path, payments=moved), expect=HELD)
    assert "payments that move to another customer: 6" in output
    settled.imports("publish")
    assert {row["customer"] for row in settled.rows(Payment)} == {"39-29001"}


@pytest.mark.dialect
def test_point_and_meter_that_move_are_told_with_both(settled, tmp_path):
    moved = {"points": [point(customer_code="39-29002")], "meters": [meter(point_code="PP/2")]}
    output = settled.run(write(tmp_path, **moved))
    assert "PP/1: 39-29001 → 39-29002" in output
    assert "W 0012345: PP/1 → PP/2" in output
    (mine,) = [row for row in settled.rows(PointOfUse) if row["code"] == "PP/1"]
    assert mine["former_code"] == "39-29001"
    assert mine["since_on"]
    settled.forbid_writing()
    settled.run(tmp_path)


@pytest.mark.dialect
def test_undo_gives_a_point_back_without_a_trace(settled, tmp_path):
    before = settled.mirror()
    settled.run(write(tmp_path, points=[point(customer_code="39-29002")]))
    settled.imports("undo")
    assert settled.mirror() == before


@pytest.mark.dialect
def test_meter_put_in_elsewhere_is_there_since_that_day(settled, tmp_path):
    """One that billing tells no new day of is there since the import."""
    settled.run(write(tmp_path, meters=[meter(point_code="PP/2", installed_on="2026-10-05")]))
    assert {row["since_on"] for row in settled.rows(Meter)} == {None}
    settled.run(write(tmp_path, meters=[meter(point_code="PP/1", installed_on="2026-10-05")]))
    (moved,) = [row for row in settled.rows(Meter) if row["serial"] == "W 0012345"]
    assert moved["since_on"]


@pytest.mark.dialect
def test_meter_at_another_point_of_the_same_customer_keeps_its_past(settled, tmp_path):
    points = [point(point_code="PP/3"), point(point_code="PP/2", customer_code="39-29002")]
    settled.run(write(tmp_path, points=points, meters=[meter(point_code="PP/3")]))
    assert {row["since_on"] for row in settled.rows(Meter)} == {None}


@pytest.mark.dialect
def test_point_that_is_withdrawn_and_comes_again_for_another_has_changed_hands(settled, tmp_path):
    settled.run(write(tmp_path, points=[point() | {"deleted": "1"}]))
    settled.run(write(tmp_path, points=[point(customer_code="39-29002") | {"deleted": ""}]))
    (mine,) = [row for row in settled.rows(PointOfUse) if row["code"] == "PP/1"]
    assert mine["former_code"] == "39-29001"
    assert mine["since_on"]
