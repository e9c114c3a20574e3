"""A night that is not plausible is held: nothing of it is applied until a person publishes it."""

import os
from datetime import timedelta

import pytest

from billing.bundles import account_of, customer, invoice, line, write
from cast import today
from ebok import database
from ebok.billing.commands import HELD

TODAY = today()
CODE = "39-29001"
OTHER = "39-29707"


def day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def bill(number: str = "FV/new", **columns) -> dict:
    """An invoice with nothing odd about it."""
    told = {"issued_on": day(-2), "due_on": day(28), "period_from": day(-32), "period_to": day(-3)}
    sums = {"net": "100,00", "vat": "8,00", "gross": "108,00", "outstanding": "0,00"}
    return invoice(invoice_number=number, **told | sums | columns)


@pytest.fixture
def town(office, tmp_path):
    """Two customers; thirty paid invoices of the first, a reading, and what was imported last."""
    first = [bill(f"FV/{n}") for n in range(30)]
    reading = {"meter_serial": "W1", "read_on": day(-40), "value": "100,5", "source": "remote"}
    meter = {"meter_serial": "W1", "point_code": "P1", "digits": "5", "kind": "water"}
    meter |= {"installed_on": day(-400), "removed_on": "", "legal_until": day(400)}
    point = {"point_code": "P1", "customer_code": CODE, "street": "Lipowa 1"}
    point |= {"postal_code": "39-000", "city": "Przykładowo", "tariff": "G1"}
    customers = [customer(), customer(customer_code=OTHER, name="Bartek Nowak")]
    papers = {"points": [point], "meters": [meter], "readings": [reading]}
    papers["invoice_lines"] = [line(invoice_number="FV/0", net="100,00")]
    write(tmp_path, customers, first, **papers)
    office.run(tmp_path)
    for path in tmp_path.glob("*.csv"):
        path.unlink()
    return office


def held(town, folder, *told: str) -> str:
    """Import it: it is held for this, the rehearsal says the same, and nothing was changed."""
    before = town.mirror()
    rehearsed = town.run(folder, "--dry-run", expect=4)
    output = town.run(folder, expect=4)
    for each in told:
        assert each in output, output
        assert each in rehearsed, rehearsed
    assert "Nothing was changed" in output
    assert town.mirror() == before
    assert town.last().id == 1
    return output


ODD_INVOICES = {
    "issued far ahead": ({"issued_on": "2062-10-31", "due_on": "2062-11-10"}, "dates in the wrong"),
    "due decades ago": ({"due_on": "1900-01-01"}, "dates in the wrong order"),
    # Each of these only one of the limits finds: days_ahead, years_ahead, years_back.
    "issued in a few months": (
        {"issued_on": day(70), "due_on": day(90)},
        "dates in the wrong order",
    ),
    "due decades ahead": ({"due_on": "2062-10-31"}, "dates in the wrong order"),
    "billed decades ago": (
        {"period_from": "1990-01-01", "period_to": "1990-01-31"},
        "dates in the wrong order",
    ),
    "period reversed": (
        {"period_from": day(-3), "period_to": day(-32)},
        "dates in the wrong order",
    ),
    "due before issue": ({"due_on": day(-9)}, "dates in the wrong order"),
    "more left than it comes to": ({"outstanding": "5000,00"}, "more left to pay than"),
    "corrects itself": (
        {"kind": "correction", "corrects": "FV/new", "due_on": ""},
        "corrections of themselves",
    ),
    "far above the habit": (
        {"net": "4000,00", "vat": "320,00", "gross": "4320,00"},
        "amounts far above what is usual for the customer, more than 0 (1)",
    ),
    "buyer of signs": ({"buyer_name": "--- ??? ---"}, "names lost or made of symbols"),
}


@pytest.mark.shows("P79", "T8.2")
@pytest.mark.dialect
@pytest.mark.parametrize("kind", ODD_INVOICES)
def test_odd_invoice_holds_the_night_new_or_changed(town, tmp_path, kind):
    columns, told = ODD_INVOICES[kind]
    held(town, write(tmp_path, invoices=[bill(**columns)]), told, "FV/new")
    changed = columns | ({"corrects": "FV/3"} if "corrects" in columns else {})
    held(town, write(tmp_path, invoices=[bill("FV/3", **changed)]), told, "FV/3")


@pytest.mark.dialect
def test_name_without_a_letter_or_with_lost_ones_holds_the_night(town, tmp_path):
    for name in ("-", "12345", "Anna ???-Nowak", "Anna \ufffd"):
        if "\ufffd" in name:
            continue
        output = held(town, write(tmp_path, [customer(name=name)]), "names lost or made of symbols")
        assert f"{CODE}: Anna Żółć-Nowak → {name}" in output


@pytest.mark.shows("P79", "T8.2")
@pytest.mark.dialect
def test_one_changed_account_holds_the_night_and_is_shown_by_mask_and_end(town, tmp_path):
    changed = customer(bank_account=account_of("changed"))
    output = held(town, write(tmp_path, [changed]), "account numbers that change, more than 0 (1)")
    assert f"{CODE}: 1090 1014 0000 … 0000 0001 → 1090 1014 0000 … " in output
    held(town, write(tmp_path, [customer(bank_account="")]), "account numbers that change")


@pytest.mark.dialect
def test_account_of_several_customers_holds_the_night(town, tmp_path):
    third = customer(customer_code="39-3", bank_account=customer()["bank_account"])
    output = held(town, write(tmp_path, [third]), "one account of several customers")
    assert f"39-3: 1090 1014 0000 … 0000 0001 is also the account of {CODE}" in output
    twins = [customer(customer_code=f"39-{n}", bank_account=account_of("one")) for n in (4, 5)]
    held(town, write(tmp_path, twins), "one account of several customers, more than 0 (2)")


