"""The demo town: always the same, through the real import, with everybody a wizard can meet."""

import csv
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from stdnum.pl import nip as nip_rules

from cast import today
from ebok import database
from ebok.accounts.models import Account
from ebok.billing import columns
from ebok.billing.operations import import_bundle
from ebok.billing.operations_ending import ImportOptions
from ebok.customers.models import Customer
from ebok.demo.commands import unbilled_since
from ebok.demo.operations_newcomers import three_to_register
from ebok.demo.operations_residents import RESIDENTS
from ebok.demo.operations_town import write_bundle, write_news
from ebok.documents.models import Document
from ebok.documents.operations_store import path_of
from ebok.invoices.models import Instalment, Invoice, InvoiceLine
from ebok.invoices.operations_states import state_of
from ebok.meters.models import PointOfUse
from ebok.payments import operations_balance as balance
from ebok.settings import Settings

TODAY = date(2026, 11, 22)
SETTINGS = Settings()
CO_OPERATIVES = 4
# Residents whose invoices billing prints itself.
PRINTED = ("39-29005", "39-29013", "39-29029")
TAPS = 300 + 2 * CO_OPERATIVES


@pytest.fixture(scope="module")
def loaded(migrated_sqlite, tmp_path_factory):
    """The town's bundle, imported once: it takes some seconds of a core."""
    folder = tmp_path_factory.mktemp("town")
    shutil.copy(migrated_sqlite, folder / "ebok.sqlite3")
    write_bundle(folder / "bundle", SETTINGS, TODAY)
    settings = replace(SETTINGS, data_dir=folder)
    database.connect(settings.database)
    with database.connection():
        report = import_bundle(folder / "bundle", settings, options=ImportOptions(origin="demo"))
    database.database.close_all()
    assert report.is_applied, str(report)
    assert not report.warnings
    return settings


@pytest.fixture
def town(loaded):
    """The town as it was loaded: what a test changes is taken back."""
    database.connect(loaded.database)
    with database.connection(), database.database.atomic() as changes:
        yield loaded
        changes.rollback()
    database.database.close_all()


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
def test_every_point_has_24_invoices_up_to_last_month():
    invoices = Invoice.select().where(Invoice.kind == "invoice")
    months = Counter(i.point_code for i in invoices)
    assert len(months) == TAPS
    assert set(months.values()) == {24}
    assert max(i.issued_on for i in Invoice.select()) <= TODAY
    assert max(i.issued_on for i in invoices) == date(2026, 10, 31)
    others = Counter(i.kind for i in Invoice.select())
    assert others["correction"] > 10
    assert others["note"] > 10


def states_of(invoices: list[Invoice]) -> Counter:
    """How often each state stands on the customers' lists."""
    found = {invoice.customer_code: [] for invoice in invoices}
    for invoice in invoices:
        found[invoice.customer_code].append(invoice)
    states = Counter()
    for code, mine in found.items():
        owed = balance.reckon(balance.papers_of([code])[code], 0, TODAY)
        states.update(state_of(invoice, owed.of(invoice.number), TODAY) for invoice in mine)
    return states


@pytest.mark.usefixtures("town")
def test_town_has_every_case_of_an_invoice():
    states = states_of(list(Invoice.select()))
    assert min(states[state] for state in ("paid", "due", "overdue", "settled")) > 10
    part = (Invoice.outstanding_grosze > 0) & (Invoice.outstanding_grosze < Invoice.gross_grosze)
    assert Invoice.select().where(part).count() > 10
    corrected = Invoice.select().where(Invoice.corrects != "")
    assert all(Invoice.get_or_none(Invoice.number == i.corrects) for i in corrected)
    kinds = Counter(d.kind for d in Document.select())
    assert kinds["xml"] == Invoice.select().where(Invoice.ksef_number != "").count()
    assert kinds["pdf"] > 100
    lines = {number for (number,) in InvoiceLine.select(InvoiceLine.invoice).tuples()}
    assert all(i.number in lines for i in Invoice.select() if i.kind not in ("note", "call"))
    houses = Counter(code for (code,) in PointOfUse.select(PointOfUse.customer).tuples())
    assert Counter(houses.values()) == {1: 300 - CO_OPERATIVES, 3: CO_OPERATIVES}


def has_attachment(settings: Settings, invoice: Invoice) -> bool:
    """Whether its file tells of the meter, as the page shows it."""
    sha256 = Document.sha256_of(invoice.customer_code, invoice.number, "xml")
    body = path_of(sha256, settings.data_dir).read_bytes() if sha256 else b""
    return "Odczyt bieżący".encode() in body


