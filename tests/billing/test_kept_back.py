"""A held night that is published with rows kept back, beside complete files and moved invoices."""

from pathlib import Path

import pytest

from billing.bundles import account_of, customer, line, meter, point, write
from billing.test_plausibility import CODE, OTHER, bill, held
from billing.test_withdrawn import say_complete
from ebok.billing.commands import HELD
from ebok.billing.models import Withdrawn
from ebok.invoices.models import InvoiceLine
from ebok.meters.models import Meter, PointOfUse

NEWCOMER = "39-3"
FAR = {"net": "4000,00", "vat": "320,00", "gross": "4320,00"}


@pytest.fixture
def town(office, tmp_path):
    """Two customers, the first with thirty paid invoices, a point and a meter; Bartek has none."""
    customers = [customer(), customer(customer_code=OTHER, name="Bartek Nowak")]
    lines = [line(invoice_number="FV/1", position=str(n), net="50,00") for n in (1, 2)]
    papers = {"points": [point()], "meters": [meter()], "invoice_lines": lines}
    office.run(write(tmp_path, customers, [bill(f"FV/{n}") for n in range(30)], **papers))
    for path in tmp_path.glob("*.csv"):
        path.unlink()
    return office


def newcomer(**columns) -> dict:
    """A customer who is held: with the account of another."""
    account = {"bank_account": customer()["bank_account"]}
    return customer(customer_code=NEWCOMER, name="Nowy Najemca", **account | columns)


def codes(town) -> set[str]:
    return {row["code"] for row in town.customers()}


def invoice_of(town, number: str) -> dict:
    (found,) = [row for row in town.invoices() if row["number"] == number]
    return found


def lines_of(town, number: str) -> dict[int, int]:
    rows = [row for row in town.rows(InvoiceLine) if row["invoice"] == number]
    return {row["position"]: row["net_grosze"] for row in rows}


@pytest.mark.shows("P81")
def test_invoice_kept_back_has_its_lines_though_the_complete_file_has_others(town, tmp_path):
    before = lines_of(town, "FV/1")
    told = line(invoice_number="FV/1", position="1", net="4000,00")
    folder = write(tmp_path, invoices=[bill("FV/1", **FAR)], invoice_lines=[told])
    held(town, say_complete(folder, "invoice_lines.csv"), "amounts far above")
    town.imports("publish", "--keep-back", "FV/1")
    assert lines_of(town, "FV/1") == before
    assert town.rows(Withdrawn) == []


@pytest.mark.shows("P81")
def test_customer_stays_while_a_row_that_was_to_leave_them_is_kept_back(town, tmp_path):
    """Anna is missing; her point goes to a customer who is kept back: both stay, and the meter."""
    folder = write(
        tmp_path,
        [newcomer(), customer(customer_code=OTHER, name="Bartek Nowak")],
        [bill(f"FV/{n}", customer_code=OTHER, moved_from=CODE) for n in range(30)],
        points=[point(customer_code=NEWCOMER)],
    )
    held(town, say_complete(folder, "customers.csv"), "one account of several customers")
    town.imports("publish", "--keep-back", NEWCOMER)
    assert codes(town) == {CODE, OTHER}
    assert {row["customer"] for row in town.rows(PointOfUse)} == {CODE}
    assert len(town.rows(Meter)) == 1
    # What goes to somebody who is not kept back has gone.
    assert {row["customer"] for row in town.invoices()} == {OTHER}


def test_point_whose_former_owner_stays_keeps_them_here(town, tmp_path):
    """It moves and is moved to another street; of the move alone it is held."""
    town.environment["EBOK_PLAUSIBILITY_POINTS_MOVED"] = "0"
    folder = write(
        tmp_path,
        [customer(customer_code=OTHER, name="Bartek Nowak")],
        points=[point(customer_code=OTHER, street="Nowa 1")],
    )
    held(town, say_complete(folder, "customers.csv"), "points of use that move")
    town.imports("publish")
    (mine,) = town.rows(PointOfUse)
    assert (mine["customer"], mine["street"]) == (CODE, "Nowa 1")
    assert codes(town) == {CODE, OTHER}


def test_moved_invoice_that_is_kept_back_stays_with_all_that_is_its_owners(town, tmp_path):
    before, lines = invoice_of(town, "FV/1"), lines_of(town, "FV/1")
    moved = bill("FV/1", customer_code=OTHER, moved_from=CODE, due_on="1990-01-01")
    told = [line(invoice_number="FV/1", net="100,00")]
    folder = write(tmp_path, invoices=[moved, bill("FV/n", moved_from="")], invoice_lines=told)
    held(town, folder, "dates in the wrong order")
    assert "1 kept back" in town.imports("publish", "--keep-back", "FV/1")
    assert (invoice_of(town, "FV/1"), lines_of(town, "FV/1")) == (before, lines)
    assert invoice_of(town, "FV/n")["customer"] == CODE


