"""Reminders, for who asked for them: some days before an invoice falls due, and after it.

Once each, between eight in the morning and eight in the evening of the office's time: nobody's
phone shall ring at night for a bill. Whether it has been paid is asked again as the mail leaves.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ebok.accounts.models import Account
from ebok.database import now, transaction
from ebok.errands import errand
from ebok.invoices.models import Invoice
from ebok.invoices.states import today
from ebok.mail.outbox import newest_id, post_many
from ebok.notifications.bills import DUE_SOON, LATE, TOLD_KINDS, still_wanted
from ebok.notifications.models import DUE, OVERDUE, Notification
from ebok.notifications.operations import link

REMIND_SECONDS = 600
HOURS = range(8, 20)
AT_ONCE = 1000


@errand(every_seconds=REMIND_SECONDS)
def remind(settings) -> bool:
    """Post the reminders whose day has come; whether there are more."""
    if datetime.now(ZoneInfo(settings.timezone)).hour not in HOURS:
        return False
    return post_reminders(settings)


def post_reminders(settings) -> bool:
    """Post what is to be reminded of today, whatever hour it is; whether there is more."""
    due_until = today() + timedelta(days=settings.remind_due_days)
    late_since = today() - timedelta(days=settings.remind_overdue_days)
    # Whoever asks for reminders today does not want one of an invoice of last year.
    oldest = late_since - timedelta(days=settings.notify_within_days)
    soon = _post(DUE, DUE_SOON, (date.min, due_until))
    late = _post(OVERDUE, LATE, (oldest, late_since))
    return AT_ONCE in (soon, late)


def _post(kind: str, letter: str, days: tuple[date, date]) -> int:
    wanted = list(_wanted(kind, days))
    if wanted:
        with transaction():
            _notify(kind, letter, wanted)
    return len(wanted)


def _wanted(kind: str, days: tuple[date, date]):
    """(account, number) of what is to be reminded of and was not."""
    told = (
        (Notification.account == Account.id)
        & (Notification.invoice_number == Invoice.number)
        & (Notification.kind == kind)
    )
    billed = Invoice.kind.in_(TOLD_KINDS) & Invoice.due_on.between(*days)
    found = (
        Account.select(Account.id, Invoice.number)
        .join(Invoice, on=Invoice.customer == Account.customer)
        .switch(Account)
        .join(Notification, "LEFT JOIN", on=told)
    )
    wanted = still_wanted(kind) & billed & Notification.id.is_null()
    return found.where(wanted).limit(AT_ONCE).tuples()


def _notify(kind: str, letter: str, wanted: Iterable[tuple[int, str]]) -> None:
    """A row for each; another worker's, made meanwhile, stays, and is not posted again."""
    moment, newest = now(), newest_id()
    rows = [
        {"account": account, "invoice_number": number, "kind": kind, "created_at": moment}
        for account, number in wanted
    ]
    Notification.insert_many(rows).on_conflict_ignore().execute()
    mine = (Notification.kind == kind) & Notification.mail_id.is_null()
    mine &= Notification.account.in_([account for account, _number in wanted])
    chosen = (Account.email, Account.language, Notification.id)
    post_many(letter, Notification.select(*chosen).join(Account).where(mine).tuples())
    link(letter, newest)
