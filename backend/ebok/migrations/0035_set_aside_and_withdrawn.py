"""What an import set aside, and what it withdrew from customers' eyes."""

from peewee import *


def up(migrator, db):
    class Import(Model):
        class Meta:
            database = db
            table_name = "billing_import"

    class SetAside(Model):
        import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
        file = CharField()
        line = IntegerField()
        column = CharField(column_name="column_name")
        value = TextField(null=True)
        expected = TextField()

        class Meta:
            database = db
            table_name = "billing_set_aside"

    class Withdrawn(Model):
        import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
        table = CharField(column_name="table_name")
        key = CharField()
        row = TextField()
        reason = CharField()
        returned_by = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "billing_withdrawn"
            indexes = ((("table", "key"), False),)

    for name in ("aside_count", "withdrawn_count"):
        migrator.migrate(migrator.add_column("billing_import", name, IntegerField(default=0)))
    db.create_tables([SetAside, Withdrawn])
