"""The mirror of the billing system's payments, and what customers pay through an operator."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from peewee import (
    BigIntegerField,
    CharField,
    CompositeKey,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
)

from ebok.accounts.models import Account
from ebok.customers.models import Customer
from ebok.database import Table, all_rows, placeholders
from ebok.invoices.models import JPK_FA
from ebok.tokens import new_public_id

PAYABLE = timedelta(hours=1)
MOST_NAMED = 5

# In SQL, so that both tables are summed in one scan of these customers' rows.
ON_ACCOUNT = """
WITH book AS (
  SELECT customer_code, MIN(issued_on) AS begins_on,
    SUM(COALESCE(payable_grosze, gross_grosze) - outstanding_grosze) AS settled
  FROM invoice WHERE customer_code IN ({codes}) AND kind <> 'call' AND history_from <> '{jpk}'
  GROUP BY customer_code
), paid AS (
  SELECT p.customer_code,
    SUM(CASE WHEN i.number IS NULL OR i.history_from = '{jpk}' THEN 0
      ELSE p.amount_grosze END) AS named,
    SUM(CASE WHEN p.invoice_number = '' AND p.booked_on >= COALESCE(b.begins_on, p.booked_on)
      THEN p.amount_grosze ELSE 0 END) AS unnamed
  FROM payment AS p
  LEFT JOIN book AS b ON b.customer_code = p.customer_code
  LEFT JOIN invoice AS i ON p.invoice_number <> '' AND i.number = p.invoice_number
    AND i.customer_code = p.customer_code
  WHERE p.customer_code IN ({codes}) GROUP BY p.customer_code
)
SELECT paid.customer_code, paid.named, paid.unnamed, COALESCE(book.settled, 0)
FROM paid LEFT JOIN book ON book.customer_code = paid.customer_code WHERE paid.unnamed > 0
"""


# In SQL, because every list and page runs it, mostly without a result.
PAID_SINCE = """
SELECT o.id FROM account AS a JOIN payment_order AS o ON o.account_id = a.id
WHERE a.customer_code IN ({codes}) AND a.closed_at IS NULL
AND o.state = 'paid' AND o.settled_at > {0}
"""


class Payment(Table):
    """A payment booked by billing; negative for a refund.

    `invoice_number` may be "", or an invoice that the mirror does not have.
    """

    payment_id = CharField(primary_key=True)
    customer = ForeignKeyField(
        Customer, column_name="customer_code", backref="payments", index=False
    )
    booked_on = DateField()
    amount_grosze = BigIntegerField()
    title = CharField(default="")
    invoice_number = CharField(default="")
    import_id = IntegerField(default=0)

    class Meta:
        indexes = ((("customer", "booked_on"), False),)

    @classmethod
    def on_account(cls, codes: Collection[str]) -> dict[str, int]:
        """Money on account that has settled no invoice; customer code -> grosze.

        Billing may have settled invoices with it without saying which. Their outstanding amounts
        are authoritative, so only the remainder counts. Cases: docs/decisions/0014.
        """
        asked = ON_ACCOUNT.replace("{codes}", placeholders(codes)).replace("{jpk}", JPK_FA)
        rows = all_rows(asked, *codes, *codes)
        sums = ((code, *map(int, found)) for code, *found in rows)
        return {
            code: max(0, min(unnamed, named + unnamed - settled))
            for code, named, unnamed, settled in sums
        }


class PaymentOrder(Table):
    """One attempt to pay through a payment operator; `ordered` are its invoices.

    `invoice_number` is "" if it pays several. `state` is "started", "paid" or "failed";
    `operator_id` is the operator's id of it. It never settles an invoice: billing books the money,
    and the next import brings that.
    """

    id: "CharField[str]" = CharField(primary_key=True, default=new_public_id)
    account_id: "IntegerField[int]"
    account = ForeignKeyField(Account, on_delete="CASCADE")
    invoice_number = CharField(default="")
    amount_grosze = BigIntegerField()
    operator = CharField()
    state = CharField(default="started")
    operator_id = CharField(default="")
    created_at = DateTimeField()
    settled_at = DateTimeField(null=True)
    ordered: "Any"

    @property
    def title(self) -> str:
        """The title that the operator shows to the payer."""
        numbers = [row.invoice_number for row in self.ordered.limit(MOST_NAMED + 1)]
        more = " i inne" if len(numbers) > MOST_NAMED else ""
        named = ", ".join(numbers[:MOST_NAMED]) + more
        return f"{named or 'saldo'}, {self.account.customer_code}"

    @property
    def ends_at(self) -> datetime:
        """When it expires: later the debt may have been paid in another way."""
        return self.created_at + PAYABLE

    @property
    def told_at(self) -> datetime:
        """When the operator reported its result; while it is open, when it was started."""
        return self.settled_at or self.created_at

    @classmethod
    def find(cls, operator: str, order_id: str) -> "PaymentOrder | None":
        """The order with this operator and id, with its account; else None."""
        mine = (cls.id == order_id) & (cls.operator == operator)
        return cls.select(cls, Account).join(Account).where(mine).first()

    @classmethod
    def paid_since(cls, codes: Collection[str], moment: datetime) -> list["PaymentOrder"]:
        """Orders paid since `moment` by open accounts of these customers, oldest first."""
        ids = all_rows(PAID_SINCE.replace("{codes}", placeholders(codes)), *codes, str(moment))
        if not ids:
            return []
        mine = cls.select(cls, Account).join(Account).where(cls.id.in_([row[0] for row in ids]))
        return list(mine.order_by(cls.settled_at, cls.id))

    def mark_paid(self, operator_id: str, moment: datetime) -> bool:
        """Mark as paid. False if it already was (a single UPDATE decides)."""
        return self._settle("paid", operator_id, moment, ("started", "failed"))

    def mark_failed(self, operator_id: str, moment: datetime) -> bool:
        """Mark as failed; a later attempt may still succeed."""
        return self._settle("failed", operator_id, moment, ("started",))

    def _settle(
        self, state: str, operator_id: str, moment: datetime, before: tuple[Any, ...]
    ) -> bool:
        cls = type(self)
        columns = {"state": state, "operator_id": operator_id, "settled_at": moment}
        open_ = (cls.id == self.id) & cls.state.in_(before)
        return bool(cls.update(**columns).where(open_).execute())


class OrderedInvoice(Table):
    """An invoice in an order: the grosze paid, and what was outstanding at that time."""

    order_id: "CharField[str]"
    order = ForeignKeyField(
        PaymentOrder, column_name="order_id", backref="ordered", on_delete="CASCADE", index=False
    )
    invoice_number = CharField()
    amount_grosze = BigIntegerField()
    outstanding_grosze = BigIntegerField()

    @classmethod
    def of_orders(cls, orders: Collection[PaymentOrder]) -> dict[str, list["OrderedInvoice"]]:
        """Order id -> its invoices."""
        found = cls.select().where(cls.order.in_(list(orders))).order_by(cls.invoice_number)
        by_order: dict[str, list[OrderedInvoice]] = {order.id: [] for order in orders}
        for row in found:
            by_order[row.order_id].append(row)
        return by_order

    class Meta:
        table_name = "payment_order_invoice"
        primary_key = CompositeKey("order", "invoice_number")
