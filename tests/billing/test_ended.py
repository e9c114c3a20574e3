"""Withdrawn, moved and replaced rows together with an undo, and with what is kept back."""

from billing.bundles import customer, invoice, line, write
from ebok.billing.models import Withdrawn

OTHER = customer(customer_code="39-29002", name="Bartek Kot", bank_account="")


def test_undo_gives_back_withdrawn_moved_and_replaced_rows_of_one_night(office, tmp_path):
    bills = [invoice(invoice_number=f"FV/{n}") for n in range(3)]
    lines = [line(invoice_number=f"FV/{n}", position=str(at)) for n in range(3) for at in (1, 2)]
    office.run(write(tmp_path, [customer(), OTHER], bills, invoice_lines=lines))
    before = office.mirror()
    night = [
        bills[0] | {"moved_from": "", "deleted": "1"},
        bills[1] | {"customer_code": "39-29002", "moved_from": "39-29001", "deleted": ""},
        bills[2] | {"moved_from": "", "deleted": ""},
    ]
    told = [line(invoice_number="FV/1", position="2"), line(invoice_number="FV/2")]
    office.run(write(tmp_path, invoices=night, invoice_lines=told))
    assert [(row["number"], row["customer"]) for row in office.invoices()] == [
        ("FV/1", "39-29002"),
        ("FV/2", "39-29001"),
    ]
    office.imports("undo")
    assert office.mirror() == before
    assert office.rows(Withdrawn) == []
