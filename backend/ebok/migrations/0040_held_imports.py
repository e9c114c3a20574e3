"""Imports can be held, and taken back one after the other; mails know what sum they told."""

from peewee import *

ADDED = (
    ("billing_import", "state", "VARCHAR(255) NOT NULL DEFAULT 'applied'"),
    ("billing_import", "report", "TEXT NOT NULL DEFAULT ''"),
    ("billing_import", "bundle", "VARCHAR(255) NOT NULL DEFAULT ''"),
    ("billing_import", "published_as", "INTEGER"),
    ("billing_import", "is_forgotten", "{truth} NOT NULL DEFAULT {no}"),
    ("notification", "told_gross_grosze", "BIGINT"),
    ("notification", "told_due_on", "DATE"),
    ("notification", "told_account", "VARCHAR(255) NOT NULL DEFAULT ''"),
)
# Until now only what the last one replaced was kept.
FORGOTTEN = """
UPDATE billing_import SET is_forgotten = {yes}
WHERE id < (SELECT max(id) FROM billing_import)
"""
# What the mails that have left told, as far as it can still be known.
TOLD = """
UPDATE notification SET told_gross_grosze = i.gross_grosze, told_due_on = i.due_on,
told_account = i.bank_account FROM invoice AS i
WHERE i.number = notification.invoice_number AND notification.kind = 'invoice'
AND notification.accepted_at IS NOT NULL
"""


def up(_migrator, db) -> None:
    """Add the columns and tables, and what is known for the rows that are there."""
    is_postgres = isinstance(db, PostgresqlDatabase)
    truth, yes, no = ("BOOLEAN", "true", "false") if is_postgres else ("INTEGER", "1", "0")
    for table, column, kind in ADDED:
        kind = kind.format(truth=truth, no=no)
        db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "{column}" {kind}')
    db.execute_sql(FORGOTTEN.format(yes=yes))
    db.execute_sql(TOLD)
    _create_tables(db)


def _create_tables(db) -> None:
    class Import(Model):
        class Meta:
            database = db
            legacy_table_names = False
            table_name = "billing_import"

    class ImportFile(Model):
        import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
        name = CharField(index=True)
        as_of_at = DateTimeField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "billing_import_file"
            primary_key = CompositeKey("import_", "name")

    class Sample(Model):
        import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
        facts = TextField()
        pdf_name = CharField(default="")
        created_at = DateTimeField()

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "mail_sample"

    db.create_tables([ImportFile, Sample])
