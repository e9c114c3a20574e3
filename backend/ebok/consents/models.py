"""Consents (append-only) and the texts that they refer to."""

from datetime import datetime

from peewee import (
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
    fn,
)

from ebok.accounts.models import Account
from ebok.database import Table
from ebok.database.prepared import prepared

E_INVOICE, PRIVACY, TERMS = "e_invoice", "privacy", "terms"


class TextVersion(Table):
    """A text as it was shown when somebody decided on it, kept for ever."""

    hash = CharField(primary_key=True)
    name = CharField()
    language = CharField()
    body = TextField()
    published_at = DateTimeField()


class Consent(Table):
    """One decision, never changed; the newest of a purpose is in force.

    `decided_at` is when the person decided; `effective_at` is when billing may be told: later where
    a paper notice must reach the customer first. `actor` is "customer", or "clerk …" where a clerk
    closed the account.
    """

    account_id: "IntegerField[int]"
    account = ForeignKeyField(Account, backref="consents")
    purpose = CharField()
    given = BooleanField()
    decided_at = DateTimeField()
    effective_at = DateTimeField()
    text_hash = CharField()
    channel = CharField()
    actor = CharField(default="customer")

    @classmethod
    def newest(cls, account: Account, purpose: str) -> "Consent | None":
        """The newest decision of this purpose, or None."""
        return _newest.first(account.id, purpose)

    @classmethod
    def is_in_force(cls, purpose: str, moment: datetime):
        """SQL condition on a query's account: its newest decision is yes, in effect at `moment`."""
        decided = cls.alias("decided")
        newest = (
            decided.select(decided.id)
            .where(decided.account == Account.id, decided.purpose == purpose)
            .order_by(decided.decided_at.desc(), decided.id.desc())
            .limit(1)
        )
        given = (cls.id == newest) & cls.given & (cls.effective_at <= moment)
        return fn.EXISTS(cls.select(cls.id).where(given))


@prepared
def _newest(account_id: int, purpose: str):
    mine = Consent.select().where(Consent.account == account_id, Consent.purpose == purpose)
    return mine.order_by(Consent.decided_at.desc(), Consent.id.desc()).limit(1)
