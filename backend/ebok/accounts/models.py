"""An account, its sessions, and the single-use links that mails carry for it."""

from datetime import datetime, timedelta
from typing import Any

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField

from ebok.customers.models import Customer
from ebok.database import CLOCKS_DIFFER, Table, first_row
from ebok.database.prepared import prepared
from ebok.errors import SignInFirst
from ebok.one_time_codes.models import WaitsForCode
from ebok.tokens import new_public_id


class Account(Table):
    """Access to one customer's documents. The login is the customer code, for ever.

    `kind` is what the person registered as ("person" or "company"). While `must_change_password`
    holds, `password_hash` is a temporary password's and counts only until `password_expires_at`.
    Without a hash the worker has yet to generate the temporary password.

    A closed account stays as evidence, without address, phone and password, and its customer code
    may get a new account (unique index over open ones, migration 0003). `attach_pdf` is NULL where
    the installation's default applies. `bounced_at` and `bounce_kind`: when and why this address
    last bounced (see `mail/undelivered.py`). `wants_paper`: billing was asked for paper, and no
    mail has been accepted at a new address since.
    """

    customer_code: "CharField[str]"
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
    wants_paper = BooleanField(default=False)
    tax_number = CharField(default="")
    bounce_kind = CharField(default="")

    @classmethod
    def find(cls, customer_code: str) -> "Account | None":
        """The open account of this customer code, else None. Plain SQL, because every login asks
        it.
        """
        sql = f"""
            SELECT {cls.columns("a")} FROM account AS a
            WHERE a.customer_code = {{0}} AND a.closed_at IS NULL
            """
        row = first_row(sql, customer_code)
        return cls.from_row(row) if row else None

    @classmethod
    def find_open(cls, account_id: int) -> "Account | None":
        """The open account with this id, else None: closed accounts get no mail."""
        return cls.get_or_none((cls.id == account_id) & cls.closed_at.is_null())

    def require_live(self) -> None:
        """Lock the row until the transaction ends. Raises SignInFirst if it is frozen or closed.

        A request that began before the freeze must change nothing after it.
        """
        cls = type(self)
        live = (cls.id == self.id) & cls.frozen_at.is_null() & cls.closed_at.is_null()
        if not cls.update(language=cls.language).where(live).execute():
            raise SignInFirst()

    def note_bounce(self, moment: datetime, kind: str) -> bool:
        """Record that its mails come back. False if the account has another address by now."""
        cls = type(self)
        reached = (cls.id == self.id) & (cls.email == self.email) & cls.closed_at.is_null()
        told = {"bounced_at": moment, "bounce_kind": kind, "wants_paper": True}
        if not cls.update(**told).where(reached).execute():
            return False
        self.__data__.update(told)
        return True

    def supersede_password(self, **columns: Any) -> bool:
        """Update these columns if the password hash is still the one that this row was read with.

        Returns False if the password was replaced meanwhile. The single UPDATE locks the row until
        the transaction ends.
        """
        cls = type(self)
        unchanged = (cls.id == self.id) & (cls.password_hash == self.password_hash)
        written = cls.update(**columns).where(unchanged).execute()
        for name, value in columns.items() if written else ():
            setattr(self, name, value)
        return bool(written)

    def hold_password(self) -> bool:
        """Lock the row; False if the password was replaced since this row was read."""
        return bool(_hold_password.run(self.id, self.password_hash))


@prepared
def _hold_password(account_id: int, password_hash: str):
    unchanged = (Account.id == account_id) & (Account.password_hash == password_hash)
    return Account.update(password_hash=Account.password_hash).where(unchanged)


# A customer has one account that is open.
Account.add_index(
    Account.index(
        Account.customer, unique=True, where=Account.closed_at.is_null(), name="account_open"
    )
)


class Session(Table):
    """A browser that is signed in. Only a hash of its token is stored.

    Its owner sees `public_id`, `device` and `network`.
    """

    token_hash = CharField(primary_key=True)
    account_id: "IntegerField[int]"
    account = ForeignKeyField(Account, backref="sessions", on_delete="CASCADE")
    started_at = DateTimeField()
    seen_at = DateTimeField()
    public_id = CharField(default=new_public_id)
    device = CharField(default="")
    network = CharField(default="")

    @classmethod
    def start(
        cls, token_hash: str, account: Account, moment: datetime, device: str, network: str
    ) -> None:
        """Store a new session."""
        _start.run(token_hash, account.id, moment, new_public_id(), device, network)

    @classmethod
    def find_alive(
        cls, token_hash: str, moment: datetime, idle: timedelta, most: timedelta
    ) -> "Session | None":
        """The live session with its account, else None. `idle` and `most` are its two time limits.

        A session that starts in the future, by more than clocks may differ, is refused. Plain SQL,
        because every request of a signed-in customer asks it: 0.7 ms less each time.
        """
        row = first_row(
            f"""
            SELECT {cls.columns("s")}, {Account.columns("a")}
            FROM session AS s JOIN account AS a ON a.id = s.account_id
            WHERE s.token_hash = {{0}} AND s.seen_at > {{0}} AND s.started_at > {{0}}
            AND s.started_at <= {{0}} AND a.frozen_at IS NULL AND a.closed_at IS NULL
            """,
            token_hash,
            str(moment - idle),
            str(moment - most),
            str(moment + CLOCKS_DIFFER),
        )
        if row is None:
            return None
        width = len(cls._meta.sorted_fields)
        session = cls.from_row(row[:width])
        session.account = Account.from_row(row[width:])
        session._dirty.clear()  # pyright: ignore[reportAttributeAccessIssue]
        return session

    @classmethod
    def find_place(cls, token_hash: str) -> tuple[str, str]:
        """(device, network) of a session, to be copied to the session that replaces it."""
        session = cls.get_or_none(cls.token_hash == token_hash)
        return (session.device, session.network) if session else ("", "")