@pytest.mark.dialect
def test_many_addresses_emptied_or_changed_hold_the_night_and_few_do_not(office, tmp_path):
    many = [customer(customer_code=f"40-{n}", email=f"k{n}@poczta.example") for n in range(30)]
    office.run(write(tmp_path, many))
    emptied = [row | {"email": ""} for row in many]
    output = held(office, write(tmp_path, emptied), "become empty, more than 20 (30)")
    assert "40-0: k0@poczta.example" not in output
    assert "40-0: k…@poczta.example → –" in output
    changed = [row | {"email": f"x{row['email']}"} for row in many]
    held(office, write(tmp_path, changed), "e-mail addresses that change, more than 20 (30)")
    renamed = [row | {"name": f"Inna {n}"} for n, row in enumerate(many)]
    held(office, write(tmp_path, renamed), "names that change, more than 20 (30)")
    office.run(write(tmp_path, emptied[:5] + many[5:]))


@pytest.mark.dialect
def test_many_paid_invoices_that_are_unpaid_again_hold_the_night(town, tmp_path):
    again = [bill(f"FV/{n}", outstanding="108,00") for n in range(30)]
    held(town, write(tmp_path, invoices=again), "unpaid again, more than 20 (30)")
    town.run(write(tmp_path, invoices=again[:20]))


@pytest.mark.dialect
def test_lines_that_are_not_the_invoices_hold_the_night_where_there_are_many(town, tmp_path):
    town.environment["EBOK_PLAUSIBILITY_LINES_APART"] = "0"
    lines = [line(invoice_number="FV/new", net="99,50"), line(invoice_number="FV/x", net="59,55")]
    invoices = [bill(), bill("FV/x")]
    output = held(
        town, write(tmp_path, invoices=invoices, invoice_lines=lines), "do not add up to their"
    )
    assert "FV/x: 100.00 zł → 59.55 zł" in output
    assert "FV/new: 100.00" not in output
    town.imports("publish")
    assert [row["number"] for row in town.invoices()][-1] == "FV/new"


@pytest.mark.dialect
def test_reading_below_the_one_before_or_another_for_its_day_is_told(town, tmp_path):
    town.environment["EBOK_PLAUSIBILITY_READINGS_APART"] = "0"
    below = {"meter_serial": "W1", "read_on": day(-9), "value": "99,5", "source": "remote"}
    told = "readings that do not fit the earlier ones, more than 0 (1)"
    output = held(town, write(tmp_path, readings=[below]), told)
    assert "100.500 m³ → 99.500 m³" in output
    other = below | {"read_on": day(-40), "value": "101,5"}
    held(town, write(tmp_path, readings=[other]), told)


def test_older_export_than_the_mirror_holds_the_night(town, tmp_path):
    write(tmp_path, invoices=[bill("FV/3", outstanding="50,00")])
    old = database.now().timestamp() - 26 * 3600
    os.utime(tmp_path / "invoices.csv", (old, old))
    held(town, tmp_path, "invoices.csv of ", "is older than the data already imported (as of ")


def test_due_very_soon_is_told_and_holds_by_setting(town, tmp_path):
    write(tmp_path, invoices=[bill(due_on=day(5), outstanding="108,00")])
    output = town.run(tmp_path, "--dry-run")
    assert "Invoices due very soon (1):" in output
    town.environment["EBOK_PLAUSIBILITY_DUE_SOON"] = "0"
    held(town, tmp_path, "Held: invoices due very soon, more than 0 (1)")


def test_first_load_is_not_held_for_what_is_new(office, tmp_path):
    odd = [bill(**columns) for columns, _ in ODD_INVOICES.values()][:1]
    customers = [customer(), customer(customer_code=OTHER, bank_account=customer()["bank_account"])]
    output = office.run(write(tmp_path, customers, odd))
    assert "Dates in the wrong order or far away (1):" in output
    assert "One account of several customers (2):" in output
    assert len(office.invoices()) == 1


def test_usual_night_is_not_held(town, tmp_path):
    night = [bill(f"FV/n{n}", outstanding="108,00") for n in range(40)]
    customers = [customer(email="nowy@poczta.example"), customer(customer_code="39-8")]
    lines = [line(invoice_number=f"FV/n{n}", net="100,00") for n in range(40)]
    output = town.run(write(tmp_path, customers, night, invoice_lines=lines))
    assert "Imported." in output


@pytest.mark.dialect
def test_new_sums_without_new_lines_are_told_and_beyond_the_limit_held(town, tmp_path):
    """The lines of before stay, for the bundle has no others, and no longer add up."""
    numbers = [f"FV/l{n}" for n in range(22)]
    lines = [line(invoice_number=number, net="100,00") for number in numbers]
    town.run(write(tmp_path, invoices=[bill(n) for n in numbers], invoice_lines=lines))
    (tmp_path / "invoice_lines.csv").unlink()
    other = {"net": "90,00", "vat": "7,20", "gross": "97,20"}
    output = town.run(write(tmp_path, invoices=[bill(numbers[0], **other)]))
    assert "Lines that do not add up to their invoice" in output
    assert "FV/l0: 90.00 zł → 100.00 zł" in output
    right = [line(invoice_number=numbers[0], net="80,00")]
    less = {"net": "80,00", "vat": "6,40", "gross": "86,40"}
    output = town.run(write(tmp_path, invoices=[bill(numbers[0], **less)], invoice_lines=right))
    assert "Lines that do not add up" not in output
    (tmp_path / "invoice_lines.csv").unlink()
    write(tmp_path, invoices=[bill(number, **other) for number in numbers])
    output = town.run(tmp_path, expect=HELD)
    assert "What holds it: lines that do not add up to their invoice: 2" in output
