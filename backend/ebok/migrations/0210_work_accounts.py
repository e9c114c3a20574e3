"""A member of the staff logs in with the account that an OpenID Connect provider knows."""

from peewee import CharField


def up(migrator, db) -> None:
    """Which account of which provider is whose: one of nobody else who works here."""
    migrator.migrate(
        migrator.add_column("staff_member", "provider_issuer", CharField(default="")),
        migrator.add_column("staff_member", "provider_subject", CharField(default="")),
    )
    db.execute_sql(
        'CREATE UNIQUE INDEX "staff_member_provider_open" ON "staff_member"'
        ' ("provider_issuer", "provider_subject")'
        ' WHERE ("provider_subject" != \'\' AND "removed_at" IS NULL)'
    )
