"""Who works in the office: accounts, sessions and second factors of their own."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    Model,
    TextField,
)


def up(_migrator, db) -> None:
    """All four tables."""

    class Base(Model):
        id = AutoField()

        class Meta:
            database = db
            legacy_table_names = False

    class StaffMember(Base):
        public_id = CharField(unique=True)
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

    StaffMember.add_index(
        StaffMember.index(
            StaffMember.email,
            unique=True,
            where=StaffMember.removed_at.is_null(),
            name="staff_member_email_open",
        )
    )
    StaffMember.add_index(
        StaffMember.index(
            StaffMember.name,
            unique=True,
            where=StaffMember.removed_at.is_null(),
            name="staff_member_name_open",
        )
    )

    class StaffSession(Base):
        token_hash = CharField(unique=True)
        public_id = CharField(unique=True)
        member = ForeignKeyField(StaffMember)
        is_pending = BooleanField(default=False)
        started_at = DateTimeField()
        seen_at = DateTimeField()
        confirmed_at = DateTimeField(null=True)
        before_at = DateTimeField(null=True)
        device = CharField(default="")
        network = CharField(default="")

    class StaffPasskey(Base):
        public_id = CharField(unique=True)
        member = ForeignKeyField(StaffMember)
        credential_id = TextField(unique=True)
        public_key = BlobField()
        sign_count = BigIntegerField(default=0)
        name = CharField()
        added_at = DateTimeField()
        used_at = DateTimeField(null=True)

    class RecoveryCode(Base):
        member = ForeignKeyField(StaffMember)
        code_hash = CharField()
        used_at = DateTimeField(null=True)

        class Meta:
            table_name = "staff_recovery_code"

    db.create_tables([StaffMember, StaffSession, StaffPasskey, RecoveryCode])
