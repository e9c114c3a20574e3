"""How balance, ledger and payments look in JSON."""

from flask import current_app

from ebok import bank
from ebok.accounts.models import Account
from ebok.database import as_text, day_as_text, now
from ebok.imports.models import Import
from ebok.payments import balance as balances
from ebok.payments import operators, words
from ebok.payments.ledger import Entry, Ledger
from ebok.payments.models import PaymentOrder
from ebok.payments.operators import Handover
from ebok.payments.transfer import Transfer, account_for


def balance(account: Account) -> dict:
    """What *Saldo i płatności* says first."""
    owed = balances.of_customer(account.customer_code)
    overdue = owed.overdue
    return {
        "owed_grosze": owed.owed_grosze,
        "credit_grosze": owed.credit_grosze,
        "told": words.due(owed),
        "overdue_grosze": sum(debt.left_grosze for debt in overdue),
        "overdue_since": day_as_text(overdue[0].due_on) if overdue else None,
        "next_due_on": day_as_text(owed.next_due_on),
        "next_due_grosze": owed.next_due_grosze,
        "today": day_as_text(owed.today),
        "bank_account": _own_account(account),
        "paid_online": [order(o) for o in PaymentOrder.on_the_way(account, now())],
        "as_of": as_text(Import.as_of()),
    }


def _own_account(account: Account) -> str | None:
    """The customer's individual account; None where there is none that may be shown."""
    utility = current_app.config["EBOK"].utility
    shown = account_for(account.customer, utility)
    return None if shown == bank.bare(utility.bank_account) else bank.grouped(shown)


def transfer(paying: Transfer) -> dict:
    """What is typed into a transfer, and whether it can be scanned or paid online."""
    return {
        "bank_account": bank.grouped(paying.bank_account),
        "is_own_account": paying.is_own_account,
        "is_shared_account": paying.is_shared_account,
        "amount_grosze": paying.amount_grosze,
        "title": paying.title,
        "payee": paying.payee,
        "has_qr": paying.qr_text is not None,
        "why_no_qr": paying.why_no_qr,
        "operator": _operator() if paying.amount_grosze else None,
    }


def _operator() -> str | None:
    operator = operators.chosen(current_app.config["EBOK"])
    return operator.label if operator else None


def ledger(shown: Ledger) -> dict:
    """One page of it, with the balance before and after the whole period."""
    return {
        "from": day_as_text(shown.since),
        "to": day_as_text(shown.until),
        "as_of": as_text(shown.as_of),
        "opening_grosze": shown.opening_grosze,
        "closing_grosze": shown.closing_grosze,
        "entries": [_entry(entry) for entry in shown.entries],
        "next": shown.next,
    }


def _entry(entry: Entry) -> dict:
    return {
        "booked_on": day_as_text(entry.on),
        "kind": entry.kind,
        "number": entry.number or None,
        "invoice_id": entry.public_id or None,
        "title": entry.title or None,
        "due_on": day_as_text(entry.due_on),
        "amount_grosze": entry.amount_grosze,
        "balance_grosze": entry.balance_grosze,
    }


def order(paying: PaymentOrder) -> dict:
    """One payment online."""
    return {
        "id": paying.id,
        "state": paying.state,
        "amount_grosze": paying.amount_grosze,
        "invoice_number": paying.invoice_number or None,
        "settled_at": as_text(paying.settled_at),
    }


def handover(form: Handover) -> dict:
    """The form for the operator."""
    fields = [{"name": name, "value": value} for name, value in form.fields.items()]
    return {"action": form.action, "fields": fields}
