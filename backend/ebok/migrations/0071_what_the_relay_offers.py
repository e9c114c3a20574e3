"""Whether the mail server takes addresses beyond ASCII: the worker hears it, the pages ask it."""

from peewee import *


def up(_migrator, db):
    class RelayOffer(Model):
        relay = CharField(primary_key=True)
        takes_international = BooleanField()
        noted_at = DateTimeField()

        class Meta:
            database = db
            table_name = "relay_offer"
            legacy_table_names = False

    db.create_tables([RelayOffer])
