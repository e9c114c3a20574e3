"""The customer's page in the office: looks, notes, and acts that can be undone."""

from peewee import (
    AutoField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


def up(migrator, db) -> None:
    """All three tables, and how often a registration was given new tries."""

    class Base(Model):
        id = AutoField()

        class Meta:
            database = db
            legacy_table_names = False

    class StaffMember(Base):
        class Meta:
            table_name = "staff_member"

    class CaseLook(Base):
        member = ForeignKeyField(StaffMember, index=False)
        customer_code = CharField(index=True)
        purpose = CharField()
        since_at = DateTimeField()
        seen_at = DateTimeField()

        class Meta:
            table_name = "case_look"
            indexes = ((("member", "customer_code"), True),)

    class CaseNote(Base):
        public_id = CharField(unique=True)
        customer_code = CharField(index=True)
        member = ForeignKeyField(StaffMember, index=False)
        text = TextField()
        written_at = DateTimeField()

        class Meta:
            table_name = "case_note"

    class CaseDone(Base):
        public_id = CharField(unique=True)
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

    db.create_tables([CaseLook, CaseNote, CaseDone])
    migrator.migrate(
        migrator.add_column("registration", "unlocks", IntegerField(default=0)),
        migrator.add_index("registration", ("customer_code",), False),
    )
