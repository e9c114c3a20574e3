"""When the mail worker was last seen, by whoever is asked whether the office is well."""

from peewee import *


def up(migrator, db):
    class Beat(Model):
        name = CharField(primary_key=True)
        seen_at = DateTimeField()

        class Meta:
            database = db
            table_name = "beat"

    db.create_tables([Beat])
