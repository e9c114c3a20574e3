"""What a clerk is told before customers are, and samples that go to a few addresses only."""

from datetime import timedelta

import pytest

import cast
from billing.bundles import customer, invoice, write
from cast import today
from ebok import database
from ebok.accounts.models import Account
from ebok.billing import operations_held as held, operations_history as history
from ebok.billing.models import Import
from ebok.consents.models import E_INVOICE, Consent
from ebok.mail.models import Mail
from ebok.notifications import operations_samples as samples
from ebok.notifications.models import Bounce
from ebok.settings import load

RECENT = (today() - timedelta(days=2)).isoformat()
SOON = (today() + timedelta(days=20)).isoformat()


@pytest.fixture
def reader(office, tmp_path):
    """Anna, who takes her invoices by mail, and has had four of 108 złoty."""
    old = [
        invoice(invoice_number=f"FV/{n}", net="100,00", vat="8,00", gross="108,00")
        for n in range(4)
    ]
    office.run(write(tmp_path, [customer()], old))
    anna = cast.Customer("39-29001", "Anna", "person", "", "", "")
    with database.connection():
        account = cast.new_account(anna, "Woda-2026", email="anna@poczta.example")
        moment = database.now()
        Consent.create(
            account=account,
            purpose=E_INVOICE,
            given=True,
            decided_at=moment,
            effective_at=moment,
            text_hash="hash",
            channel="office",
        )
    return account


def mails() -> list[tuple[str, str]]:
    with database.connection():
        rows = Mail.select().where(Mail.failed_at.is_null()).order_by(Mail.id)
        return [(row.letter, row.recipient) for row in rows]


def test_rehearsal_says_in_short_what_is_new_and_what_is_odd(office, tmp_path, reader):
    with database.connection():
        Account.update(bounced_at=database.now()).execute()
        Bounce.create(
            report_id="r",
            recipient="stary@poczta.example",
            status="5.1.1",
            is_final=True,
            kind="dead",
            at=database.now(),
        )
    new = [
        invoice(invoice_number="FV/dear", net="4000,00", vat="320,00", gross="4320,00"),
        invoice(invoice_number="FV/usual", net="110,00", vat="8,80", gross="118,80"),
        invoice(invoice_number="FV/0", net="100,00", vat="8,00", gross="108,00", outstanding="0"),
    ]
    customers = [customer(), customer(customer_code="39-2", email="stary@poczta.example")]
    output = office.run(write(tmp_path, customers, new), "--dry-run", expect=4)
    assert output.splitlines()[0] == (
        "In short: 2 new invoices, 1 changed invoice, 1 new customer, "
        "1 invoice far from the usual amount, 2 addresses that bounced."
    )
    assert "FV/dear of 39-29001: 4,320.00 zł is 40 times the average of 108.00 zł (" in output
    assert "39-29001: e-mail to anna@poczta.example bounced" in output
    assert "39-2: e-mail to stary@poczta.example bounced" in output
    assert mails() == []


def test_unknown_customers_are_named(office, tmp_path):
    rows = [invoice(invoice_number=f"FV/{n}", customer_code=f"40-{n % 3}") for n in range(9)]
    output = office.run(write(tmp_path, [customer()], rows), "--dry-run", expect=1)
    assert output.splitlines()[0] == "In short: 3 unknown customers (40-0, 40-1, 40-2)."


@pytest.mark.shows("P77")
def test_samples_go_to_the_clerks_until_it_is_published(office, tmp_path, reader):
    new = [invoice(invoice_number="FV/new", issued_on=RECENT, due_on=SOON)]
    before = office.mirror()
    output = office.run(
        write(tmp_path, invoices=new),
        "--publish-to",
        "a@biuro.example, b@biuro.example",
        expect=4,
    )
    assert "1 customer is told by e-mail when it is published; samples go to a@biuro" in output
    assert "Held as import 2. Nothing was changed" in output
    assert {recipient for _, recipient in mails()} == {"a@biuro.example", "b@biuro.example"}
    assert office.mirror() == before
    assert "1 customer is told by e-mail." in office.imports("publish")
    assert [to for _, to in mails()].count("anna@poczta.example") == 1
    assert office.mirror() != before
    assert "no import is waiting" in office.imports("publish", expect=1)
    assert "published as import 3" in office.imports("list")


