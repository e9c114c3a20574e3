"""A first load tells of lines that do not add up to their invoice."""

import pytest

from billing.bundles import customer, invoice, line, write

pytestmark = pytest.mark.dialect

SUMS = {"net": "100,00", "vat": "8,00", "gross": "108,00"}


def parts(number: str, water: str, sewage: str) -> list[dict]:
    first = line(invoice_number=number, position="1", net=water)
    return [first, line(invoice_number=number, position="2", net=sewage)]


def test_first_load_tells_whose_lines_are_apart_and_takes_them(office, tmp_path):
    numbers = ["FV/far", "FV/right", "FV/near"]
    bills = [invoice(invoice_number=number, **SUMS) for number in numbers]
    lines = [
        *parts("FV/far", "60,00", "20,00"),
        *parts("FV/right", "60,00", "40,00"),
        *parts("FV/near", "60,00", "39,50"),
    ]
    output = office.run(write(tmp_path, [customer()], bills, invoice_lines=lines))
    assert "FV/far: 100.00 zł → 80.00 zł" in output
    assert "FV/right: 100.00" not in output
    assert "FV/near: 100.00" not in output
    assert "Imported." in output


def test_lines_that_come_after_their_invoices_are_added_up_just_so(office, tmp_path):
    office.run(write(tmp_path, [customer()], [invoice(**SUMS)]))
    (tmp_path / "invoices.csv").unlink()
    number = invoice()["invoice_number"]
    output = office.run(write(tmp_path, invoice_lines=parts(number, "60,00", "20,00")))
    assert f"{number}: 100.00 zł → 80.00 zł" in output
