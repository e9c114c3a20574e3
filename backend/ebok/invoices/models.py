"""The mirror of the billing system's invoices."""

from peewee import BigIntegerField, CharField, DateField, ForeignKeyField, fn

from ebok.customers.models import Customer
from ebok.database import Table

PROVING_KINDS = ("invoice", "correction")
"""Interest notes prove nothing: they go to whoever owes, often without being read."""


class Invoice(Table):
    """One document. Amounts are whole grosze, negative on a correction that lowers a sum.

    `kind` is "invoice", "correction" or "note"; `corrects` the number of the corrected invoice.
    """

    number = CharField(primary_key=True)
    customer = ForeignKeyField(Customer, column_name="customer_code", backref="invoices")
    kind = CharField()
    buyer_name = CharField()
    issued_on = DateField()
    due_on = DateField(null=True)
    period_from = DateField(null=True)
    period_to = DateField(null=True)
    net_grosze = BigIntegerField()
    vat_grosze = BigIntegerField()
    gross_grosze = BigIntegerField()
    outstanding_grosze = BigIntegerField()
    ksef_number = CharField(default="")
    corrects = CharField(default="")

    class Meta:
        indexes = ((("customer", "issued_on"), False),)

    @classmethod
    def newest_three(cls, customer_code: str) -> list["Invoice"]:
        """The customer's three newest invoices and corrections; ties at the edge count in."""
        of_customer = (cls.customer == customer_code) & cls.kind.in_(PROVING_KINDS)
        edge = (
            cls.select(cls.issued_on)
            .where(of_customer)
            .order_by(cls.issued_on.desc())
            .offset(2)
            .limit(1)
        )
        oldest = fn.COALESCE(edge, "0001-01-01")
        return list(cls.select().where(of_customer & (cls.issued_on >= oldest)))
