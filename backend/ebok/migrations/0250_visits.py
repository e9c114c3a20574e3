"""Looks of the staff at customers' own screens."""

from peewee import AutoField, CharField, DateTimeField, ForeignKeyField, Model


def up(migrator, db) -> None:  # noqa: ARG001 the runner passes it
    """The table of visits, which end with the session that they were begun in."""

    class Base(Model):
        id = AutoField()

        class Meta:
            database = db
            legacy_table_names = False

    class StaffSession(Base):
        class Meta:
            table_name = "staff_session"

    class Account(Base):
        class Meta:
            table_name = "account"

    class CaseVisit(Base):
        public_id = CharField(unique=True)
        session = ForeignKeyField(StaffSession, on_delete="CASCADE")
        account = ForeignKeyField(Account, on_delete="CASCADE", index=False)
        began_at = DateTimeField(index=True)

        class Meta:
            table_name = "case_visit"

    db.create_tables([CaseVisit])
