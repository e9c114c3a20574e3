"""Template values of letters about an invoice, and whether they are still wanted when sent.

Written for up to two hundred notifications by one query; `subject_id` is the id of a notification.
Read when the mail is sent, because the invoice may have been paid since it was queued.

| key                                          | means                                           |
|----------------------------------------------|-------------------------------------------------|
| number, corrects, ksef_number, invoice_id    | the document's numbers, and its public id       |
| customer_code_masked, account, file_name     | as shown                                        |
| gross, left                                  | grosze: of the document; left to pay            |
| due_on                                       | a day, or None                                  |
| parts                                        | shares that are left, if there are several      |
| paid, paid_on                                | paid online, not booked yet: grosze and day     |
| lost, lost_on                                | paid online, never arrived: grosze and day      |
| is_owed, is_correction, has_account          | booleans, like has_due_day, has_corrected,      |
|                                              | has_parts, is_divided, is_paid, is_covered,     |
|                                              | is_lost                                         |
| has_ksef_number, has_ksef_title              | a company's; required in the transfer's title   |
"""

import logging
import re
from collections import namedtuple
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from ebok.accounts import operations_contacts as contacts
from ebok.accounts.models import Account
from ebok.consents.models import E_INVOICE, Consent
from ebok.customers.models import Customer
from ebok.database import all_rows, now, placeholders, raw_rows, rows_changed
from ebok.database.outages import named
from ebok.invoices.models import Invoice
from ebok.invoices.operations_states import today
from ebok.mail.kinds import Attachment
from ebok.mail.masking import mask_code
from ebok.mail.render import day
from ebok.notifications import texts
from ebok.notifications.models import DUE, INVOICE, OVERDUE, Notification
from ebok.notifications.operations_told import note_told, note_written
from ebok.payments import operations_balance as balance, operations_transfer as transfer
from ebok.payments.operations_balance import NOTHING, Balance
from ebok.settings import Settings
from ebok.values import nrb
from ebok.values.money import zloty

log = logging.getLogger(__name__)

DUE_SOON, LATE = "invoice_due", "invoice_overdue"

SLOTS = {
    "number": str,
    "corrects": str,
    "ksef_number": str,
    "invoice_id": str,
    "customer_code_masked": str,
    "account": str,
    "file_name": str,
    "gross": zloty,
    "left": zloty,
    "due_on": day,
    "parts": texts.instalment_list,
    "paid": zloty,
    "paid_on": day,
    "lost": zloty,
    "lost_on": day,
}
KILOBYTE = 1000


def note_accepted(mail_ids: list[int]) -> None:
    """Record when the mail server accepted these mails; this evidence is kept longer than the
    mails.
    """
    rows_changed(
        "UPDATE notification SET accepted_at = m.sent_at FROM mail AS m"
        f" WHERE m.id IN ({placeholders(mail_ids)}) AND m.id = notification.mail_id"
        " AND m.about = notification.id AND notification.accepted_at IS NULL",
        *mail_ids,
    )
    reached = all_rows(
        "SELECT DISTINCT a.id FROM mail AS m JOIN notification AS n ON n.mail_id = m.id"
        f" JOIN account AS a ON a.id = n.account_id WHERE m.id IN ({placeholders(mail_ids)})"
        " AND a.wants_paper AND m.recipient = a.email",
        *mail_ids,
    )
    for (account_id,) in reached:
        contacts.note_reached(Account.get_by_id(account_id))
    note_told(mail_ids)


def attach_document(context: dict[str, Any], language: str, settings: Settings) -> dict[str, Any]:
    """Attach the invoice's PDF, if the customer wants it and it can be made."""
    context = dict(context)
    pdf = context.pop("pdf")
    content = document(pdf, language) if pdf else None
    if content is None:
        return context | {"document": "link"}
    if len(content) > settings.attachment_kilobytes * KILOBYTE:
        return context | {"document": "too-large"}
    attachment = Attachment(context["file_name"], content)
    return context | {"document": "attached", "attachment": attachment}


def document(pdf: Callable[[str], bytes], language: str) -> bytes | None:
    """The invoice's PDF, else None: a missing document must not keep the mail from being sent."""
    try:
        return pdf(language)
    except Exception as fault:
        log.error("what=document outcome=not-attached %s", named(fault))
        return None


def write_issued(subject_ids: list[int], settings: Settings) -> dict[int, dict[str, Any] | None]:
    """A new invoice or correction, for customers who still have the e-invoice."""
    _forget_gone(subject_ids)
    rows = rows_of(subject_ids, INVOICE)
    note_written([row.id for row in rows])
    return dict(template_values_with_pdf(rows, settings))


