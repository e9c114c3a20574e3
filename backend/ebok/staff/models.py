"""A member of the staff, their sessions, passkeys and recovery codes."""

from datetime import datetime, timedelta

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    DateTimeField,
    Expression,
    ForeignKeyField,
    TextField,
    fn,
)

from ebok.access import ADMINISTRATOR, CLERK, Role
from ebok.database import CLOCKS_DIFFER, Table
from ebok.staff.errors import InvitationSpent
from ebok.tokens import new_public_id


class StaffMember(Table):
    """Somebody who works in the office. The login is the e-mail address.

    Removed members stay as evidence, without password and factors. `invitation_hash` is of the
    newest link that sets a password, valid until `invited_until`. `totp_sealed` is the secret of
    the app with codes, sealed with the installation's key, `totp_asked_sealed` one that has not
    been confirmed yet, and `totp_step` the last 30 seconds whose code was used. `single_keys` is
    their own choice whether shortcuts of one key work (WCAG 2.1.4). `provider_issuer` and
    `provider_subject` name their work account at an OpenID Connect provider.
    """

    public_id = CharField(unique=True, default=new_public_id)
    name = CharField()
    email = CharField()
    role = CharField()
    language = CharField(default="pl")
    password_hash = CharField(default="")
    invitation_hash = CharField(default="", index=True)
    invited_until = DateTimeField(null=True)
    joined_at = DateTimeField(null=True)
    removed_at = DateTimeField(null=True)
    signed_in_at = DateTimeField(null=True)
    totp_sealed = CharField(default="")
    totp_asked_sealed = CharField(default="")
    totp_step = BigIntegerField(default=0)
    single_keys = BooleanField(default=True)
    provider_issuer = CharField(default="")
    provider_subject = CharField(default="")

    @classmethod
    def find(cls, email: str) -> "StaffMember | None":
        """The member with this login, else None."""
        return cls.get_or_none((cls.email == email.casefold()) & cls.removed_at.is_null())

    @classmethod
    def find_by_id(cls, public_id: str) -> "StaffMember | None":
        """The member with this public id, else None."""
        return cls.get_or_none((cls.public_id == public_id) & cls.removed_at.is_null())

    @classmethod
    def find_by_account(cls, issuer: str, subject: str) -> "StaffMember | None":
        """The member whose work account this is, else None."""
        mine = (cls.provider_issuer == issuer) & (cls.provider_subject == subject)
        return cls.get_or_none(mine & (cls.provider_subject != "") & cls.removed_at.is_null())

    @classmethod
    def everybody(cls) -> "list[StaffMember]":
        """All members who were not removed, by name."""
        return list(cls.select().where(cls.removed_at.is_null()).order_by(cls.name))

    @classmethod
    def listed(cls, is_open: Expression, public_id: str = "") -> "list[StaffMember]":
        """All members, or one, with what is counted of each: one query.

        Each has `keys`, `codes_left` and `sessions`; `is_open` says which sessions are counted.
        """
        counted = [
            StaffPasskey.select(fn.COUNT(StaffPasskey.id))
            .where(StaffPasskey.member == cls.id)
            .alias("keys"),
            RecoveryCode.select(fn.COUNT(RecoveryCode.id))
            .where(RecoveryCode.unused_of(cls))
            .alias("codes_left"),
            StaffSession.select(fn.COUNT(StaffSession.id))
            .where((StaffSession.member == cls.id) & is_open)
            .alias("sessions"),
        ]
        mine = cls.removed_at.is_null()
        if public_id:
            mine &= cls.public_id == public_id
        return list(cls.select(cls, *counted).where(mine).order_by(cls.name).objects())

    @classmethod
    def administrators(cls) -> "list[StaffMember]":
        """The administrators who have a password."""
        return [each for each in cls.everybody() if each.is_administrator and each.joined_at]

    @classmethod
    def is_another_administrator(cls, member: "StaffMember") -> bool:
        """Whether another than this member could let people in: with password and factor."""
        holds_key = StaffPasskey.select().where(StaffPasskey.member == cls.id)
        others = (cls.role == str(ADMINISTRATOR)) & cls.removed_at.is_null() & (cls.id != member.id)
        others &= cls.joined_at.is_null(False) & ((cls.totp_sealed != "") | fn.EXISTS(holds_key))
        return cls.select().where(others).exists()

    @classmethod
    def hold_administrators(cls) -> None:
        """Lock the administrators' rows until the transaction ends: two may remove each other."""
        mine = (cls.role == str(ADMINISTRATOR)) & cls.removed_at.is_null()
        cls.update(role=cls.role).where(mine).execute()

    @property
    def is_administrator(self) -> bool:
        """Whether they may do what only an administrator may."""
        return self.role == ADMINISTRATOR

    @property
    def roles(self) -> frozenset[Role]:
        """Their role, and with an administrator's also a clerk's."""
        return frozenset({CLERK, ADMINISTRATOR} if self.is_administrator else {CLERK})

    @property
    def has_factor(self) -> bool:
        """Whether they have a second factor."""
        return (
            bool(self.totp_sealed)
            or StaffPasskey.select().where(StaffPasskey.member == self).exists()
        )

    def spend_step(self, step: int) -> bool:
        """Use up the code of these 30 seconds. False if it, or a later one, was used before."""
        cls = type(self)
        unused = (cls.id == self.id) & (cls.totp_step < step)
        return bool(cls.update(totp_step=step).where(unused).execute())

    @classmethod
    def get_invited(cls, token_hash: str, moment: datetime) -> "StaffMember":
        """The member whose invitation this is; it is not spent. Raises InvitationSpent."""
        mine = (cls.invitation_hash == token_hash) & (cls.invited_until > moment)
        found = cls.get_or_none(mine & cls.removed_at.is_null())
        if found is None:
            raise InvitationSpent()
        return found

    @classmethod
    def spend_invitation(cls, token_hash: str, moment: datetime, **columns: object) -> bool:
        """Use up an invitation, and set these columns. False if it is no longer valid."""
        mine = (cls.invitation_hash == token_hash) & (cls.invited_until > moment)
        mine &= cls.removed_at.is_null()
        return bool(cls.update(invitation_hash="", **columns).where(mine).execute())


