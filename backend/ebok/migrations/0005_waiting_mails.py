"""An index of the mails that wait, in the order in which they leave.

Without it Postgres sorts all of a town's mails for each batch that is claimed: it does not see that
the older index has them in order behind two columns that are NULL.
"""


def up(_migrator, db) -> None:
    """Add the index."""
    db.execute_sql(
        "CREATE INDEX mail_waiting ON mail (priority, due_at, id)"
        " WHERE sent_at IS NULL AND failed_at IS NULL"
    )
