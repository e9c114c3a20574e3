"""What people wrote to the mailbox of bounces, and was passed on."""

from peewee import *


def up(_migrator, db):
    class Stray(Model):
        id = AutoField()
        name_hash = CharField(unique=True)
        file = TextField()
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "stray"
            legacy_table_names = False

    db.create_tables([Stray])
