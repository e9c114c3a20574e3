"""The audit log: append-only, each row chained to the previous one.

Triggers refuse to change or delete a row (migration 0002). Even without them the chain cannot be
forged, as it is signed with the server's key: see `audit/chain.py`.
"""

import json

from peewee import CharField, DateTimeField

from ebok.actor import Actor, Kind
from ebok.audit.events import Event
from ebok.database import Table, database, is_postgres, now
from ebok.database.prepared import prepared
from ebok.tokens import sign

LOCK = 3_900_029_002
"""Number of an advisory lock that no other application on the same Postgres uses."""
FORMER_KINDS = {"office": str(Kind.SYSTEM)}
"""Kinds of actors in old rows, and today's: "office" now means the utility's people."""


class AuditRow(Table):
    """One event `did` that concerns `whom`, a customer code, by `who` of the kind `actor`.

    Rows from before migration 0085 have no `actor`: their `who` is "customer", "visitor", "office",
    "operator", "key …" or a clerk's name. `chain` is "" in rows older than the chain.
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
        """The kind of actor; "" in rows from before kinds were recorded."""
        return FORMER_KINDS.get(self.actor, self.actor)

    def link(self, last: str, key: str = "") -> str:
        """The signature that chains this row to the previous one, whose `chain` is `last`.

        Rows without an `actor` are signed as when they were written, so that they can be verified.
        The two forms cannot be confused: they have different numbers of values.
        """
        told = [self.at.isoformat(), self.who, self.did, self.whom, self.detail]
        if self.actor:
            told = [self.id, self.actor, *told]
        return sign("audit", json.dumps([last, *told]), key).hex()


COLUMNS = tuple(AuditRow._meta.sorted_field_names)


def record(actor: Actor, event: Event, subject: str, detail: str = "", key: str = "") -> AuditRow:
    """Record an event, as the last step of the operation's transaction.

    `subject` is the customer code of whom it concerns, "" if it concerns no customer.

    It must be the last step: on Postgres nobody else can write to the log until the transaction
    ends, so waiting for another row afterwards could deadlock. Ids have no gaps, which a Postgres
    sequence would leave.
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
    """Lock the log until the transaction ends; on SQLite every write transaction is exclusive."""
    if is_postgres():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))


def newest() -> AuditRow | None:
    """The last row; its `chain` is the head of the chain."""
    return _newest.first()


@prepared
def _newest():
    return AuditRow.select().order_by(AuditRow.id.desc()).limit(1)


@prepared
def _insert(*values: object):
    return AuditRow.insert(dict(zip(COLUMNS, values, strict=True)))
