"""Every page says how fresh the mirror is: found by an index instead of a sort of all imports."""


def up(migrator, db):
    db.execute_sql("CREATE INDEX billing_import_as_of_at ON billing_import (as_of_at)")
