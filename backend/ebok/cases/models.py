"""Who of the staff looks at a customer, their notes, and acts that can still be undone."""

from datetime import datetime, timedelta

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from ebok.accounts.models import Account
from ebok.database import Table
from ebok.staff.models import StaffMember, StaffSession
from ebok.tokens import new_public_id

GONE = timedelta(minutes=5)
"""After so long without a sign of life nobody is looking any more."""
LONGEST_LOOK = timedelta(hours=1)
"""Later the same page is another look."""


class Look(Table):
    """A member's present or last look at a customer, who may be in nobody's billing.

    `seen_at` is the last sign of life of the open page.
    """

    member = ForeignKeyField(StaffMember, index=False)
    customer_code = CharField(index=True)
    purpose = CharField()
    since_at = DateTimeField()
    seen_at = DateTimeField()

    class Meta:
        table_name = "case_look"
        indexes = ((("member", "customer_code"), True),)

    @classmethod
    def find(cls, member: StaffMember, code: str, moment: datetime) -> "Look | None":
        """The look that this member has begun and not ended, else None."""
        mine = (cls.member == member) & (cls.customer_code == code)
        lasts = (cls.seen_at > moment - GONE) & (cls.since_at > moment - LONGEST_LOOK)
        return cls.get_or_none(mine & lasts)

    @classmethod
    def others(cls, member: StaffMember, code: str, moment: datetime) -> "list[Look]":
        """The looks of other members at this customer that last now, with the members."""
        theirs = (cls.customer_code == code) & (cls.member != member)
        found = cls.select(cls, StaffMember).join(StaffMember)
        return list(found.where(theirs & (cls.seen_at > moment - GONE)).order_by(cls.since_at))

    @classmethod
    def others_at(cls, member: StaffMember, codes: list[str], moment: datetime) -> "list[Look]":
        """The looks of other members at any of these customers that last now, with the members."""
        theirs = cls.customer_code.in_(codes) & (cls.member != member)
        found = cls.select(cls, StaffMember).join(StaffMember)
        return list(found.where(theirs & (cls.seen_at > moment - GONE)).order_by(cls.since_at))

    @classmethod
    def begin(cls, member: StaffMember, code: str, purpose: str, moment: datetime) -> None:
        """Begin a look, in the place of the member's last one."""
        row = {"member": member, "customer_code": code, "purpose": purpose}
        times = {"since_at": moment, "seen_at": moment}
        begun = cls.insert(**row, **times).on_conflict(
            conflict_target=(cls.member, cls.customer_code), update={"purpose": purpose, **times}
        )
        begun.execute()


class Note(Table):
    """What a member wrote down for the others; the customer reads it only in all their data."""

    public_id = CharField(unique=True, default=new_public_id)
    customer_code = CharField(index=True)
    member = ForeignKeyField(StaffMember, index=False)
    text = TextField()
    written_at = DateTimeField()

    class Meta:
        table_name = "case_note"

    @classmethod
    def of(cls, code: str) -> "list[Note]":
        """The notes about a customer with who wrote them, the newest first."""
        found = cls.select(cls, StaffMember).join(StaffMember).where(cls.customer_code == code)
        return list(found.order_by(cls.id.desc()))


class Visit(Table):
    """A member's look at a customer's own screens; ends with the session that it began in."""

    public_id = CharField(unique=True, default=new_public_id)
    session = ForeignKeyField(StaffSession, on_delete="CASCADE")
    account = ForeignKeyField(Account, on_delete="CASCADE", index=False)
    began_at = DateTimeField(index=True)

    class Meta:
        table_name = "case_visit"

    @classmethod
    def find(cls, session: StaffSession, public_id: str) -> "Visit | None":
        """The visit begun in this session, with its account, else None; it may be over."""
        mine = (cls.session == session) & (cls.public_id == public_id)
        return cls.select(cls, Account).join(Account).where(mine).first()


class Done(Table):
    """An act that its member can take back until `until_at`.

    `mail_id` is the mail that waits so long, 0 for none; `before` what was so before, as JSON.
    """

    public_id = CharField(unique=True, default=new_public_id)
    customer_code = CharField()
    member = ForeignKeyField(StaffMember, index=False)
    act = CharField()
    mail_id = IntegerField(default=0)
    before = TextField(default="")
    until_at = DateTimeField(index=True)
    undone_at = DateTimeField(null=True)

    class Meta:
        table_name = "case_done"
        indexes = ((("member", "customer_code"), False),)

    @classmethod
    def find(cls, member: StaffMember, code: str, moment: datetime) -> "Done | None":
        """The member's last act about this customer that they can take back now, else None."""
        mine = (cls.member == member) & (cls.customer_code == code)
        mine &= (cls.until_at > moment) & cls.undone_at.is_null()
        return cls.select().where(mine).order_by(cls.id.desc()).first()

    def undo(self, moment: datetime) -> bool:
        """Mark it as undone. False if its time is over or somebody was faster (one UPDATE)."""
        cls = type(self)
        open_ = (cls.id == self.id) & cls.undone_at.is_null() & (cls.until_at > moment)
        return bool(cls.update(undone_at=moment).where(open_).execute())
