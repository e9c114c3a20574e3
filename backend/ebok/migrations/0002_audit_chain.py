"""The audit log becomes append-only and chained; one applicant has one request waiting."""

from peewee import CharField, PostgresqlDatabase

SQLITE_TRIGGERS = (
    """CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    # INSERT OR REPLACE would delete without asking the trigger above.
    """CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
       WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
)
POSTGRES_TRIGGERS = (
    """CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    """CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE ON audit
       FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()""",
    """CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()""",
)
# Of requests that were sent twice at the very same moment the first one stays.
LEAVE_ONE_WAITING = """
UPDATE review SET decision = 'overtaken' WHERE decision = '' AND EXISTS (
  SELECT 1 FROM review AS first WHERE first.decision = '' AND first.id < review.id
  AND first.customer_code = review.customer_code AND first.email = review.email)
"""
ONE_WAITING = """
CREATE UNIQUE INDEX review_waiting ON review (customer_code, email) WHERE decision = ''
"""


def up(migrator, db):
    migrator.migrate(migrator.add_column("audit", "chain", CharField(default="")))
    is_postgres = isinstance(db, PostgresqlDatabase)
    for trigger in POSTGRES_TRIGGERS if is_postgres else SQLITE_TRIGGERS:
        db.execute_sql(trigger)
    db.execute_sql(LEAVE_ONE_WAITING)
    db.execute_sql(ONE_WAITING)
