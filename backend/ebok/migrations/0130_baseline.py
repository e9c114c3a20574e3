"""The files of the newest import, against which the next ones are compared line by line."""

from peewee import *


def up(migrator, db):
    class Import(Model):
        class Meta:
            database = db
            table_name = "billing_import"

    class Baseline(Model):
        import_ = ForeignKeyField(
            Import, column_name="import_id", on_delete="CASCADE", primary_key=True
        )
        place = CharField()
        fingerprint = CharField()
        files = TextField()

        class Meta:
            database = db
            table_name = "billing_baseline"

    db.create_tables([Baseline])
