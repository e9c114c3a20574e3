"""How balance, ledger and payments look in JSON."""

from collections.abc import Iterable

from ebok import settings
from ebok.accounts.models import Account
from ebok.billing.models import Import
from ebok.database.iso import as_text, day_as_text
from ebok.payments import operations_balance as balances, operations_operators as operators, texts
from ebok.payments.models import OrderedInvoice, PaymentOrder
from ebok.payments.operations_ledger import Entry, Ledger
from ebok.payments.operations_operators import Handover
from ebok.payments.operations_transfer import Transfer, account_for
from ebok.values import days, money, nrb


def balance(account: Account) -> dict:
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
        "today": day_as_text(owed.today),
        "bank_account": _own_account(account),
        "paid_online": online(owed.waiting),
        "told_online": [texts.waiting(one) for one in owed.waiting],
        "told_lost": [texts.lost(one) for one in owed.lost],
        "as_of": days.instant_as_json(Import.as_of()),
    }


def _own_account(account: Account) -> str | None:
    """The customer's individual account; None where there is none that may be shown."""
    utility = settings.current().utility
    shown = account_for(account.customer, utility)
    return None if shown == nrb.bare(utility.bank_account) else nrb.grouped(shown)


def transfer(paying: Transfer) -> dict:
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


def _operator() -> str | None:
    operator = operators.chosen(settings.current())
    return operator.label if operator else None


def ledger(shown: Ledger) -> dict:
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


def _entry(entry: Entry) -> dict:
    return {
        "booked": days.as_json(entry.on),
        "kind": entry.kind,
        "number": entry.number or None,
        "invoice_id": entry.public_id or None,
        "title": entry.title or None,
        "due": days.as_json(entry.due_on),
        "due_days": [days.as_json(day) for day in entry.due_days],
        "amount": money.as_json(entry.amount_grosze),
        "balance": money.as_json(entry.balance_grosze),
    }


def online(orders: list[PaymentOrder]) -> list[dict]:
    """Payments online, with what they pay."""
    ordered = OrderedInvoice.of_orders(orders) if orders else {}
    return [order(one, ordered[one.id]) for one in orders]


def order(paying: PaymentOrder, ordered: Iterable[OrderedInvoice] | None = None) -> dict:
    """One payment online, and the invoices that it pays."""
    rows = paying.ordered.order_by(OrderedInvoice.invoice_number) if ordered is None else ordered
    return {
        "id": paying.id,
        "state": paying.state,
        "amount": money.as_json(paying.amount_grosze),
        "invoice_number": paying.invoice_number or None,
        "invoice_numbers": [row.invoice_number for row in rows],
        "settled_at": as_text(paying.settled_at),
    }


def handover(form: Handover) -> dict:
    """The form for the operator."""
    fields = [{"name": name, "value": value} for name, value in form.fields.items()]
    return {"action": form.action, "fields": fields}
