"""An invoice that moves to another customer: neither sees what was the other's, by any door."""

from pathlib import Path

import pytest

from billing.bundles import PDF, add_pdf, invoice, line, write
from cast import new_account, new_code, new_customer, today
from documents.papers import download
from ebok.consents import models as consents
from ebok.database import now
from ebok.invoices.models import Invoice
from ebok.notifications.models import Notification
from visitor import PASSWORD, Visitor

PAPER = PDF.replace(b"<<>>", b"<</Anna 1>>")


class Moved:
    """An invoice of Anna's that is Bartek's now, and both of them at their browsers."""

    def __init__(self, visitor: Visitor, other: Visitor, folder: Path):
        self.visitor, self.other, self.folder = visitor, other, folder
        self.number = f"FV/{new_code()[3:]}"
        self.anna, self.bartek = (new_customer(name, months=0) for name in ("Anna", "Bartek"))
        self.accounts = [new_account(who, PASSWORD) for who in (self.anna, self.bartek)]
        for person, who in ((visitor, self.anna), (other, self.bartek)):
            person.log_in(who.code, PASSWORD)
        add_pdf(folder, f"{self.number.replace('/', '-')}.pdf", PAPER)
        self.bring(self.anna.code, invoice_lines=[line(invoice_number=self.number, name="U Anny")])
        self.id = Invoice.get_by_id(self.number).public_id
        for path in folder.rglob("*.*"):
            path.unlink()

    def bring(self, code: str, expect: int = 0, invoice_lines=None, **columns) -> str:
        """Import the invoice for this customer."""
        row = invoice(invoice_number=self.number, customer_code=code, **columns)
        more = {"invoice_lines": invoice_lines} if invoice_lines else {}
        write(self.folder, invoices=[row], **more)
        done = self.visitor.office.run("import", str(self.folder), check=False)
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout + done.stderr

    def move(self) -> str:
        """The same number, now Bartek's; its new id."""
        self.bring(self.bartek.code, moved_from=self.anna.code)
        return Invoice.get_by_id(self.number).public_id


@pytest.fixture
def moved(visitor, other_visitor, tmp_path) -> Moved:
    return Moved(visitor, other_visitor, tmp_path)


@pytest.mark.shows("P13")
def test_number_that_comes_for_another_customer_is_refused_and_nothing_is_shown(moved):
    told = moved.bring(moved.bartek.code, expect=1)
    assert moved.anna.code in told
    moved.other.get(f"/api/invoices/{moved.id}", 404)
    assert moved.other.get("/api/invoices")["invoices"]["items"] == []
    body = download(moved.visitor, f"/api/invoices/{moved.id}/document.pdf").content
    assert body == PAPER


@pytest.mark.shows("P13", "T8.3")
def test_new_customer_gets_nothing_that_the_former_one_was_given(moved):
    new_id = moved.move()
    shown = moved.other.get(f"/api/invoices/{new_id}")["invoice"]
    assert shown["lines"] == []
    paper = download(moved.other, f"/api/invoices/{new_id}/document.pdf").content
    assert b"Anna" not in paper
    assert paper != PAPER
    packed = download(moved.other, f"/api/invoices/documents.zip?ids={new_id}").content
    assert PAPER not in packed


def test_former_customer_does_not_see_it_any_more_and_keeps_what_they_were_told(moved):
    told = Notification.create(
        account=moved.accounts[0],
        invoice_number=moved.number,
        kind="invoice",
        created_at=now(),
        accepted_at=now(),
    )
    new_id = moved.move()
    for gone in (moved.id, new_id):
        moved.visitor.get(f"/api/invoices/{gone}", 404)
        download(moved.visitor, f"/api/invoices/{gone}/document.pdf", 404)
    assert moved.visitor.get("/api/invoices")["invoices"]["items"] == []
    moved.other.get(f"/api/invoices/{new_id}")
    kept = Notification.get_by_id(told.id)
    assert kept.opened_at is None
    assert kept.account_id == moved.accounts[0].id


def test_new_customer_is_told_of_it_and_the_former_one_no_more(moved):
    for account in moved.accounts:
        consents.Consent.create(
            account=account,
            purpose="e_invoice",
            given=True,
            decided_at=now(),
            effective_at=now(),
            text_hash="hash",
            channel="my-data",
        )
    day = today().isoformat()
    moved.bring(moved.bartek.code, moved_from=moved.anna.code, issued_on=day, due_on="")
    former, new = moved.accounts
    assert moved.number in moved.visitor.office.mail_to(new.email).text
    assert moved.visitor.office.mails_to(former.email) == []


def test_undo_gives_the_paper_back_to_whose_it_was(moved):
    moved.move()
    moved.visitor.office.run("imports", "undo")
    assert download(moved.visitor, f"/api/invoices/{moved.id}/document.pdf").content == PAPER
    lines = moved.visitor.get(f"/api/invoices/{moved.id}")["invoice"]["lines"]
    assert [one["name"] for one in lines] == ["U Anny"]
    moved.other.get(f"/api/invoices/{moved.id}", 404)
