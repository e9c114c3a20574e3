"""The keys of those who deliver bundles over HTTP, and what they have delivered."""

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
"""For which a delivery is put off at most after an outage."""


class BundleKey(Table):
    """One program that may deliver. The key itself is shown once, and kept as a hash."""

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
        """Somebody has shown it; to the hour, so that asking how it goes writes nothing."""
        if not self.used_at or self.used_at < moment - timedelta(hours=1):
            self.change(used_at=moment)


class Delivery(Table):
    """One bundle that came over HTTP: there is one for the same bytes by the same key.

    `state` is "waiting", "done", "refused" or "failed" (what was in the way may pass). The file
    lies in the intake until its import has ended. `report` is the import's, for who delivered.
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
        """The oldest that was not imported yet: a newer one never overtakes it."""
        waiting = cls.select().where(cls.state == WAITING)
        return waiting.order_by(cls.received_at, cls.id).first()

    @classmethod
    def find_due(cls, moment: datetime) -> "Delivery | None":
        """The oldest that waits, unless it must wait on."""
        oldest = cls.find_waiting()
        if oldest is None:
            return None
        # Put off for longer than anything is: by a clock that was ahead.
        is_due = oldest.due_at <= moment or is_ahead(oldest.due_at, moment + LONGEST_WAIT)
        return oldest if is_due else None