def test_count_is_of_people_who_get_a_mail(office, tmp_path, reader):
    new = [invoice(invoice_number=f"FV/n{n}", issued_on=RECENT, due_on=SOON) for n in range(2)]
    assert "1 customer is told by e-mail." in office.run(write(tmp_path, invoices=new))
    with database.connection():
        Account.update(bounced_at=database.now()).execute()
    new = [invoice(invoice_number="FV/n3", issued_on=RECENT, due_on=SOON)]
    assert "told by e-mail" not in office.run(write(tmp_path, invoices=new))


@pytest.mark.shows("P78", "T8.21")
def test_undo_takes_the_mails_back_that_have_not_left(office, tmp_path, reader):
    new = [invoice(invoice_number="FV/new", issued_on=RECENT, due_on=SOON)]
    office.run(write(tmp_path, invoices=new))
    assert [to for _, to in mails()] == ["anna@poczta.example"]
    office.imports("undo")
    assert mails() == []
    office.run(tmp_path)
    assert [to for _, to in mails()] == ["anna@poczta.example"]


def test_held_import_is_dropped_with_its_samples(office, tmp_path, reader):
    new = [invoice(invoice_number="FV/new", issued_on=RECENT, due_on=SOON)]
    before = office.mirror()
    office.run(write(tmp_path, invoices=new), "--publish-to", "a@biuro.example", expect=4)
    assert "Import 2 has been discarded. Nothing was changed." in office.imports("discard", 2)
    assert "anna@poczta.example" not in {to for _, to in mails()}
    assert office.mirror() == before
    assert "import 2 is not waiting" in office.imports("publish", 2, expect=1)
    assert "discarded" in office.imports("list")


@pytest.mark.shows("T9.5")
def test_report_samples_and_bundle_of_what_was_held_are_forgotten(office, tmp_path, reader):
    new = [invoice(invoice_number="FV/new", issued_on=RECENT, due_on=SOON)]
    for _times in range(2):
        office.run(write(tmp_path, invoices=new), "--publish-to", "a@biuro.example", expect=4)
    settings = load(office.environment)
    later = database.now() + timedelta(days=31)
    with database.connection():
        # As long as they wait a person must be able to read and publish them.
        assert forget(later, settings) == [1, 0, 0]
        assert Import.get_by_id(2).report
    # That supersedes the other one.
    office.imports("publish", 2)
    with database.connection():
        assert forget(later, settings) == [3, 2, 1]
        assert not Import.select().where(Import.report != "").exists()
    office.imports("show", 2)


def forget(moment, settings) -> list[int]:
    """How many reports, samples and bundles are forgotten."""
    forgetters = (history.forget_reports, samples.forget_samples, held.forget_superseded)
    return [each(moment, settings) for each in forgetters]


@pytest.mark.parametrize(
    "arguments", [("--publish-to", "nobody"), ("--publish-to", "a@b.example", "--dry-run")]
)
def test_wrong_use_of_samples(office, tmp_path, arguments):
    office.run(write(tmp_path, [customer()]), *arguments, expect=2)


def test_rehearsal_shows_what_changes_from_old_to_new(office, tmp_path):
    first = [invoice(invoice_number=f"FV/{n}") for n in range(6)]
    office.run(write(tmp_path, [customer()], first))
    later = [row | {"outstanding": "1080,00", "due_on": ""} for row in first]
    new = [invoice(invoice_number=f"FV/new{n}") for n in range(4)]
    moved = customer(name="Inna", bank_account="61 1090 1014 0000 0712 1981 2874")
    output = office.run(write(tmp_path, [moved], [*later, *new]), "--dry-run", expect=4)
    assert "Changes: invoices.csv (6):\n  FV/0: buyer_name Anna" in output
    assert "; due_on 2026-11-14 → (nothing); outstanding 0.50 → 1080.00\n" in output
    assert "  and 3 more\n" in output
    assert "New: invoices.csv (4):\n  FV/new0\n  FV/new1\n  FV/new2\n  and 1 more\n" in output
    # Who reads it sees that the account is another one, and not which.
    assert "name Anna Żółć-Nowak → Inna; bank_account …0001 → …2874" in output
    assert "10901014" not in output
    assert {row["outstanding_grosze"] for row in office.invoices()} == {50}
