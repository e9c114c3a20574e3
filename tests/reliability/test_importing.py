"""A night's bundle in the inbox, while people register and log in."""

from pathlib import Path

import pytest

from billing.bundles import customer, invoice, line, write
from cast import new_account, new_customer, new_email
from ebok import database
from ebok.billing.models import Import
from office import Office
from patience import until
from smtp import MailServer
from visitor import PASSWORD, Visitor

pytestmark = pytest.mark.dialect

INVOICES, LINES_EACH, ONE_IN = 6_000, 2, 50


@pytest.fixture
def own_office(database_url, tmp_path):
    """An office of this test alone: its mirror is a town's."""
    data = tmp_path / "data"
    data.mkdir()
    with MailServer() as post, Office(database_url, data, post) as office:
        database.connect(database_url)
        database.database.connect(reuse_if_open=True)
        yield office
        database.database.close_all()


def town(folder: Path, left: str) -> Path:
    """18,000 rows; of each fiftieth invoice so much is left to pay."""
    folder.mkdir(parents=True)
    numbers = [f"FV/{n}" for n in range(INVOICES)]
    owed = ("0,00", left)
    rows = [
        invoice(invoice_number=number, outstanding=owed[n % ONE_IN == 0])
        for n, number in enumerate(numbers)
    ]
    positions = range(1, LINES_EACH + 1)
    lines = [line(invoice_number=n, position=p) for n in numbers for p in positions]
    return write(folder, [customer(customer_code="39-29001")], rows, invoice_lines=lines)


def get_a_code(office, code: str) -> None:
    """Begin to register, and wait for the mail with the code."""
    email = new_email()
    with Visitor(office) as celina:
        celina.start(code, email)
        office.mail_to(email)


def log_in(office, code: str) -> None:
    with Visitor(office) as anna:
        anna.log_in(code, PASSWORD)


def test_codes_and_logins_go_on_during_an_import(own_office, tmp_path):
    own_office.run("import", str(town(tmp_path / "first", "0,50")))
    anna, celina = new_customer(), new_customer()
    new_account(anna, PASSWORD)
    inbox = own_office.data_dir / "inbox"
    # The worker makes it, soon after its start.
    until(inbox.exists, own_office.process)
    town(tmp_path / "night", "0,25").rename(inbox / "night")
    (inbox / "night" / ".ready").touch()
    meanwhile = 0
    while (inbox / "night").exists():
        get_a_code(own_office, celina.code)
        log_in(own_office, anna.code)
        meanwhile += (inbox / "night").exists()
    # Whoever had to wait for the import would be served after its end.
    assert meanwhile
    assert Import.find_last().changed_count == INVOICES // ONE_IN
