"""Changes on their way to billing, and the batches in which they leave."""

from datetime import datetime

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from ebok.database import Table

HELD_UNTIL = datetime(9999, 1, 1)
"""What waits for a frozen account to be thawed is in force at no time that comes."""


class Batch(Table):
    """One file for billing. Its rows are settled before it is written, and never change.

    While `written_at` is NULL nobody knows whether the file came to be: the next export of this
    feed writes the same batch again, under the same number, and takes nothing new into it.
    """

    id = AutoField()
    feed = CharField()
    begun_at = DateTimeField()
    written_at = DateTimeField(null=True)

    class Meta:
        table_name = "outgoing_batch"
        indexes = ((("feed", "written_at"), False),)

    @classmethod
    def find_unwritten(cls, feed: str) -> "Batch | None":
        """The batch that an export died over, if one did."""
        return cls.get_or_none((cls.feed == feed) & cls.written_at.is_null())

    @classmethod
    def find_last(cls, feed: str) -> "Batch | None":
        """The newest batch of this feed."""
        return cls.select().where(cls.feed == feed).order_by(cls.id.desc()).first()


class Outgoing(Table):
    """One change for billing, written beside its cause. `feed` is "consents", "accounts" or
    "contacts"; `facts` a JSON object, whose keys are the feed's columns.

    It is about one account, and what the account before it of this customer code left stays
    untouched. `account_id` is no foreign key: accounts stand on this feature. Billing may learn of
    it from `effective_at` on. `exported_at` is when a file first held it.
    """

    feed = CharField()
    customer_code = CharField(index=True)
    happened_at = DateTimeField()
    effective_at = DateTimeField()
    facts = TextField()
    batch_id: "IntegerField[int | None]"
    batch = ForeignKeyField(Batch, null=True, backref="changes", on_delete="RESTRICT")
    exported_at = DateTimeField(null=True)
    account_id = IntegerField(null=True, index=True)

    class Meta:
        indexes = ((("feed", "exported_at", "effective_at"), False),)

    @classmethod
    def pending(cls, account_id: int, *feeds: str):
        """The condition for what no batch has taken yet, of this account's."""
        mine = (cls.account_id == account_id) & cls.feed.in_(feeds)
        return mine & cls.batch.is_null() & cls.exported_at.is_null()