@prepared
def _start(
    token_hash: str, account_id: int, moment: datetime, public_id: str, device: str, network: str
):
    times = {"started_at": moment, "seen_at": moment}
    browser = {"public_id": public_id, "device": device, "network": network}
    return Session.insert(token_hash=token_hash, account=account_id, **times, **browser)


class EmailChange(WaitsForCode):
    """A change of address that waits for its code. The newest open one of an account counts.

    `code_expires_at` limits the wait for the code to be generated, too. A row is kept for a while
    after `ended_at`, because mails in the outbox refer to its id.
    """

    CODE_PURPOSE = "email-code"
    CODE_RESENDS = "email-code-resends"
    CODE_COUNTS = "AND ended_at IS NULL"

    account_id: "IntegerField[int]"
    account = ForeignKeyField(Account, backref="email_changes", on_delete="CASCADE")
    email = CharField()
    code_hash = CharField(default="")
    code_attempts_left = IntegerField(default=0, column_name="tries_left")
    code_asked_at = DateTimeField(column_name="asked_at")
    code_expires_at: "DateTimeField[datetime]" = DateTimeField(index=True, column_name="expires_at")
    ended_at = DateTimeField(null=True)
    email_before = CharField(default="")

    @classmethod
    def find_open(cls, account: Account, moment: datetime) -> "EmailChange | None":
        """The change that waits for its code."""
        mine = (cls.account == account) & cls.ended_at.is_null() & (cls.code_expires_at > moment)
        return cls.select().where(mine).order_by(cls.id.desc()).first()

    @classmethod
    def end_all(cls, account: Account, moment: datetime) -> None:
        """Make every code that was sent for this account invalid."""
        waiting = (cls.account == account) & cls.ended_at.is_null()
        cls.update(ended_at=moment, code_hash="").where(waiting).execute()

    @classmethod
    def find_former(cls, account: Account) -> "EmailChange | None":
        """The change that the freeze link told of, else the newest one; None if there was no
        change.
        """
        link = Link.select().where(
            (Link.account == account) & Link.spent_at.is_null(False) & (Link.purpose == "freeze")
        )
        told = link.where(Link.email_change.is_null(False)).order_by(Link.spent_at.desc()).first()
        mine = (cls.account == account) & (cls.email_before != "")
        newest = cls.select().where(mine).order_by(cls.ended_at.desc()).first()
        return told.email_change if told else newest

    @classmethod
    def addresses_before(cls, account: Account) -> set[str]:
        """Former addresses of the account that can still freeze it."""
        mine = (cls.account == account) & (cls.email_before != "")
        return {change.email_before for change in cls.select().where(mine)}

    def end(self, moment: datetime) -> bool:
        """Mark the change as used. False if another request did so first (a single UPDATE
        decides).
        """
        cls = type(self)
        waiting = (cls.id == self.id) & cls.ended_at.is_null()
        return bool(cls.update(ended_at=moment, code_hash="").where(waiting).execute())


class Link(Table):
    """A link or ticket for one purpose; only its hash is stored.

    `purpose` is "reset" or "freeze" (in mails, single use) or "archive" (ticket of a download).
    `email_change` is the change of address that the mail with the link was about.
    """

    token_hash = CharField(primary_key=True)
    account = ForeignKeyField(Account, on_delete="CASCADE")
    purpose = CharField()
    expires_at = DateTimeField(index=True)
    spent_at = DateTimeField(null=True)
    email_change = ForeignKeyField(EmailChange, null=True, on_delete="CASCADE", index=False)

    @classmethod
    def end(cls, account: Account, purpose: str) -> None:
        """Delete the account's links of this purpose."""
        cls.delete().where((cls.account == account) & (cls.purpose == purpose)).execute()

    @classmethod
    def find_account(cls, purpose: str, token_hash: str, moment: datetime) -> "Account | None":
        """The account that this link belongs to, while the link is valid; else None."""
        alive = cls._alive(purpose, token_hash, moment)
        alive &= Account.closed_at.is_null()
        link = cls.select(cls, Account).join(Account).where(alive).first()
        return link and link.account

    @classmethod
    def spend(cls, purpose: str, token_hash: str, moment: datetime) -> bool:
        """Mark the link as used. False if it is no longer valid (a single UPDATE decides)."""
        alive = cls._alive(purpose, token_hash, moment)
        return bool(cls.update(spent_at=moment).where(alive).execute())

    @classmethod
    def _alive(cls, purpose: str, token_hash: str, moment: datetime):
        mine = (cls.purpose == purpose) & (cls.token_hash == token_hash)
        return mine & cls.spent_at.is_null() & (cls.expires_at > moment)


class SignIn(Table):
    """One login, for its owner to recognise: `outcome` is "in", "wrong" or "temporary"."""

    account_id: "IntegerField[int]"
    account = ForeignKeyField(Account, backref="sign_ins", on_delete="CASCADE", index=False)
    at = DateTimeField(index=True)
    outcome = CharField()
    device = CharField(default="")
    network = CharField(default="")

    class Meta:
        indexes = ((("account", "at"), False),)
