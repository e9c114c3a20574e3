"""Tables of the keys for delivering bundles over HTTP, and of the deliveries."""

from datetime import datetime, timedelta

from peewee import (
    BigIntegerField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from ebok.database import Table, is_ahead
from ebok.tokens import new_public_id

WAITING, DONE, REFUSED, FAILED = "waiting", "done", "refused", "failed"
LONGEST_WAIT = timedelta(minutes=16)
"""Longest time by which a delivery is postponed after an outage."""


class BundleKey(Table):
    """The key of a program that delivers bundles. It is shown once and stored as a hash."""

    name = CharField(unique=True)
    key_hash = CharField(unique=True)
    created_at = DateTimeField()
    revoked_at = DateTimeField(null=True)
    used_at = DateTimeField(null=True)
    expires_at = DateTimeField(null=True)

    @classmethod
    def find_valid(cls, key_hash: str, moment: datetime) -> "BundleKey | None":
        """The key with this hash, unless it was revoked or has expired."""
        is_good = cls.expires_at.is_null() | (cls.expires_at > moment)
        return cls.get_or_none((cls.key_hash == key_hash) & cls.revoked_at.is_null() & is_good)

    def note_use(self, moment: datetime) -> None:
        """Record its use, at most once an hour: polling a delivery writes nothing."""
        if not self.used_at or self.used_at < moment - timedelta(hours=1):
            self.change(used_at=moment)


class Delivery(Table):
    """A bundle delivered over HTTP. Equal bytes by the same key are one delivery.

    `state` is "waiting", "done", "refused" or "failed" (a retry may succeed). The file stays in the
    intake until its import has ended. `report` is the import's report.
    """

    public_id = CharField(unique=True, default=new_public_id)
    key = ForeignKeyField(BundleKey)
    name = CharField()
    sha256 = CharField()
    size = BigIntegerField()
    received_at = DateTimeField(index=True)
    state = CharField(default=WAITING)
    tries = IntegerField(default=0)
    due_at = DateTimeField()
    finished_at = DateTimeField(null=True)
    report = TextField(default="")

    class Meta:
        indexes = ((("key", "sha256"), True),)

    @classmethod
    def find_waiting(cls) -> "Delivery | None":
        """The oldest waiting delivery: newer ones never overtake it."""
        waiting = cls.select().where(cls.state == WAITING)
        return waiting.order_by(cls.received_at, cls.id).first()

    @classmethod
    def find_due(cls, moment: datetime) -> "Delivery | None":
        """The oldest waiting delivery if it is due, else None."""
        oldest = cls.find_waiting()
        if oldest is None:
            return None
        # Postponed beyond the longest wait: the clock was ahead.
        is_due = oldest.due_at <= moment or is_ahead(oldest.due_at, moment + LONGEST_WAIT)
        return oldest if is_due else None