def test_moved_invoice_never_gets_the_former_owners_account(town, tmp_path):
    mine, theirs = customer()["bank_account"], account_of(OTHER)
    town.run(write(tmp_path, invoices=[bill("FV/1", bank_account=mine)]))
    moved = bill("FV/1", customer_code=OTHER, moved_from=CODE, bank_account=theirs)
    output = town.run(write(tmp_path, invoices=[moved]))
    assert "account numbers that change" not in output
    found = invoice_of(town, "FV/1")
    assert (found["customer"], found["bank_account"]) == (OTHER, theirs)


def test_former_value_of_a_moved_invoice_is_not_the_former_owners(town, tmp_path):
    """Whoever says *keep the former value* of an invoice that moves keeps the whole of it back."""
    town.run(write(tmp_path, invoices=[bill("FV/1", bank_account=customer()["bank_account"])]))
    before = town.mirror()
    moved = bill("FV/1", customer_code=OTHER, moved_from=CODE, bank_account="", due_on="1990-01-01")
    assert "dates in the wrong order" in town.run(write(tmp_path, invoices=[moved]), expect=HELD)
    town.imports("publish", "--keep-former", "FV/1")
    assert town.mirror() == before


def later(folder: Path, name: str) -> Path:
    path = folder.parent / f"{folder.name}-{name}"
    path.mkdir()
    return path


@pytest.mark.shows("P81")
def test_older_complete_bundle_takes_nothing_away_that_came_later(town, tmp_path):
    """Held on Monday without Celina, whom Tuesday's brings: Monday's does not send her away."""
    both = [customer(), customer(customer_code=OTHER, name="Bartek Nowak")]
    folder = write(tmp_path, [*both, newcomer()], points=[point()])
    held(town, say_complete(folder, "customers.csv"), "one account of several customers")
    tuesday = write(later(tmp_path, "tuesday"), [customer(customer_code="39-4")], [bill("FV/t")])
    town.run(tuesday)
    town.imports("publish", 2)
    assert codes(town) == {CODE, OTHER, "39-4"}
    assert town.rows(Withdrawn) == []


def test_older_complete_file_does_not_say_what_a_later_one_has(town, tmp_path):
    """Tuesday's file has Bartek as he was, and Monday's has him not: Tuesday's is right."""
    folder = write(tmp_path, [customer(), newcomer()])
    held(town, say_complete(folder, "customers.csv"), "one account of several customers")
    both = [customer(phone="1"), customer(customer_code=OTHER, name="Bartek Nowak")]
    town.run(write(later(tmp_path, "tuesday"), both, [bill("FV/t")]))
    town.imports("publish", 2)
    assert codes(town) == {CODE, OTHER}


def test_older_bundle_deletes_nothing_that_a_later_one_told(town, tmp_path):
    first = line(invoice_number="FV/1", position="1", net="100,00")
    invoices = [bill("FV/1") | {"deleted": ""}, bill("FV/2") | {"deleted": "1"}]
    held(
        town,
        write(tmp_path, [newcomer()], invoices, invoice_lines=[first]),
        "one account of several customers",
    )
    later_told = [bill("FV/1", outstanding="7,00"), bill("FV/2", outstanding="7,00")]
    town.run(write(later(tmp_path, "next"), invoices=later_told))
    before = lines_of(town, "FV/1")
    town.imports("publish", 2)
    assert "FV/2" in {row["number"] for row in town.invoices()}
    assert lines_of(town, "FV/1") == before
    assert len(before) == 2


def test_older_bundle_brings_nothing_back_that_was_withdrawn_later(town, tmp_path):
    lines = [line(invoice_number="FV/1", position=str(n), net="33,33") for n in (1, 2, 3)]
    told = [bill("FV/2", outstanding="7,00"), bill("FV/n")]
    folder = write(tmp_path, [newcomer()], told, invoice_lines=lines)
    held(town, folder, "one account of several customers")
    gone = bill("FV/2") | {"deleted": "1"}
    newer = [line(invoice_number="FV/1", position="1", net="100,00")]
    town.run(write(later(tmp_path, "next"), invoices=[gone], invoice_lines=newer))
    town.imports("publish", 2)
    assert "FV/2" not in {row["number"] for row in town.invoices()}
    assert "FV/n" in {row["number"] for row in town.invoices()}
    assert lines_of(town, "FV/1") == {1: 10_000}


def test_customer_of_whom_a_row_is_set_aside_does_not_leave(town, tmp_path):
    """A complete file without Anna, and an invoice of hers: one of the two is wrong."""
    town.environment["EBOK_MISSING_PERCENT"] = "100"
    folder = write(
        tmp_path,
        [customer(customer_code=OTHER, name="Bartek Nowak")],
        [bill("FV/1"), *(bill(f"FV/b{n}", customer_code=OTHER) for n in range(120))],
    )
    town.run(say_complete(folder, "customers.csv"), expect=3)
    assert codes(town) == {CODE, OTHER}
    assert "FV/1" in {row["number"] for row in town.invoices()}
    assert len(town.rows(Meter)) == 1
