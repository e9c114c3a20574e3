"""The mirror of the billing system's payments, and what customers pay through an operator."""

from datetime import datetime, timedelta

from peewee import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
)

from ebok.accounts.models import Account
from ebok.customers.models import Customer
from ebok.database import Table, first_row
from ebok.tokens import new_public_id

PAYABLE = timedelta(hours=1)
ON_THE_WAY = timedelta(days=14)

# In SQL, as its five sums over two tables are one walk through the customer's papers.
ON_ACCOUNT = """
WITH paper AS (
  SELECT number, issued_on, COALESCE(payable_grosze, gross_grosze) - outstanding_grosze AS settled
  FROM invoice WHERE customer_code = {0}
), paid AS (
  SELECT amount_grosze AS amount, invoice_number FROM payment WHERE customer_code = {0}
  AND (invoice_number <> '' OR booked_on >= COALESCE(
    (SELECT MIN(issued_on) FROM paper), booked_on))
)
SELECT
  (SELECT COALESCE(SUM(settled), 0) FROM paper),
  COALESCE(SUM(CASE WHEN invoice_number = '' THEN 0 ELSE amount END), 0),
  COALESCE(SUM(CASE WHEN invoice_number = '' THEN amount ELSE 0 END), 0)
FROM paid WHERE invoice_number = '' OR invoice_number IN (SELECT number FROM paper)
"""


class Payment(Table):
    """Money that billing has booked; negative where it was given back.

    `invoice_number` may be empty, or of an invoice that we do not know.
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
    def on_account(cls, customer_code: str) -> int:
        """Money without an invoice, as far as no invoice was settled with it; grosze.

        Billing may have settled invoices with it and not said which: what they leave unpaid is the
        truth, so that only what is left over counts. Docs/decisions/0014 tells the cases.
        """
        row = first_row(ON_ACCOUNT, customer_code, customer_code)
        settled, with_invoice, without = map(int, row)
        return max(0, min(without, with_invoice + without - settled))


class PaymentOrder(Table):
    """One attempt to pay through a payment operator.

    `state` is "started", "paid" or "failed"; `operator_id` the operator's own name for it. It never
    settles an invoice: billing books the money, and the next import brings that.
    """

    id = CharField(primary_key=True, default=new_public_id)
    account = ForeignKeyField(Account, on_delete="CASCADE")
    invoice_number = CharField(default="")
    amount_grosze = BigIntegerField()
    operator = CharField()
    state = CharField(default="started")
    operator_id = CharField(default="")
    created_at = DateTimeField()
    settled_at = DateTimeField(null=True)

    @property
    def title(self) -> str:
        """What it is for, as the operator shows it to the payer."""
        return f"{self.invoice_number or 'saldo'}, {self.account.customer_code}"

    @property
    def ends_at(self) -> datetime:
        """Until when it can be paid: later the debt may be gone, paid in another way."""
        return self.created_at + PAYABLE

    @classmethod
    def find(cls, operator: str, order_id: str) -> "PaymentOrder | None":
        """The order that an operator speaks of, and whose it is."""
        mine = (cls.id == order_id) & (cls.operator == operator)
        return cls.select(cls, Account).join(Account).where(mine).first()

    @classmethod
    def on_the_way(cls, account: Account, moment: datetime) -> list["PaymentOrder"]:
        """What this account has paid online and billing has not booked, as far as can be told.

        Billing does not name our orders: a payment of the same sum, not older, stands for one.
        After ON_THE_WAY nothing is on its way any more, whatever has become of it.
        """
        is_paid = (cls.state == "paid") & (cls.settled_at > moment - ON_THE_WAY)
        mine = cls.select().where(is_paid, cls.account == account).order_by(cls.settled_at)
        return [order for order in mine if not order._is_booked(account.customer_code)]

    def _is_booked(self, customer_code: str) -> bool:
        same_sum = Payment.amount_grosze == self.amount_grosze
        since = Payment.booked_on >= self.settled_at.date()
        mine = Payment.customer == customer_code
        return Payment.select().where(mine & same_sum & since).exists()

    def mark_paid(self, operator_id: str, moment: datetime) -> bool:
        """Note that the money has come: one UPDATE, which only the first of many can make."""
        return self._settle("paid", operator_id, moment, ("started", "failed"))

    def mark_failed(self, operator_id: str, moment: datetime) -> bool:
        """Note that this attempt came to nothing; a later one may still succeed."""
        return self._settle("failed", operator_id, moment, ("started",))

    def _settle(self, state: str, operator_id: str, moment: datetime, before: tuple) -> bool:
        cls = type(self)
        columns = {"state": state, "operator_id": operator_id, "settled_at": moment}
        open_ = (cls.id == self.id) & cls.state.in_(before)
        return bool(cls.update(**columns).where(open_).execute())
