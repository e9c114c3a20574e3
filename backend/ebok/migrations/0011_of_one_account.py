"""Registrations and changes for billing name the account that they were made for.

By customer code alone what belonged to an account that was closed passed to the next one of that
code. A consent names who gave it.
"""

from peewee import PostgresqlDatabase

REGISTRATIONS = """
UPDATE registration SET account_id = (
  SELECT max(a.id) FROM account AS a WHERE a.customer_code = registration.customer_code
  AND a.opened_at <= registration.finished_at
  AND (a.closed_at IS NULL OR a.closed_at >= registration.finished_at))
WHERE finished_at IS NOT NULL
"""
# That it was closed is told a moment after it was: the last one opened before is the one.
OUTGOING = """
UPDATE outgoing SET account_id = (
  SELECT max(a.id) FROM account AS a WHERE a.customer_code = outgoing.customer_code
  AND a.opened_at <= outgoing.happened_at)
"""


def up(_migrator, db):
    is_postgres = isinstance(db, PostgresqlDatabase)
    truth, no, yes = ("BOOLEAN", "false", "true") if is_postgres else ("INTEGER", "0", "1")
    opened = "account_id INTEGER REFERENCES account (id)"
    db.execute_sql(f"ALTER TABLE registration ADD COLUMN {opened}")
    db.execute_sql("ALTER TABLE outgoing ADD COLUMN account_id INTEGER")
    db.execute_sql("ALTER TABLE consent ADD COLUMN actor VARCHAR(255) NOT NULL DEFAULT 'customer'")
    paper = f"ADD COLUMN wants_paper {truth} NOT NULL DEFAULT {no}"
    db.execute_sql(f"ALTER TABLE account {paper}")
    db.execute_sql(f"UPDATE account SET wants_paper = {yes} WHERE bounced_at IS NOT NULL")
    change = "INTEGER REFERENCES email_change (id) ON DELETE CASCADE"
    db.execute_sql(f"ALTER TABLE link ADD COLUMN email_change_id {change}")
    db.execute_sql("CREATE INDEX outgoing_account_id ON outgoing (account_id)")
    db.execute_sql(REGISTRATIONS)
    db.execute_sql(OUTGOING)
