"""Evidence of delivery: opened is opened by whichever way, and customer and office can read it."""

from datetime import datetime

import pytest

from cast import Customer, add_invoice, new_account, new_customer
from documents.papers import give
from ebok.accounts.models import Account
from ebok.app import create_app
from ebok.invoices.models import Invoice
from ebok.notifications.models import Notification
from ebok.settings import Settings, load
from visitor import PASSWORD, Visitor

ACCEPTED = datetime(2026, 11, 12, 9, 5)
BENEFIT = "E-faktura: 1 zł taniej każdego miesiąca."


@pytest.fixture
def anna(visitor) -> Customer:
    """Anna, signed in."""
    customer = new_customer("Anna Kowalska", months=0)
    new_account(customer, PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    return customer


def told_of(anna: Customer) -> tuple[Invoice, Notification]:
    """An invoice whose mail was accepted."""
    invoice = add_invoice(anna.code, anna.name)
    row = Notification.create(
        account=Account.get(customer=anna.code),
        invoice_number=invoice.number,
        kind="invoice",
        created_at=ACCEPTED,
        accepted_at=ACCEPTED,
    )
    return invoice, row


def opened_at(row: Notification) -> datetime | None:
    return Notification.get_by_id(row.id).opened_at


def get(visitor: Visitor, path: str, method: str = "GET") -> bytes:
    answer = visitor.http.request(method, path)
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.shows("P42")
@pytest.mark.parametrize(
    "way",
    [
        "/api/invoices/{id}",
        "/api/invoices/{id}/document.pdf",
        "/api/invoices/{id}/document.xml",
        "/api/invoices/documents.zip",
        "/api/invoices/documents.zip?ids={id}",
    ],
)
def test_each_way_to_a_document_is_the_first_opening(office, visitor, anna, way):
    """*Start* and the list lead to the page and the PDF; the list to the ZIP, too."""
    invoice, row = told_of(anna)
    give(office.data_dir, invoice, "xml", b"<Faktura/>")
    other, others = told_of(anna)
    path = way.format(id=invoice.public_id)
    if "document" in way:
        get(visitor, path, "HEAD")
        assert opened_at(row) is None
    get(visitor, path)
    first = opened_at(row)
    assert first
    assert bool(opened_at(others)) == way.endswith("documents.zip"), other.number
    get(visitor, path)
    assert opened_at(row) == first


def test_list_and_start_alone_open_nothing(visitor, anna):
    _, row = told_of(anna)
    visitor.get("/api/invoices")
    visitor.get("/api/account")
    assert opened_at(row) is None


def test_another_who_asks_for_it_opens_nothing(visitor, other_visitor, anna):
    invoice, row = told_of(anna)
    bartek = new_customer("Bartek")
    new_account(bartek, PASSWORD)
    other_visitor.log_in(bartek.code, PASSWORD)
    other_visitor.get(f"/api/invoices/{invoice.public_id}/document.pdf", 404)
    assert opened_at(row) is None


@pytest.mark.shows("P42")
def test_customer_reads_it_at_the_invoice_and_the_office_by_a_command(office, visitor, anna):
    invoice, row = told_of(anna)
    delivery = visitor.get(f"/api/invoices/{invoice.public_id}")["invoice"]["delivery"]
    accepted = "Serwer Twojej poczty przyjął nasz e-mail o niej 12 listopada 2026, 10.05."
    # Good setting ends no line with a word of one letter.
    assert delivery[0].replace("\u00a0", " ") == accepted
    assert delivery[1].startswith("Pierwszy raz otwarto ją tutaj ")
    printed = office.run("evidence", anna.code).stdout.splitlines()
    opened = f"{opened_at(row).isoformat(timespec='seconds')}Z"
    at = "2026-11-12T09:05:00Z"
    assert printed == [f"{invoice.number}\t{at}\t{at}\t{opened}\t-"]


def test_invoice_that_no_mail_told_of_says_nothing_of_its_delivery(visitor, anna):
    invoice = add_invoice(anna.code, anna.name)
    shown = visitor.get(f"/api/invoices/{invoice.public_id}")["invoice"]
    assert shown["delivery"] == []


def pages_with(tmp_path, toml: str) -> dict[str, str]:
    """The pages that offer the e-invoice, as these settings have them."""
    (tmp_path / "ebok.toml").write_text(toml, "utf-8")
    given = {"EBOK_CONFIG": str(tmp_path / "ebok.toml"), "EBOK_DATA_DIR": str(tmp_path)}
    settings: Settings = load(given)
    client = create_app(settings).test_client()
    paths = ("/rejestracja/potwierdzenie?lang=pl", "/rejestracja/potwierdzenie?lang=uk")
    return {path: client.get(path).get_data(as_text=True) for path in paths}


def test_benefit_of_the_tariff_is_told_where_there_is_one_only(tmp_path, office):
    without = pages_with(tmp_path, "")
    assert not any("taniej" in page for page in without.values())
    toml = f'[utility]\ne_invoice_benefit = {{pl = "{BENEFIT}", uk = "На 1 злотий дешевше."}}\n'
    polish, ukrainian = pages_with(tmp_path, toml).values()
    assert BENEFIT in polish
    assert "На 1 злотий дешевше." in ukrainian
    assert "taniej" not in ukrainian
