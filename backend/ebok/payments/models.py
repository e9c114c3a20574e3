"""The mirror of the billing system's payments, and what customers pay through an operator."""

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
from ebok.database import Table
from ebok.tokens import new_public_id


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
