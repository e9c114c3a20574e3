"""Registrations in progress, and the requests that the office checks by hand."""

from datetime import datetime, timedelta
from typing import Any

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from ebok.accounts.models import Account
from ebok.customers.models import LONGEST_NAME
from ebok.database import Table, first_row, is_ahead
from ebok.one_time_codes.models import WaitsForCode

FAILURES_BEFORE_OFFICE = 2
LONGEST_DAY = timedelta(hours=25)


class Registration(WaitsForCode):
    """One attempt to open an account, held by one browser through its token.

    `customer_code` is what was entered and may belong to nobody. `account` is the account that was
    opened, if any. `unlocks`: how often a clerk has given it new tries.
    """

    token_hash = CharField(unique=True)
    link_hash = CharField(null=True, unique=True)
    customer_code = CharField(index=True)
    email = CharField()
    language = CharField()
    started_at = DateTimeField()
    expires_at = DateTimeField(index=True)
    code_asked_at = DateTimeField()
    code_hash = CharField(default="")
    code_expires_at = DateTimeField(null=True)
    code_attempts_left = IntegerField(default=0)
    proven_until = DateTimeField(null=True)
    matches_failed = IntegerField(default=0)
    forms_refused = IntegerField(default=0)
    matches_left = IntegerField()
    stopped_until = DateTimeField(null=True)
    finished_at = DateTimeField(null=True)
    unlocks = IntegerField(default=0)
    account_id: "IntegerField[int | None]"
    account = ForeignKeyField(Account, null=True, index=False)

    @classmethod
    def find_alive(cls, token_hash: str, moment: datetime) -> "Registration | None":
        """The live registration with this token, else None. Plain SQL: every step of the wizard
        asks it.
        """
        return cls._first("r.token_hash = {0} AND r.expires_at > {0}", token_hash, str(moment))

    @classmethod
    def get_by_id(cls, pk: int) -> "Registration":
        """The registration as it is stored now; in SQL, as above."""
        found = cls._first("r.id = {0}", pk)
        if found is None:
            raise cls.DoesNotExist(pk)
        return found

    @classmethod
    def of_code(cls, customer_code: str, most: int) -> "list[Registration]":
        """The newest registrations for this customer code, whoever began them."""
        mine = cls.select().where(cls.customer_code == customer_code)
        return list(mine.order_by(cls.id.desc()).limit(most))

    @classmethod
    def _first(cls, condition: str, *values: Any) -> "Registration | None":
        columns = cls.columns("r")
        row = first_row(f"SELECT {columns} FROM registration AS r WHERE {condition}", *values)
        return cls.from_row(row) if row else None

    @classmethod
    def hand_over(cls, link_hash: str, token_hash: str, moment: datetime) -> bool:
        """Move the registration to a new token by its link, once; the old token stops working."""
        moved = cls.update(token_hash=token_hash, link_hash=None)
        return bool(moved.where((cls.link_hash == link_hash) & (cls.expires_at > moment)).execute())

    def is_proven(self, moment: datetime) -> bool:
        """Whether the address is proven at this moment."""
        return self.proven_until is not None and self.proven_until > moment

    def is_stopped(self, moment: datetime) -> bool:
        """Whether its customer code is blocked until the office's midnight, after too many failed
        matches.
        """
        until = self.stopped_until
        return until is not None and until > moment and not is_ahead(until, moment + LONGEST_DAY)

    def may_ask_office(self, moment: datetime) -> bool:
        """Whether the page offers a check by hand: after the second refusal of any kind.

        Immediately if the customer code is blocked for the day, because nothing else can be tried.
        """
        is_open = self.finished_at is None and self.is_proven(moment)
        refused = self.matches_failed + self.forms_refused
        return is_open and (refused >= FAILURES_BEFORE_OFFICE or self.is_stopped(moment))

    def note_form_refused(self, moment: datetime) -> None:
        """Count an invalid form, while the address is confirmed."""
        cls = type(self)
        proven = (cls.id == self.id) & (cls.proven_until > moment)
        cls.update(forms_refused=cls.forms_refused + 1).where(proven).execute()

    def spend_match(self, moment: datetime) -> bool:
        """Take one of the attempts to match an invoice, while the address is confirmed."""
        cls = type(self)
        alive = (cls.matches_left > 0) & (cls.proven_until > moment) & cls.finished_at.is_null()
        taken = cls.update(matches_left=cls.matches_left - 1, matches_failed=cls.matches_failed + 1)
        return bool(taken.where((cls.id == self.id) & alive).execute())


class Review(Table):
    """*Poproś biuro o sprawdzenie*: the applicant's data, for a clerk to check.

    `unread` holds values that could not be read, as JSON by field; "" if all could.
    """

    registration_id: "IntegerField[int]"
    registration = ForeignKeyField(Registration, backref="reviews", on_delete="RESTRICT")
    customer_code = CharField(index=True)
    email = CharField()
    language = CharField()
    kind = CharField()
    buyer = CharField(max_length=LONGEST_NAME)
    nip = CharField()
    number = CharField()
    amount_grosze = BigIntegerField()
    phone = CharField()
    wants_e_invoice = BooleanField()
    privacy_hash = CharField()
    terms_hash = CharField()
    e_invoice_hash = CharField()
    asked_at = DateTimeField()
    decision = CharField(default="")
    decided_at = DateTimeField(null=True)
    decided_by = CharField(default="")
    reached_by = CharField(default="")
    reason = CharField(default="")
    unread = TextField(default="")

    @classmethod
    def find_waiting(cls, customer_code: str, email: str) -> "Review | None":
        """The applicant's request that is still undecided, else None."""
        mine = (cls.customer_code == customer_code) & (cls.email == email)
        return cls.get_or_none(mine & (cls.decision == ""))

    @classmethod
    def get_newest(cls, customer_code: str, email: str) -> "Review":
        """The applicant's last request, decided or not. Raises DoesNotExist."""
        mine = (cls.customer_code == customer_code) & (cls.email == email)
        return cls.select().where(mine).order_by(cls.id.desc()).get()

    @classmethod
    def is_waiting_for(cls, registration: Registration, moment: datetime) -> bool:
        """Whether to show that a request waits: to its applicant, or who proved their address."""
        waiting = cls.find_waiting(registration.customer_code, registration.email)
        if waiting is None:
            return False
        return waiting.registration_id == registration.id or registration.is_proven(moment)

    @classmethod
    def close_waiting(cls, customer_code: str, moment: datetime) -> None:
        """Withdraw undecided requests of this customer, who got an account in another way."""
        closed = cls.update(decision="overtaken", decided_at=moment)
        closed.where((cls.customer_code == customer_code) & (cls.decision == "")).execute()


# At most one waiting request per applicant, even if sent twice at once.
Review.add_index(
    Review.index(
        Review.customer_code,
        Review.email,
        unique=True,
        where=(Review.decision == ""),
        name="review_waiting",
    )
)
