"""An account, its sessions, and the single-use links that mails carry for it."""

from datetime import datetime, timedelta

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField

from ebok.customers.models import Customer
from ebok.database import Table


class Account(Table):
    """The right to see one customer's papers online. The login is the customer code, for ever.

    `kind` is what the person registered as ("person" or "company"). While `must_change_password`
    holds, `password_hash` is a temporary password's and counts only until `password_expires_at`.
    An account without any hash waits for the worker to mint its temporary password.
    """

    customer = ForeignKeyField(Customer, column_name="customer_code", unique=True)
    email = CharField()
    phone = CharField(default="")
    kind = CharField()
    language = CharField()
    password_hash = CharField(default="")
    must_change_password = BooleanField(default=True)
    password_expires_at = DateTimeField(null=True)
    password_changed_at = DateTimeField(null=True)
    opened_at = DateTimeField()
    frozen_at = DateTimeField(null=True)
    needs_paper_notice = BooleanField(default=False)

    @classmethod
    def find(cls, customer_code: str) -> "Account | None":
        """The account of this customer code."""
        return cls.get_or_none(cls.customer == customer_code)


class Session(Table):
    """One browser that is signed in. Only a hash of its token is kept."""

    token_hash = CharField(primary_key=True)
    account = ForeignKeyField(Account, backref="sessions", on_delete="CASCADE")
    started_at = DateTimeField()
    seen_at = DateTimeField()

    @classmethod
    def find_alive(
        cls, token_hash: str, moment: datetime, idle: timedelta, most: timedelta
    ) -> "Session | None":
        """The session and its account, unless it idled or lasted too long."""
        return (
            cls.select(cls, Account)
            .join(Account)
            .where(
                cls.token_hash == token_hash,
                cls.seen_at > moment - idle,
                cls.started_at > moment - most,
                Account.frozen_at.is_null(),
            )
            .first()
        )


class Link(Table):
    """A single-use link in a mail: `purpose` is "reset" or "freeze". Only a hash is kept."""

    token_hash = CharField(primary_key=True)
    account = ForeignKeyField(Account, on_delete="CASCADE")
    purpose = CharField()
    expires_at = DateTimeField(index=True)
    spent_at = DateTimeField(null=True)

    @classmethod
    def spend(cls, purpose: str, token_hash: str, moment: datetime) -> "Account | None":
        """Use the link up and return its account: one UPDATE, so that it works once."""
        mine = (cls.purpose == purpose) & (cls.token_hash == token_hash)
        alive = cls.spent_at.is_null() & (cls.expires_at > moment)
        if not cls.update(spent_at=moment).where(mine & alive).execute():
            return None
        return cls.select(cls, Account).join(Account).where(mine).get().account
