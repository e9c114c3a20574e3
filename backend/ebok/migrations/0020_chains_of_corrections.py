"""Why a correction was made, and what it corrects besides its first invoice."""


def up(migrator, db):
    for column, kind in (("corrects_also", "TEXT"), ("correction_reason", "VARCHAR(512)")):
        db.execute_sql(f"ALTER TABLE invoice ADD COLUMN {column} {kind} NOT NULL DEFAULT ''")
