"""Paying online: an order is created here, paid at the operator, and reported by a notification.

An order never settles an invoice: billing books the money, and the next import brings it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NoReturn

from ebok import audit, limits, settings
from ebok.accounts.models import Account
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.database import now, transaction
from ebok.errors import NotFound, Refusal, TooMany
from ebok.payments import (
    operations_balance as balance,
    operations_choice,
    operations_operators as operators,
)
from ebok.payments.errors import NothingToPay, OtherSum, PaidAlready
from ebok.payments.models import OrderedInvoice, PaymentOrder
from ebok.payments.models_callback import Callback
from ebok.payments.operations_choice import Choice
from ebok.payments.operations_operators import Handover, Operator
from ebok.settings import Settings

HOUR = timedelta(hours=1)
UNPAID_KEPT = timedelta(days=30)


def get_order(account: Account, order_id: str) -> PaymentOrder:
    """This account's order, or NotFound."""
    mine = (PaymentOrder.account == account) & (PaymentOrder.id == order_id)
    order = PaymentOrder.select().where(mine).first()
    if order is None:
        raise NotFound()
    return order


def get_operator(name: str = "") -> Operator:
    """The utility's payment operator. Raises NotFound if it has none, or another one."""
    operator = operators.chosen(settings.current())
    if operator is None or name not in ("", operator.name):
        raise NotFound()
    return operator


def start(actor: Actor, account: Account, choice: Choice) -> tuple[PaymentOrder, Handover]:
    """Create an order for what is left to pay of the chosen invoices; no fee is added.

    Raises NothingToPay, PaidAlready, TooMany, NotFound.
    """
    operator = get_operator()
    most = settings.current().limits.payment_orders_per_account_hour
    if not limits.consume("payment-orders", str(account.id), most, HOUR):
        raise TooMany()
    ordered = _ordered(account, choice)
    columns = {
        "invoice_number": ordered[0]["invoice_number"] if len(ordered) == 1 else "",
        "amount_grosze": sum(row["amount_grosze"] for row in ordered),
        "operator": operator.name,
    }
    with transaction():
        order = PaymentOrder.create(account=account, created_at=now(), **columns)
        OrderedInvoice.insert_many([row | {"order": order.id} for row in ordered]).execute()
        audit.record(actor, Event.PAYMENT_STARTED, account.customer_code, order.id)
    return order, _handover(operator, order, account)


def _ordered(account: Account, choice: Choice) -> list[dict[str, Any]]:
    """Rows of OrderedInvoice: grosze to pay, and what is outstanding now."""
    owed = balance.of_customer(account.customer_code)
    invoices = [] if choice.is_all else operations_choice.find(account.customer_code, choice)
    parts = operations_choice.parts(owed, choice, invoices)
    if not parts:
        chosen = [owed.of(i.number) for i in invoices] or owed.asked.values()
        raise PaidAlready() if any(asked.waiting_grosze for asked in chosen) else NothingToPay()
    return [
        {
            "invoice_number": number,
            "amount_grosze": grosze,
            "outstanding_grosze": owed.of(number).open_grosze,
        }
        for number, grosze in parts.items()
    ]


def _handover(operator: Operator, order: PaymentOrder, account: Account) -> Handover:
    base = settings.current().base_url.rstrip("/")
    back = f"{base}/platnosci?zlecenie={order.id}"
    notify_url = f"{base}/api/payment-notifications/{operator.name}"
    return Handover(operator.address, operator.fields(order, account, back, notify_url))


def forget_unpaid_orders(moment: datetime, _settings: Settings) -> int:
    """Delete orders that were never paid; paid ones stay as evidence."""
    is_old = PaymentOrder.created_at < moment - UNPAID_KEPT
    return PaymentOrder.delete().where(is_old & (PaymentOrder.state != "paid")).execute()


def handle_notification(actor: Actor, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Apply an operator's notification (`actor.id` names the operator); return its expected answer.

    Repeated notifications change nothing. False ones are refused and recorded in the audit log.
    """
    operator = get_operator(actor.id)
    try:
        callback = operator.read_notification(headers, body)
    except Refusal as refusal:
        _refuse(actor, refusal)
    order = PaymentOrder.find(operator.name, callback.order_id)
    if order is None:
        _refuse(actor, NotFound())
    told = (callback.amount_grosze, callback.currency)
    if callback.outcome and told != (order.amount_grosze, "PLN"):
        _refuse(actor, OtherSum(), order)
    _settle(actor, order, callback)
    return operator.thanks


def _refuse(actor: Actor, refusal: Refusal, order: PaymentOrder | None = None) -> NoReturn:
    """Record a refused notification, unless this source has used up its allowance of log rows."""
    most = settings.current().limits.false_notifications_per_source_hour
    if not limits.consume("false-notifications", actor.network, most, HOUR):
        raise TooMany()
    subject, about = (order.account.customer_code, f" {order.id}") if order else ("", "")
    with transaction():
        audit.record(actor, Event.PAYMENT_NOTICE_REFUSED, subject, f"{refusal.code}{about}")
    raise refusal


def _settle(actor: Actor, order: PaymentOrder, callback: Callback) -> None:
    if not callback.outcome:
        return
    with transaction():
        settle = order.mark_paid if callback.outcome == "paid" else order.mark_failed
        is_news = settle(callback.operator_id, now())
        event = _event(order, callback, is_news)
        if event:
            audit.record(actor, event, order.account.customer_code, order.id)


def _event(order: PaymentOrder, callback: Callback, is_news: bool) -> Event | None:
    """The event to record: the first news of an order, or a second payment of it; else None."""
    if is_news:
        return Event.PAID_ONLINE if callback.outcome == "paid" else Event.PAYMENT_FAILED
    # Read again: a simultaneous callback may have settled it first.
    first = PaymentOrder.get_by_id(order.id)
    is_second = callback.outcome == "paid" and first.operator_id != callback.operator_id
    return Event.PAID_TWICE if is_second else None