# Two invitations at once make one member.
for _column in (StaffMember.email, StaffMember.name):
    StaffMember.add_index(
        StaffMember.index(
            _column,
            unique=True,
            where=StaffMember.removed_at.is_null(),
            name=f"staff_member_{_column.name}_open",
        )
    )


StaffMember.add_index(
    StaffMember.index(
        StaffMember.provider_issuer,
        StaffMember.provider_subject,
        unique=True,
        where=(StaffMember.provider_subject != "") & StaffMember.removed_at.is_null(),
        name="staff_member_provider_open",
    )
)


class StaffSession(Table):
    """One browser in which a member is signed in. Only a hash of its token is kept.

    While it `is_pending`, the password was right and the second factor is waited for.
    Only one that was opened by an invitation `may_set_up` the first second factor. `confirmed_at`
    is when they last showed who they are, `before_at` when they had last signed in before.
    """

    token_hash = CharField(unique=True)
    public_id = CharField(unique=True, default=new_public_id)
    member = ForeignKeyField(StaffMember)
    is_pending = BooleanField(default=False)
    may_set_up = BooleanField(default=False)
    started_at = DateTimeField()
    seen_at = DateTimeField()
    confirmed_at = DateTimeField(null=True)
    before_at = DateTimeField(null=True)
    device = CharField(default="")
    network = CharField(default="")

    @classmethod
    def alive(cls, moment: datetime, idle: timedelta, most: timedelta):
        """Condition of sessions that are neither idle nor old, nor from the future."""
        return (
            (cls.seen_at > moment - idle)
            & (cls.started_at > moment - most)
            & (cls.started_at <= moment + CLOCKS_DIFFER)
        )

    @classmethod
    def end_all(cls, member: StaffMember, but: str = "") -> int:
        """End the member's sessions but the one of this token's hash; return their number."""
        others = (cls.member == member) & (cls.token_hash != but)
        return cls.delete().where(others).execute()


class StaffPasskey(Table):
    """A passkey (WebAuthn credential) of a member. `name` tells it from their others."""

    public_id = CharField(unique=True, default=new_public_id)
    member = ForeignKeyField(StaffMember)
    credential_id = TextField(unique=True)
    public_key = BlobField()
    sign_count = BigIntegerField(default=0)
    name = CharField()
    added_at = DateTimeField()
    used_at = DateTimeField(null=True)

    @classmethod
    def of(cls, member: StaffMember) -> "list[StaffPasskey]":
        """The member's passkeys, the oldest first."""
        return list(cls.select().where(cls.member == member).order_by(cls.id))

    def note_use(self, sign_count: int, moment: datetime) -> bool:
        """Record a use. False if the passkey was used or removed meanwhile."""
        cls = type(self)
        unused = (cls.id == self.id) & (cls.sign_count == self.sign_count)
        written = {"sign_count": sign_count, "used_at": moment}
        return bool(cls.update(written).where(unused).execute())


class RecoveryCode(Table):
    """One of ten codes on paper, for when passkey and phone are lost. Each works once."""

    member = ForeignKeyField(StaffMember)
    code_hash = CharField()
    used_at = DateTimeField(null=True)

    class Meta:
        table_name = "staff_recovery_code"

    @classmethod
    def spend(cls, member: StaffMember, code_hash: str, moment: datetime) -> bool:
        """Use up a code. False if it is none of the member's, or was used (one UPDATE decides)."""
        mine = (cls.member == member) & (cls.code_hash == code_hash) & cls.used_at.is_null()
        return bool(cls.update(used_at=moment).where(mine).execute())

    @classmethod
    def unused_of(cls, member: "StaffMember | type[StaffMember]") -> Expression:
        """Condition of the codes that the member, or each of them, has left."""
        return (cls.member == member.id) & cls.used_at.is_null()

    @classmethod
    def count_left(cls, member: StaffMember) -> int:
        """How many codes the member has left."""
        return cls.select().where(cls.unused_of(member)).count()
