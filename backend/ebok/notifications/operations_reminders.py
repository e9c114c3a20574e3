"""Reminders for customers who chose them: before an invoice is due and after it is overdue.

Each is sent once, between 8:00 and 20:00 office time, so that no phone rings at night. Whether the
invoice has been paid is checked again when the mail is sent.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from peewee import JOIN, Value, fn

from ebok.accounts.models import Account
from ebok.database import now, transaction
from ebok.invoices.models import Instalment, Invoice
from ebok.invoices.operations_states import today
from ebok.mail.outbox import newest_id, post_many
from ebok.notifications.models import DUE, OVERDUE, TOLD_KINDS, Notification
from ebok.notifications.operations import link
from ebok.notifications.operations_facts import DUE_SOON, LATE, still_wanted
from ebok.notifications.texts import is_to_remind
from ebok.payments import operations_balance as balance
from ebok.settings import Settings

REMIND_SECONDS = 600
HOURS = range(8, 20)
AT_ONCE = 1000


def remind(settings: Settings) -> bool:
    """Queue the reminders that are due now; return whether there are more."""
    if datetime.now(ZoneInfo(settings.timezone)).hour not in HOURS:
        return False
    return post_reminders(settings)


def post_reminders(settings: Settings) -> bool:
    """Queue today's reminders, at whatever hour; return whether there are more."""
    due_until = today() + timedelta(days=settings.remind_due_days)
    late_since = today() - timedelta(days=settings.remind_overdue_days)
    # No reminders of old invoices for those who have just switched them on.
    oldest = late_since - timedelta(days=settings.notify_within_days)
    soon = _post(DUE, DUE_SOON, (today(), due_until))
    late = _post(OVERDUE, LATE, (oldest, late_since))
    return max(soon, late) >= AT_ONCE


def _post(kind: str, letter: str, days: tuple[date, date]) -> int:
    wanted: list[Candidate] = []
    for candidates in _candidates(kind, days):
        wanted += _to_remind(kind, candidates)
        if len(wanted) >= AT_ONCE:
            break
    if wanted:
        with transaction():
            _notify(kind, letter, wanted)
    return len(wanted)


class Candidate(NamedTuple):
    """A due date, near or past, of an invoice or instalment without a reminder so far.

    `part_due_on` is "" for the whole invoice.
    """

    account_id: int
    customer_code: str
    number: str
    due_on: date
    part_due_on: str


def _to_remind(kind: str, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates with something left to pay after credit and unbooked payments."""
    balances = balance.of_customers({each.customer_code for each in candidates})
    asked = ((one, balances[one.customer_code].of(one.number)) for one in candidates)
    return [one for one, of_it in asked if is_to_remind(kind, of_it.at(one.due_on), today())]


def _candidates(kind: str, days: tuple[date, date]) -> Iterator[list[Candidate]]:
    """Up to a thousand due dates, unpaid according to billing, without a reminder so far."""
    told = (
        (Notification.account == Account.id)
        & (Notification.invoice_number == Invoice.number)
        & (Notification.kind == kind)
    )
    parted = fn.EXISTS(Instalment.select(Value(1)).where(Instalment.invoice == Invoice.number))
    part = Instalment.due_on.cast("text")
    found = (
        _invoices(Invoice.due_on, Value(""))
        .join(Notification, JOIN.LEFT_OUTER, on=told & (Notification.part_due_on == ""))
        .where(Invoice.due_on.between(*days) & ~parted),
        _invoices(Instalment.due_on, part)
        .join(Instalment, on=Instalment.invoice == Invoice.number)
        .switch(Account)
        .join(Notification, JOIN.LEFT_OUTER, on=told & (Notification.part_due_on == part))
        .where(Instalment.due_on.between(*days)),
    )
    wanted = still_wanted(kind) & Invoice.kind.in_(TOLD_KINDS) & Notification.id.is_null()
    for question in found:
        rows = (Candidate(*row) for row in question.where(wanted).tuples())  # pyright: ignore[reportGeneralTypeIssues]
        while some := list(islice(rows, AT_ONCE)):
            yield some


def _invoices(*chosen: Any):
    """Query of all accounts' invoices; further joins apply to the account."""
    found = Account.select(Account.id, Account.customer, Invoice.number, *chosen)
    return found.join(Invoice, on=Invoice.customer == Account.customer).switch(Account)


def _notify(kind: str, letter: str, wanted: list[Candidate]) -> None:
    """Insert a row for each candidate; one that another worker inserted meanwhile is skipped."""
    moment, newest = now(), newest_id()
    rows = [
        {
            "account": each.account_id,
            "invoice_number": each.number,
            "kind": kind,
            "part_due_on": each.part_due_on,
            "created_at": moment,
        }
        for each in wanted
    ]
    Notification.insert_many(rows).on_conflict_ignore().execute()
    mine = (Notification.kind == kind) & Notification.mail_id.is_null()
    mine &= Notification.account.in_({each.account_id for each in wanted})
    chosen = (Account.email, Account.language, Notification.id)
    post_many(letter, Notification.select(*chosen).join(Account).where(mine).tuples())  # pyright: ignore[reportArgumentType]
    link(letter, newest)
