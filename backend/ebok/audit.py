"""Who did what to whom: append-only."""

from peewee import CharField, DateTimeField

from ebok.database import Table, now


class AuditRow(Table):
    """One deed. `who` is "customer", "visitor" or a clerk's name; `whom` a customer code."""

    at = DateTimeField(index=True)
    who = CharField()
    did = CharField()
    whom = CharField(index=True)
    detail = CharField(default="")

    class Meta:
        table_name = "audit"


def record(who: str, did: str, whom: str, detail: str = "") -> None:
    """Write down a deed, in the transaction of its operation."""
    AuditRow.create(at=now(), who=who, did=did, whom=whom, detail=detail)
