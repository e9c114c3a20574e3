"""The demo town: always the same, through the real import, with everybody a wizard can meet."""

import csv
from collections import Counter
from datetime import date

import pytest
from click.testing import CliRunner
from stdnum.pl import nip as nip_rules

from ebok import database
from ebok.accounts.models import Account
from ebok.billing import columns
from ebok.billing.operations import import_bundle
from ebok.customers.models import Customer
from ebok.demo.commands import demo
from ebok.demo.newcomers import three_to_register
from ebok.demo.town import write_bundle
from ebok.invoices.models import Invoice
from ebok.settings import Settings

TODAY = date(2026, 11, 22)
SETTINGS = Settings()


@pytest.fixture
def town(tmp_path):
    handle = database.connect(f"sqlite:///{tmp_path}/ebok.sqlite3")
    write_bundle(tmp_path, SETTINGS, TODAY)
    with database.connection():
        handle.create_tables([Customer, Invoice, Account])
        report = import_bundle(tmp_path, SETTINGS)
        assert report.is_applied, str(report)
        assert not report.warnings
        yield tmp_path
    handle.close_all()


@pytest.mark.usefixtures("town")
def test_town_has_everybody():
    kinds = Counter(c.kind for c in Customer.select())
    assert kinds == {"person": 250, "company": 50}
    names = " ".join(c.name for c in Customer.select())
    for sort in ("„Zgoda”", '"', "-", "–", "Sp. z o.o.", "z ograniczoną", "Wspólnota", "Parafia"):
        assert sort in names
    assert 0 < Customer.select().where(Customer.email == "").count() < 150
    companies = [c.nip for c in Customer.select().where(Customer.kind == "company")]
    assert all(nip_rules.is_valid(nip) for nip in companies)
    assert len(set(companies)) == 50


@pytest.mark.usefixtures("town")
def test_everybody_has_24_invoices_up_to_last_month():
    invoices = Invoice.select().where(Invoice.kind == "invoice")
    months = Counter(i.customer.code for i in invoices)
    assert len(months) == 300
    assert set(months.values()) == {24}
    assert max(i.issued_on for i in Invoice.select()) <= TODAY
    assert max(i.issued_on for i in invoices) == date(2026, 10, 31)
    others = Counter(i.kind for i in Invoice.select())
    assert others["correction"] > 10
    assert others["note"] > 10


@pytest.mark.usefixtures("town")
def test_sums_and_numbers_are_right():
    utility = SETTINGS.utility.bank_account.removeprefix("PL")
    for customer in Customer.select():
        assert columns.bank_account(customer.bank_account)
        assert customer.bank_account[2:14] == utility[2:14]
    for invoice in Invoice.select().where(Invoice.kind != "note"):
        vat = (abs(invoice.net_grosze) * 8 + 50) // 100
        assert abs(invoice.vat_grosze) == vat
        assert columns.ksef_number(invoice.ksef_number) == invoice.ksef_number
    with_ksef = Invoice.select().join(Customer).where(Invoice.ksef_number != "")
    assert {i.customer.kind for i in with_ksef} == {"company"}


@pytest.mark.usefixtures("town")
def test_town_is_the_same_every_time_and_one_month_longer_a_month_later(tmp_path_factory):
    again, later = tmp_path_factory.mktemp("again"), tmp_path_factory.mktemp("later")
    write_bundle(again, SETTINGS, TODAY)
    assert not import_bundle(again, SETTINGS).is_applied
    write_bundle(later, SETTINGS, date(2026, 12, 1))
    customers, invoices = import_bundle(later, SETTINGS).files
    assert (customers.new, customers.changed) == (0, 0)
    assert 300 <= invoices.new < 400


def test_three_to_register_are_of_three_sorts_and_have_no_account(town):
    plain, double, company = three_to_register()
    assert "-" not in plain.buyer_name
    assert "-" in double.buyer_name
    assert company.kind == "company"
    assert nip_rules.is_valid(company.nip)
    newest = Invoice.newest_three(company.customer_code)
    assert company.invoice_number in {i.number for i in newest}
    with (town / "invoices.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["invoice_number"]: row for row in csv.DictReader(file, delimiter=";")}
    assert company.amount == rows[company.invoice_number]["gross"]
    Account.create(
        customer=plain.customer_code,
        email="a",
        kind="person",
        language="pl",
        opened_at=database.now(),
    )
    another = three_to_register()[0]
    assert another.customer_code != plain.customer_code
    # The next in the list has a double surname, and is passed over here.
    assert "-" not in another.buyer_name


def test_command_loads_the_town_once_and_keeps_what_is_there(tmp_path, monkeypatch):
    # Set here so that it is put back: the command sets it for the processes that it starts.
    monkeypatch.setenv("EBOK_DEMO", "false")
    environment = {"EBOK_DATA_DIR": str(tmp_path)}
    first = CliRunner().invoke(demo, ["--no-serve"], env=environment)
    assert first.exit_code == 0, (first.output, first.exception)
    assert "300 new" in first.output
    assert first.output.count("Kod klienta") == 3
    assert first.output.count("NIP") == 1
    Customer.update(name="Changed Here").where(Customer.code == "39-29300").execute()
    second = CliRunner().invoke(demo, ["--no-serve"], env=environment)
    assert "300 new" not in second.output
    assert first.output.endswith(second.output)
    assert Customer.get_by_id("39-29300").name == "Changed Here"
    database.database.close_all()
