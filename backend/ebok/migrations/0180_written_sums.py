"""What a mail says is kept as it is written: what it told is not read off the invoice later."""

COLUMNS = (
    ("written_gross_grosze", "BIGINT"),
    ("written_due_on", "DATE"),
    ("written_account", "VARCHAR(255) NOT NULL DEFAULT ''"),
)


def up(migrator, db):
    for name, type_ in COLUMNS:
        db.execute_sql(f"ALTER TABLE notification ADD COLUMN {name} {type_}")
