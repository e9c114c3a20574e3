"""An account, its sessions, and the single-use links that mails carry for it."""

from datetime import datetime, timedelta

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField

from ebok.customers.models import Customer
from ebok.database import Table, first_row
from ebok.tokens import new_public_id


class Account(Table):
    """The right to see one customer's papers online. The login is the customer code, for ever.

    `kind` is what the person registered as ("person" or "company"). While `must_change_password`
    holds, `password_hash` is a temporary password's and counts only until `password_expires_at`.
    An account without any hash waits for the worker to mint its temporary password.

    A closed account stays as evidence, without address, phone and password; its customer code can
    then have another (a unique index over the open ones, migration 0003). `attach_pdf` is NULL
    where the office's own choice holds. `bounced_at` is when a mail to this address last came back.
    """

    customer = ForeignKeyField(Customer, column_name="customer_code")
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
    closed_at = DateTimeField(null=True)
    bounced_at = DateTimeField(null=True)
    attach_pdf = BooleanField(null=True)
    remind_due = BooleanField(default=False)
    remind_overdue = BooleanField(default=False)

    @classmethod
    def find(cls, customer_code: str) -> "Account | None":
        """The open account of this customer code. In SQL, as every login asks it."""
        sql = f"""
            SELECT {cls.columns("a")} FROM account AS a
            WHERE a.customer_code = {{0}} AND a.closed_at IS NULL
            """
        row = first_row(sql, customer_code)
        return cls.of_row(row) if row else None

    def supersede_password(self, **columns) -> bool:
        """Write these columns while the password is the one this row was read with.

        False when it was replaced meanwhile: what was compared with the old one counts no more.
        One UPDATE; the row stays locked until the transaction ends.
        """
        cls = type(self)
        unchanged = (cls.id == self.id) & (cls.password_hash == self.password_hash)
        written = cls.update(**columns).where(unchanged).execute()
        for name, value in columns.items() if written else ():
            setattr(self, name, value)
        return bool(written)


# A customer has one account that is open.
Account.add_index(
    Account.index(
        Account.customer, unique=True, where=Account.closed_at.is_null(), name="account_open"
    )
)


class Session(Table):
    """One browser that is signed in. Only a hash of its token is kept.

    `public_id` names it to its owner, `device` and `network` tell it from the others.
    """

    token_hash = CharField(primary_key=True)
    account = ForeignKeyField(Account, backref="sessions", on_delete="CASCADE")
    started_at = DateTimeField()
    seen_at = DateTimeField()
    public_id = CharField(default=new_public_id)
    device = CharField(default="")
    network = CharField(default="")

    @classmethod
    def find_alive(
        cls, token_hash: str, moment: datetime, idle: timedelta, most: timedelta
    ) -> "Session | None":
        """The session and its account, unless it idled or lasted too long.

        In SQL, because every request of somebody signed in asks it: 0.7 ms less each time.
        """
        row = first_row(
            f"""
            SELECT {cls.columns("s")}, {Account.columns("a")}
            FROM session AS s JOIN account AS a ON a.id = s.account_id
            WHERE s.token_hash = {{0}} AND s.seen_at > {{0}} AND s.started_at > {{0}}
            AND a.frozen_at IS NULL AND a.closed_at IS NULL
            """,
            token_hash,
            str(moment - idle),
            str(moment - most),
        )
        if row is None:
            return None
        width = len(cls._meta.sorted_fields)
        session = cls.of_row(row[:width])
        session.account = Account.of_row(row[width:])
        session._dirty.clear()
        return session


class Link(Table):
    """A single-use link in a mail: `purpose` is "reset" or "freeze". Only a hash is kept."""

    token_hash = CharField(primary_key=True)
    account = ForeignKeyField(Account, on_delete="CASCADE")
    purpose = CharField()
    expires_at = DateTimeField(index=True)
    spent_at = DateTimeField(null=True)

    @classmethod
    def end(cls, account: Account, purpose: str) -> None:
        """The account's links of this purpose work no more."""
        cls.delete().where((cls.account == account) & (cls.purpose == purpose)).execute()

    @classmethod
    def find_account(cls, purpose: str, token_hash: str, moment: datetime) -> "Account | None":
        """Whose link this is, while it works."""
        alive = cls._alive(purpose, token_hash, moment)
        link = cls.select(cls, Account).join(Account).where(alive).first()
        return link and link.account

    @classmethod
    def spend(cls, purpose: str, token_hash: str, moment: datetime) -> bool:
        """Use the link up: one UPDATE, so that it works once."""
        alive = cls._alive(purpose, token_hash, moment)
        return bool(cls.update(spent_at=moment).where(alive).execute())

    @classmethod
    def _alive(cls, purpose: str, token_hash: str, moment: datetime):
        mine = (cls.purpose == purpose) & (cls.token_hash == token_hash)
        return mine & cls.spent_at.is_null() & (cls.expires_at > moment)


class SignIn(Table):
    """One login, for its owner to recognise: `outcome` is "in", "wrong" or "temporary"."""

    account = ForeignKeyField(Account, backref="sign_ins", on_delete="CASCADE", index=False)
    at = DateTimeField(index=True)
    outcome = CharField()
    device = CharField(default="")
    network = CharField(default="")

    class Meta:
        indexes = ((("account", "at"), False),)


class EmailChange(Table):
    """A new address that has not proved itself yet: the newest one for an account."""

    account = ForeignKeyField(Account, primary_key=True, on_delete="CASCADE")
    email = CharField()
    code_hash = CharField(default="")
    tries_left = IntegerField()
    asked_at = DateTimeField()
    expires_at = DateTimeField()
