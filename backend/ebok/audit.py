"""Who did what to whom: append-only, each row chained to the one before.

The database refuses to change or delete a row (triggers, migration 0002). Who gets around that
still cannot forge the chain, which is made with the server's key. An end that was cut off is found
by a head that was noted elsewhere: the worker writes one into its log every hour.
"""

import json
import logging
from dataclasses import dataclass

import click
from peewee import CharField, DateTimeField

from ebok.database import Table, as_text, database, is_postgres, now
from ebok.desk import in_office
from ebok.tidying import tidy
from ebok.tokens import same, sign

log = logging.getLogger(__name__)

LOCK = 3_900_029_002
"""Any number that no other application in the same Postgres uses for an advisory lock."""


class AuditRow(Table):
    """One deed, done to `whom`, a customer code.

    `who` is "customer", "visitor", "office", a clerk's name, or "operator": who takes payments.
    `chain` is empty in rows that are older than the chain.
    """

    at = DateTimeField(index=True)
    who = CharField()
    did = CharField()
    whom = CharField(index=True)
    detail = CharField(default="")
    chain = CharField(default="")

    class Meta:
        table_name = "audit"

    def link(self, last: str) -> str:
        """What chains this row to the one before, whose `chain` is `last`."""
        told = [last, self.at.isoformat(), self.who, self.did, self.whom, self.detail]
        return sign("audit", json.dumps(told)).hex()


def record(who: str, did: str, whom: str, detail: str = "") -> None:
    """Write down a deed, as the last step of its operation's transaction.

    Last, because on Postgres nobody else can write to the log until the transaction ends: who held
    the log and then waited for another row could wait for ever.
    """
    if is_postgres():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    row = AuditRow(at=now(), who=who, did=did, whom=whom, detail=detail)
    row.chain = row.link(head())
    row.save()


def head() -> str:
    """The end of the chain; empty when there is none."""
    return AuditRow.select(AuditRow.chain).order_by(AuditRow.id.desc()).limit(1).scalar() or ""


@dataclass
class Verdict:
    """What `verify` found: how many rows, the end of the chain, and what is wrong, if anything."""

    rows: int = 0
    head: str = ""
    fault: str = ""


def verify(noted_head: str = "") -> Verdict:
    """Follow the chain from its beginning, up to the first row that does not fit.

    `noted_head` is a head from the worker's log: the chain must have passed it.
    """
    verdict, is_passed = Verdict(), not noted_head
    for row in AuditRow.select().order_by(AuditRow.id).iterator():
        is_older = not row.chain and not verdict.head
        if not is_older and not same(row.chain, row.link(verdict.head)):
            verdict.fault = f"row {row.id} of {as_text(row.at)} does not follow the one before it"
            return verdict
        verdict.rows, verdict.head = verdict.rows + 1, row.chain
        is_passed = is_passed or row.chain == noted_head
    if not is_passed:
        verdict.fault = "rows are missing at the end: the head that was noted is not among them"
    return verdict


@tidy
def note_head(_moment, _settings) -> int:
    """Leave the head of the chain in the log, which whoever changes the database cannot reach."""
    log.info("what=audit rows=%s head=%s", AuditRow.select().count(), head())
    return 0


@click.group("audit")
def commands():
    """The log of who did what to whom."""


@commands.command("verify")
@click.option("--head", "noted_head", default="", help="A head from the log of the worker.")
@in_office
def verify_command(noted_head):
    """Check that no row was changed, removed or put in between."""
    verdict = verify(noted_head)
    if verdict.fault:
        raise click.ClickException(verdict.fault)
    click.echo(f"{verdict.rows} rows, head {verdict.head or '-'}: unbroken")


@commands.command("show")
@click.argument("customer_code")
@in_office
def show_command(customer_code):
    """List what was done to an account, oldest first."""
    mine = AuditRow.select().where(AuditRow.whom == customer_code).order_by(AuditRow.id)
    for row in mine.iterator():
        click.echo(f"{as_text(row.at)}\t{row.who}\t{row.did}\t{row.detail}")
