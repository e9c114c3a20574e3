"""Who did what to whom: append-only, each row chained to the one before.

The database refuses to change or delete a row (triggers, migration 0002). Who gets around that
still cannot forge the chain, which is made with the server's key: see `audit/chain.py`.
"""

import json

from peewee import CharField, DateTimeField

from ebok.actor import Actor, Kind
from ebok.audit.events import Event
from ebok.database import Table, database, is_postgres, now
from ebok.database.prepared import prepared
from ebok.tokens import sign

LOCK = 3_900_029_002
"""Any number that no other application in the same Postgres uses for an advisory lock."""
FORMER_KINDS = {"office": str(Kind.SYSTEM)}
"""What rows of before call the software itself: the office is the utility's people."""


class AuditRow(Table):
    """One deed `did`, done to `whom`, a customer code, by `who` of the kind `actor`.

    Rows from before migration 0085 have no `actor`: their `who` is "customer", "visitor", "office",
    "operator", "key …" or a clerk's name. `chain` is empty in rows that are older than the chain.
    """

    at = DateTimeField(index=True)
    who = CharField()
    did = CharField()
    whom = CharField(index=True)
    detail = CharField(default="")
    chain = CharField(default="")
    actor = CharField(default="")

    class Meta:
        table_name = "audit"

    @property
    def kind(self) -> str:
        """The kind of actor in today's word; "" in rows from before kinds were kept apart."""
        return FORMER_KINDS.get(self.actor, self.actor)

    def link(self, last: str, key: str = "") -> str:
        """What chains this row to the one before, whose `chain` is `last`.

        Rows without an `actor` are chained as they were when they were written, and can so still be
        verified. No row of the one form can pass for one of the other: they differ in length.
        """
        told = [self.at.isoformat(), self.who, self.did, self.whom, self.detail]
        if self.actor:
            told = [self.id, self.actor, *told]
        return sign("audit", json.dumps([last, *told]), key).hex()


COLUMNS = tuple(AuditRow._meta.sorted_field_names)


def record(actor: Actor, event: Event, subject: str, detail: str = "", key: str = "") -> AuditRow:
    """Record an event, as the last step of its operation's transaction.

    `subject` is the customer code of whom it concerns, "" for what concerns no customer.

    Last, because on Postgres nobody else can write to the log until the transaction ends: who held
    the log and then waited for another row could wait for ever. Numbers follow one another without
    a gap, which a sequence of Postgres would leave.
    """
    hold()
    last = newest()
    row = AuditRow(at=now(), who=actor.name, did=str(event), whom=subject, detail=detail)
    row.actor = str(Kind(actor.kind))
    row.id = last.id + 1 if last else 1
    row.chain = row.link(last.chain if last else "", key)
    _insert.run(*(getattr(row, name) for name in COLUMNS))
    return row


def hold() -> None:
    """Have the log to oneself until the transaction ends; on SQLite one has it already."""
    if is_postgres():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))


def newest() -> AuditRow | None:
    """The last row, whose `chain` is the head of the chain."""
    return _newest.first()


@prepared
def _newest():
    return AuditRow.select().order_by(AuditRow.id.desc()).limit(1)


@prepared
def _insert(*values: object):
    return AuditRow.insert(dict(zip(COLUMNS, values, strict=True)))
