"""Why mails come back: no more is every report proof that an address is dead."""

from peewee import *


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("bounce", "kind", CharField(default="")),
        migrator.add_column("bounce", "cleared_at", DateTimeField(null=True)),
        migrator.add_column("account", "bounce_kind", CharField(default="")),
    )
    # What was final marked the account at once; nobody is unmarked by an upgrade.
    db.execute_sql("UPDATE bounce SET kind = 'delayed' WHERE NOT is_final")
    db.execute_sql("UPDATE bounce SET kind = 'dead' WHERE is_final")
    db.execute_sql("UPDATE account SET bounce_kind = 'dead' WHERE bounced_at IS NOT NULL")
