"""Keys of those who deliver bundles over HTTP, and what they have delivered."""

from peewee import (
    AutoField,
    BigIntegerField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


def up(_migrator, db) -> None:
    """Both tables."""

    class Base(Model):
        id = AutoField()

        class Meta:
            database = db
            legacy_table_names = False

    class BundleKey(Base):
        name = CharField(unique=True)
        key_hash = CharField(unique=True)
        created_at = DateTimeField()
        revoked_at = DateTimeField(null=True)
        used_at = DateTimeField(null=True)

    class Delivery(Base):
        public_id = CharField(unique=True)
        key = ForeignKeyField(BundleKey)
        name = CharField()
        sha256 = CharField()
        size = BigIntegerField()
        received_at = DateTimeField(index=True)
        state = CharField()
        tries = IntegerField(default=0)
        due_at = DateTimeField()
        finished_at = DateTimeField(null=True)
        report = TextField(default="")

        class Meta:
            indexes = ((("key", "sha256"), True),)

    db.create_tables([BundleKey, Delivery])
