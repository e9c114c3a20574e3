"""Changes on their way to billing."""

from peewee import CharField, DateTimeField, TextField

from ebok.database import Table


class Outgoing(Table):
    """One change for billing, written beside its cause. `feed` is "consents", "accounts" or
    "contacts"; `facts` a JSON object, whose keys are the feed's columns.

    Billing may learn of it from `effective_at` on. `exported_at` is when a file first held it.
    """

    feed = CharField()
    customer_code = CharField(index=True)
    happened_at = DateTimeField()
    effective_at = DateTimeField()
    facts = TextField()
    exported_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("feed", "exported_at", "effective_at"), False),)
