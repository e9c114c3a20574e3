"""JSON of balance, ledger, transfers and payments online."""

import re
from collections.abc import Iterable
from typing import Annotated, TypedDict

from ebok import settings
from ebok.accounts.models import Account
from ebok.billing.models import Import
from ebok.database.iso import as_text, day_as_text
from ebok.payments import operations_balance as balances, operations_operators as operators, texts
from ebok.payments.forms import MOST_ON_A_PAGE
from ebok.payments.models import OrderedInvoice, PaymentOrder
from ebok.payments.operations_ledger import Entry, Ledger
from ebok.payments.operations_operators import Handover
from ebok.payments.operations_transfer import LONGEST_TITLE, Transfer, account_for
from ebok.values import days, money, nrb
from ebok.values.days import Day, Instant, ShownDay, ShownInstant
from ebok.values.money import Money

_Id = Annotated[str, "pattern: ^[0-9a-f]{32}$"]


class PaymentOrderJson(TypedDict):
    """A payment online."""

    id: _Id
    state: Annotated[str, "enum: [started, paid, failed]"]
    amount: Money
    invoice_number: str | None
    """Null if it pays several."""
    invoice_numbers: list[str]
    settled_at: Instant | None


class FormFieldJson(TypedDict):
    """A field of the operator's form."""

    name: str
    value: str


class PaymentOrderToSendJson(PaymentOrderJson):
    """A new payment online, with the form for the operator."""

    action: Annotated[str, "format: uri"]
    """Where the browser sends the form."""
    fields: list[FormFieldJson]
    """The operator's form, signed."""


class BalanceJson(TypedDict):
    """The balance."""

    owed: Money
    """Owed according to billing, less credit."""
    left: Money
    """What the customer is still asked for; not what credit covers, or waits to be booked."""
    credit: Money
    """The customer's credit."""
    told: str
    """A sentence with the due date, in the reader's language."""
    overdue: Money
    """The overdue part."""
    overdue_since: ShownDay | None
    """The day after the oldest overdue due date."""
    next_due_day: ShownDay | None
    next_due: Money
    """The amount due on that day."""
    today: Day
    bank_account: str | None
    """The customer's individual account, in groups of digits; null if there is none."""
    paid_online: list[PaymentOrderJson]
    """Paid online and not booked yet: still owed, but not to be paid again."""
    told_online: list[str]
    """A sentence for each."""
    told_lost: list[str]
    """A sentence for each payment online that never arrived."""
    as_of: ShownInstant | None
    """When billing exported these data."""


class TransferJson(TypedDict):
    """The data of a transfer, and whether it has a QR code or can be paid online."""

    bank_account: Annotated[str, "pattern: '^[0-9]{2}( [0-9]{4}){6}$'"]
    is_own_account: bool
    """Whether it is the customer's individual account."""
    is_shared_account: bool
    """Whether it is the utility's common account, where the title identifies the payer."""
    amount: Money
    """The amount to pay; of an invoice in instalments the next one."""
    left: Money
    """What the customer is still asked for; not what credit covers, or waits to be booked."""
    title: str
    qr_title: Annotated[str, f"maxLength: {LONGEST_TITLE}"]
    """The title, shortened for the QR code."""
    ksef_number: str | None
    """Required by law in the title of a company's transfer."""
    wants_collective: bool
    """The law requires a collective number, which KSeF issues for several invoices."""
    invoice_numbers: list[str]
    """The chosen invoices, if there are several."""
    payee: str
    has_qr: bool
    why_no_qr: Annotated[str, "enum: [nothing-to-pay, too-much, no-account]"] | None
    operator: str | None
    """The payment operator; null if this cannot be paid online."""


class LedgerEntryJson(TypedDict):
    """An entry of the ledger."""

    booked: ShownDay
    month: str
    """The month and year in which it is booked, in the reader's language."""
    kind: Annotated[str, "enum: [invoice, correction, note, payment]"]
    number: str | None
    """For a payment, that of the invoice it pays."""
    invoice_id: str | None
    """Null for a payment."""
    title: str | None
    """The title as the payer wrote it."""
    due: ShownDay | None
    due_days: list[ShownDay]
    """All due dates, if it is paid in instalments."""
    amount: Money
    """Negative if it lowers the balance."""
    balance: Money
    """The balance after it."""


_Since = TypedDict("_Since", {"from": Day | None})


class LedgerJson(_Since):
    """A page of the ledger, with the balance before and after the whole period."""

    to: Day | None
    as_of: ShownInstant | None
    opening: Money
    """The balance before the period."""
    closing: Money
    """The balance after the period."""
    today: Day
    told_online: list[str]
    """A sentence for each payment online that is not booked yet."""
    told_lost: list[str]
    """A sentence for each payment online that never arrived."""
    entries: Annotated[list[LedgerEntryJson], f"maxItems: {MOST_ON_A_PAGE}"]
    next: str | None
    """The `after` of the next page; null on the last one."""


