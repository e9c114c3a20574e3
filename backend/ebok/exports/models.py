"""Changes for billing, and the batches in which they are exported."""

from datetime import datetime

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from ebok.database import Table

HELD_UNTIL = datetime(9999, 1, 1)
"""`effective_at` of a frozen account's changes: never."""


class Batch(Table):
    """A file for billing. Its changes are fixed before it is written.

    While `written_at` is NULL the file may or may not exist: the next export of the feed writes the
    same batch again, with the same number and no new changes.
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
        """The batch of an interrupted export, or None."""
        return cls.get_or_none((cls.feed == feed) & cls.written_at.is_null())

    @classmethod
    def find_last(cls, feed: str) -> "Batch | None":
        """The newest batch of this feed."""
        return cls.select().where(cls.feed == feed).order_by(cls.id.desc()).first()


class Outgoing(Table):
    """A change for billing, created in the transaction of its cause. `feed` is "consents",
    "accounts" or "contacts".

    `facts` is JSON with the feed's columns as keys. `account_id` tells changes of this account from
    those of an earlier one of the same customer code; it is no foreign key because accounts import
    this feature. It is exported from `effective_at` on; `exported_at` is when a file first had it.
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
        """SQL condition: changes of this account that are in no batch yet."""
        mine = (cls.account_id == account_id) & cls.feed.in_(feeds)
        return mine & cls.batch.is_null() & cls.exported_at.is_null()
