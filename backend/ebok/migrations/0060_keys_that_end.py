"""Until when a key for bundles is good."""

from peewee import *


def up(migrator, db):
    expires_at = DateTimeField(null=True)
    migrator.migrate(migrator.add_column("bundle_key", "expires_at", expires_at))