def balance(account: Account) -> BalanceJson:
    """What *Saldo i płatności* says first."""
    owed = balances.of_customer(account.customer_code)
    overdue = owed.overdue
    return {
        "owed": money.as_json(owed.owed_grosze),
        "left": money.as_json(owed.left_grosze),
        "credit": money.as_json(owed.credit_grosze),
        "told": texts.due(owed),
        "overdue": money.as_json(sum(share.left_grosze for share in overdue)),
        "overdue_since": days.as_json(texts.overdue_since(owed)),
        "next_due": money.as_json(owed.next_due_grosze),
        "next_due_day": days.as_json(owed.next_due_on),
        "today": owed.today.isoformat(),
        "bank_account": _own_account(account),
        "paid_online": online(owed.waiting),
        "told_online": [texts.waiting(one) for one in owed.waiting],
        "told_lost": [texts.lost(one) for one in owed.lost],
        "as_of": days.instant_as_json(Import.as_of()),
    }


def _own_account(account: Account) -> str | None:
    """The customer's individual account; None if there is none that may be shown."""
    utility = settings.current().utility
    shown = account_for(account.customer, utility)
    return None if shown == nrb.bare(utility.bank_account) else nrb.grouped(shown)


def transfer(paying: Transfer) -> TransferJson:
    """What is typed into a transfer, and whether it can be scanned or paid online."""
    return {
        "bank_account": nrb.grouped(paying.bank_account),
        "is_own_account": paying.is_own_account,
        "is_shared_account": paying.is_shared_account,
        "amount": money.as_json(paying.amount_grosze),
        "left": money.as_json(paying.left_grosze),
        "title": paying.title,
        "qr_title": paying.qr_title,
        "ksef_number": paying.ksef_number or None,
        "wants_collective": paying.wants_collective,
        "invoice_numbers": list(paying.numbers),
        "payee": paying.payee,
        "has_qr": paying.qr_text is not None,
        "why_no_qr": paying.why_no_qr,
        "operator": _operator() if paying.amount_grosze else None,
    }


def qr_attachment(paying: Transfer) -> dict[str, str]:
    """Content-Disposition header with the name of the QR code's file."""
    name = re.sub("[^A-Za-z0-9]+", "-", f"kod-qr-{paying.qr_title}").strip("-")
    return {"Content-Disposition": f'attachment; filename="{name}.png"'}


def _operator() -> str | None:
    operator = operators.chosen(settings.current())
    return operator.label if operator else None


def ledger(shown: Ledger) -> LedgerJson:
    """One page of it, with the balance before and after the whole period."""
    return {
        "from": day_as_text(shown.since),
        "to": day_as_text(shown.until),
        "as_of": days.instant_as_json(shown.as_of),
        "opening": money.as_json(shown.opening_grosze),
        "closing": money.as_json(shown.closing_grosze),
        "today": days.today().isoformat(),
        "told_online": [texts.waiting(one) for one in shown.waiting],
        "told_lost": [texts.lost(one) for one in shown.lost],
        "entries": [_entry(entry) for entry in shown.entries],
        "next": shown.next,
    }


def _entry(entry: Entry) -> LedgerEntryJson:
    return {
        "booked": days.as_json(entry.on),
        "month": days.month(entry.on),
        "kind": entry.kind,
        "number": entry.number or None,
        "invoice_id": entry.public_id or None,
        "title": entry.title or None,
        "due": days.as_json(entry.due_on),
        "due_days": [days.as_json(day) for day in entry.due_days],
        "amount": money.as_json(entry.amount_grosze),
        "balance": money.as_json(entry.balance_grosze),
    }


def online(orders: list[PaymentOrder]) -> list[PaymentOrderJson]:
    """Payments online with their invoices."""
    ordered = OrderedInvoice.of_orders(orders) if orders else {}
    return [order(one, ordered[one.id]) for one in orders]


def order(
    paying: PaymentOrder, ordered: Iterable[OrderedInvoice] | None = None
) -> PaymentOrderJson:
    """A payment online with its invoices."""
    rows = paying.ordered.order_by(OrderedInvoice.invoice_number) if ordered is None else ordered
    return {
        "id": paying.id,
        "state": paying.state,
        "amount": money.as_json(paying.amount_grosze),
        "invoice_number": paying.invoice_number or None,
        "invoice_numbers": [row.invoice_number for row in rows],
        "settled_at": as_text(paying.settled_at),
    }


def order_to_send(paying: PaymentOrder, form: Handover) -> PaymentOrderToSendJson:
    """A new payment online, with the form for the operator."""
    return {
        **order(paying),
        "action": form.action,
        "fields": [{"name": name, "value": value} for name, value in form.fields.items()],
    }