def template_values_with_pdf(
    rows: list[Any], settings: Settings
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Template values of each mail, with a function that makes its `pdf` if the customer wants
    it.
    """
    # Imported here: imports post these letters but render no documents.
    from ebok.documents.operations import pdfs_of

    wanted = {row.id: (row.code, row.number) for row in rows if _wants_document(row, settings)}
    pdf = pdfs_of(wanted.values())
    for subject_id, facts in template_values(rows, settings):
        yield (
            subject_id,
            facts | {"pdf": partial(pdf, wanted[subject_id]) if subject_id in wanted else None},
        )


def _wants_document(row: Any, settings: Settings) -> bool:
    return settings.attach_pdf if row.attach_pdf is None else row.attach_pdf


def write_due(subject_ids: list[int], settings: Settings) -> dict[int, dict[str, Any] | None]:
    """A reminder some days before an invoice is due."""
    _forget_gone(subject_ids)
    return dict(template_values(rows_of(subject_ids, DUE), settings))


def write_overdue(subject_ids: list[int], settings: Settings) -> dict[int, dict[str, Any] | None]:
    """A reminder some days after an invoice became overdue."""
    _forget_gone(subject_ids)
    return dict(template_values(rows_of(subject_ids, OVERDUE), settings))


def still_wanted(kind: str):
    """SQL condition that must hold when the mail is sent; for a query that joins all four
    tables.
    """
    reachable = (
        Account.closed_at.is_null() & Account.frozen_at.is_null() & Account.bounced_at.is_null()
    )
    if kind == INVOICE:
        return reachable & Consent.is_in_force(E_INVOICE, now())
    asked = Account.remind_due if kind == DUE else Account.remind_overdue
    # Outstanding amounts of historical invoices are those of their time.
    return reachable & asked & (Invoice.outstanding_grosze > 0) & (Invoice.history_from == "")


def rows_of(subject_ids: list[int], kind: str) -> list[Any]:
    """One row for each notification that is still wanted, with what the templates show.

    Balances are read for all of them at once.
    """
    mine = (Invoice.number == Notification.invoice_number) & (Invoice.customer == Customer.code)
    chosen = (
        Notification.id,
        Notification.kind,
        Notification.part_due_on,
        Account.attach_pdf,
        Customer.code,
        Customer.kind,
        Customer.nip,
        Customer.bank_account,
        *(getattr(Invoice, name) for name in COLUMNS),
    )
    joined = Notification.select(*chosen).join(Account).join(Customer).join(Invoice, on=mine)
    wanted = joined.where(Notification.id.in_(subject_ids) & still_wanted(kind))
    found = raw_rows(wanted)
    balances = balance.of_customers({row[CODE] for row in found if row[OUTSTANDING] > 0})
    rows = (_read(row, balances) for row in found)
    if kind == INVOICE:
        return list(rows)
    return [row for row in rows if texts.is_to_remind(kind, row.share, today())]


def _read(found: tuple[Any, ...], balances: dict[str, Balance]) -> "Row":
    row = Row(*found, NOTHING, None)
    due_on = Invoice.due_on.python_value(row.due_on)
    asked = balances[row.code].of(row.number) if row.code in balances else NOTHING
    about = date.fromisoformat(row.part_due_on) if row.part_due_on else due_on
    return row._replace(
        attach_pdf=Account.attach_pdf.python_value(row.attach_pdf),
        due_on=due_on,
        asked=asked,
        share=asked.at(about) if about else None,
    )


COLUMNS = (
    "number",
    "kind",
    "public_id",
    "due_on",
    "gross_grosze",
    "outstanding_grosze",
    "ksef_number",
    "corrects",
    "bank_account",
)
OF_CUSTOMER = ("code", "customer_kind", "nip", "customer_account")
Row = namedtuple(  # pyright: ignore[reportUntypedNamedTuple] its columns are lists
    "Row", ("id", "about", "part_due_on", "attach_pdf", *OF_CUSTOMER, *COLUMNS, "asked", "share")
)
CODE, OUTSTANDING = Row._fields.index("code"), Row._fields.index("outstanding_grosze")


def template_values(rows: list[Any], settings: Settings) -> Iterator[tuple[int, dict[str, Any]]]:
    """Template values of each mail, by the notification's id."""
    payers = [
        (Customer(code=row.code, bank_account=row.customer_account), row.bank_account)
        for row in rows
    ]
    accounts = transfer.accounts_for(payers, settings.utility)
    told = zip(rows, accounts, strict=True)
    return ((row.id, _facts(row, account) | texts.asked(row, settings)) for row, account in told)


def _facts(row: Any, account: str) -> dict[str, Any]:
    return {
        "number": row.number,
        "corrects": row.corrects,
        "ksef_number": row.ksef_number,
        "invoice_id": row.public_id,
        "customer_code_masked": mask_code(row.code),
        "account": nrb.grouped(account),
        "file_name": file_name(row.number),
        "gross": row.gross_grosze,
        "is_correction": row.kind == "correction",
        "has_corrected": bool(row.corrects),
        "has_account": bool(account) and row.asked.left_grosze > 0,
        "has_ksef_number": bool(row.ksef_number) and row.customer_kind == "company",
    }


def file_name(number: str) -> str:
    """`FV/2026/11/04417` as `FV-2026-11-04417.pdf`: characters that every file system accepts."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", number).strip("-.")[:80] + ".pdf"


def _forget_gone(subject_ids: list[int]) -> None:
    """Delete unsent notifications whose invoice is gone or has become another customer's.

    Otherwise the same invoice could not be announced when it is imported again.
    """
    gone = all_rows(
        "SELECT n.id FROM notification AS n JOIN account AS a ON a.id = n.account_id"
        f" WHERE n.id IN ({placeholders(subject_ids)})"
        " AND NOT EXISTS (SELECT 1 FROM invoice AS i WHERE i.number = n.invoice_number"
        " AND i.customer_code = a.customer_code)",
        *subject_ids,
    )
    if gone:
        Notification.delete().where(Notification.id.in_([row[0] for row in gone])).execute()
