"""What becomes of a night that is held: kept back, left or accepted row by row, and told once."""

from pathlib import Path

import pytest

from billing.bundles import account_of, customer, line, write
from billing.test_plausibility import CODE, OTHER, bill, held, town  # noqa: F401 at which it is held
from ebok import database
from ebok.billing.models import Import
from ebok.invoices.models import InvoiceLine
from ebok.mail import alerts


@pytest.fixture
def night(town, tmp_path):  # noqa: F811
    """Held: a sum far above the habit, two changed accounts; and two invoices that are right."""
    far = bill("FV/far", net="4000,00", vat="320,00", gross="4320,00")
    changed = [
        customer(bank_account=account_of("a")),
        customer(customer_code=OTHER, name="Bartek Nowak", bank_account=account_of("b")),
    ]
    lines = [
        line(invoice_number="FV/far", net="4000,00"),
        line(invoice_number="FV/new", net="100,00"),
    ]
    invoices = [far, bill(), bill("FV/3", outstanding="8,00")]
    write(tmp_path, changed, invoices, invoice_lines=lines)
    held(town, tmp_path, "account numbers that change", "amounts far above")
    return town


def accounts(office) -> dict[str, str]:
    return {row["code"]: row["bank_account"] for row in office.customers()}


def numbers(office) -> set[str]:
    return {row["number"] for row in office.invoices() if not row["number"][3:].isdigit()}


@pytest.mark.shows("P80")
def test_published_without_a_decision_what_is_safe_is_done_and_the_rest_goes_on(night):
    before = accounts(night)
    output = night.imports("publish")
    assert "Held rows: 1 kept back, 2 left with their former value. Imported." in output
    assert accounts(night) == before
    assert numbers(night) == {"FV/new"}
    assert {row["invoice"] for row in night.rows(InvoiceLine)} == {"FV/0", "FV/new"}
    (changed,) = [row for row in night.invoices() if row["number"] == "FV/3"]
    assert changed["outstanding_grosze"] == 800
    listed = night.imports("list").splitlines()
    assert "published as import 3" in listed[1]
    assert "applied" in listed[0]


@pytest.mark.shows("P80")
def test_each_held_row_is_kept_back_left_or_accepted_as_a_person_says(night):
    before = accounts(night)
    decided = ("--accept", "FV/far", "--accept", CODE, "--keep-former", OTHER)
    night.imports("publish", 2, *decided)
    assert accounts(night) == {CODE: account_of("a"), OTHER: before[OTHER]}
    assert numbers(night) == {"FV/far", "FV/new"}
    # It is as it was decided, and can be taken back.
    assert "Import 3 undone" in night.imports("undo")
    assert accounts(night) == before


def test_all_can_be_accepted_but_what_is_kept_back(night):
    night.imports("publish", "--accept-all", "--keep-back", CODE)
    assert accounts(night)[OTHER] == account_of("b")
    assert accounts(night)[CODE] == customer()["bank_account"].replace(" ", "")
    assert numbers(night) == {"FV/far", "FV/new"}


def test_key_that_is_not_held_is_refused_and_the_night_waits_on(night):
    before = night.mirror()
    output = night.imports("publish", "--accept", "FV/nobody", expect=1)
    assert "FV/nobody is not one of the held rows" in output
    assert night.mirror() == before
    assert "held" in night.imports("list").splitlines()[0]


@pytest.mark.shows("P85", "T9.4")
def test_held_night_is_alerted_once_without_anything_personal(night):
    with database.connection():
        (alert,) = alerts.Alert.open()
        assert (alert.cause, alert.about) == ("import-held", "2")
        for personal in ("FV/far", CODE, "1090", "Bartek"):
            assert personal not in alert.text
        assert "2" in alert.text
    night.imports("publish")
    with database.connection():
        assert not list(alerts.Alert.open())


def test_show_tells_what_holds_it(night):
    output = night.imports("show", 2)
    assert "held 20" in output
    assert "Held: account numbers that change, more than 0 (2):" in output
    assert "FV/far: 108.00 zł → 4,320.00 zł" in output


def test_customer_that_is_kept_back_keeps_what_refers_to_it(town, tmp_path):  # noqa: F811
    third = customer(customer_code="39-3", bank_account=customer()["bank_account"])
    theirs = bill("FV/theirs", customer_code="39-3")
    lines = [line(invoice_number="FV/theirs", net="100,00")]
    point = {"point_code": "P3", "customer_code": "39-3", "street": "Lipowa 3"}
    point |= {"postal_code": "39-000", "city": "Przykładowo", "tariff": "G1"}
    write(tmp_path, [third], [theirs, bill()], invoice_lines=lines, points=[point])
    held(town, tmp_path, "one account of several customers")
    town.imports("publish")
    assert set(accounts(town)) == {CODE, OTHER}
    assert numbers(town) == {"FV/new"}
    assert {row["invoice"] for row in town.rows(InvoiceLine)} == {"FV/0"}


def test_later_import_supersedes_a_held_one_which_does_not_bring_old_values_back(night, tmp_path):
    """An older bundle may hold what no later one does, so it can still be published."""
    folder = tmp_path / "later"
    folder.mkdir()
    right = bill("FV/3", outstanding="7,00")
    other = customer(customer_code=OTHER, name="Bartek Nowak", phone="1")
    invoice_lines = [line(invoice_number="FV/3", net="100,00")]
    night.run(write(folder, [other], [right], invoice_lines=invoice_lines))
    assert "superseded" in night.imports("list").splitlines()[1]
    with database.connection():
        assert not list(alerts.Alert.open())
    assert "no import is waiting" in night.imports("publish", expect=1)
    output = night.imports("publish", 2, "--accept-all")
    assert (
        "This bundle is older than a later import: 2 rows stay as they are in that one." in output
    )
    (changed,) = [row for row in night.invoices() if row["number"] == "FV/3"]
    assert changed["outstanding_grosze"] == 700
    assert numbers(night) == {"FV/far", "FV/new"}


def test_bundle_from_the_inbox_is_held_from_our_own_copy(town, tmp_path_factory):  # noqa: F811
    data_dir = Path(town.environment["EBOK_DATA_DIR"])
    inbox = data_dir / "inbox"
    inbox.mkdir(exist_ok=True)
    draft = tmp_path_factory.mktemp("n") / "night.ready"
    draft.mkdir()
    write(draft, [customer(bank_account=account_of("a"))], [bill()])
    draft.rename(inbox / "night.ready")
    town.take_inbox()
    assert list(inbox.iterdir()) == []
    assert "held" in town.imports("list").splitlines()[0]
    town.imports("publish")
    assert numbers(town) == {"FV/new"}
    assert not list((data_dir / "intake" / "kept").iterdir())
    with database.connection():
        assert Import.get_by_id(2).state == "published"