@pytest.mark.parametrize("resident", RESIDENTS, ids=lambda one: one.customer_code)
def test_resident_sees_what_is_told_of_them(town, resident):
    mine = list(Invoice.select().where(Invoice.customer == resident.customer_code))
    newest = max((i for i in mine if i.kind == "invoice"), key=lambda i: i.issued_on)
    states = states_of(mine)
    has_pdf = bool(Document.sha256_of(resident.customer_code, newest.number, "pdf"))
    corrections = sorted((i for i in mine if i.kind == "correction"), key=lambda i: i.issued_on)
    halves = [i for i in mine if 0 < i.outstanding_grosze < i.gross_grosze]
    sees = {
        "one invoice to pay": states["due"] == 1,
        "billing itself": has_pdf,
        "one invoice overdue": states["overdue"] == 1,
        "one invoice corrected": len(corrections) == 1 + ("twice" in resident.sees),
        "corrected twice": len(corrections) == 2
        and corrections[1].corrects == corrections[0].number
        and len({i.correction_reason for i in corrections}) == 2,
        "in two parts": Instalment.select().where(Instalment.invoice == newest).count() == 2,
        "a call for payment": sum(i.kind == "call" for i in mine) == 1,
        "its meter in the attachment": has_attachment(town, newest),
        "invoices from KSeF": bool(newest.ksef_number)
        and bool(Document.sha256_of(resident.customer_code, newest.number, "xml")),
        "part-paid invoices": len(halves) == 3,
        "three points of use": len({i.point_code for i in mine if i.kind == "invoice"}) == 3,
    }
    told = [case for case in sees if case in resident.sees]
    assert told
    assert all(sees[case] for case in told), sees
    assert (resident.customer_code in PRINTED) == has_pdf


@pytest.mark.usefixtures("town")
def test_sums_and_numbers_are_right():
    utility = SETTINGS.utility.bank_account.removeprefix("PL")
    for customer in Customer.select():
        assert columns.bank_account(customer.bank_account)
        assert customer.bank_account[2:14] == utility[2:14]
    for invoice in Invoice.select().where(Invoice.kind.not_in(("note", "call"))):
        vat = (abs(invoice.net_grosze) * 8 + 50) // 100
        assert abs(invoice.vat_grosze) == vat
        assert columns.ksef_number(invoice.ksef_number) == invoice.ksef_number
    with_ksef = Invoice.select().join(Customer).where(Invoice.ksef_number != "")
    assert {i.customer.kind for i in with_ksef} == {"company"}


def test_town_is_the_same_every_time_and_one_month_longer_a_month_later(loaded, tmp_path):
    before = {file.name: file.read_bytes() for file in pieces(loaded.data_dir / "bundle")}
    write_bundle(tmp_path / "again", SETTINGS, TODAY)
    assert {file.name: file.read_bytes() for file in pieces(tmp_path / "again")} == before
    write_bundle(tmp_path / "later", SETTINGS, date(2026, 12, 1))
    database.connect(loaded.database)
    report = import_bundle(tmp_path / "later", loaded, options=ImportOptions(dry_run=True))
    database.database.close_all()
    files = {file.name: file for file in report.files}
    assert not report.is_refused, str(report)
    for name in ("customers.csv", "points.csv", "meters.csv"):
        assert (files[name].new, files[name].changed) == (0, 0), name
    assert TAPS <= files["invoices.csv"].new < 2 * TAPS
    assert files["readings.csv"].new == TAPS


def pieces(folder):
    return (path for path in folder.rglob("*") if path.is_file())


def test_three_to_register_are_of_three_sorts_and_have_no_account(town):
    plain, double, company = three_to_register()
    assert "-" not in plain.buyer_name
    assert "-" in double.buyer_name
    assert company.kind == "company"
    assert nip_rules.is_valid(company.nip)
    newest = Invoice.newest_three(company.customer_code)
    assert company.invoice_number in {i.number for i in newest}
    with (town.data_dir / "bundle" / "invoices.csv").open(encoding="utf-8", newline="") as file:
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


def test_usual_nights_of_the_town_are_not_held(migrated_sqlite, tmp_path):
    shutil.copy(migrated_sqlite, tmp_path / "ebok.sqlite3")
    settings = replace(SETTINGS, data_dir=tmp_path)
    loaded_on = today() - timedelta(days=35)
    write_bundle(tmp_path / "town", settings, loaded_on)
    database.connect(settings.database)
    with database.connection():
        import_bundle(tmp_path / "town", settings, options=ImportOptions(origin="demo"))
        for day in (today() - timedelta(days=1), today()):
            folder = tmp_path / f"night-{day}"
            folder.mkdir()
            write_news(folder, settings, unbilled_since(day), day)
            report = import_bundle(folder, settings)
            assert report.is_applied, str(report)
            assert not report.is_held, str(report)
            assert report.files
    database.database.close_all()
