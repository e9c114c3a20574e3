"""Common columns of rows that wait for a one-time code."""

from datetime import datetime, timedelta

from peewee import CharField, DateTimeField, IntegerField

from ebok.database import Table, is_ahead, rows_changed
from ebok.tokens import hash_code


class WaitsForCode(Table):
    """Abstract base of tables with a one-time code.

    `code_hash` is empty until the worker generates the code while sending the mail.
    """

    CODE_PURPOSE = "code"
    """A code is good for one purpose only."""
    CODE_RESENDS = "code-resends"
    """Name of the limit of resends."""
    CODE_COUNTS = ""
    """Further SQL condition for an attempt to be counted."""

    email: "CharField[str]"
    code_hash: "CharField[str]"
    code_asked_at: "DateTimeField[datetime]"
    code_expires_at: "DateTimeField[datetime | None]"
    code_attempts_left: "IntegerField[int]"

    def hash_of(self, code: str) -> str:
        """The HMAC of a code of this row; useless for another row or purpose."""
        return hash_code(self.id, code, self.CODE_PURPOSE)

    def ask_again(self, moment: datetime, pause: timedelta) -> bool:
        """Record a request for another code. False if the last one was less than `pause` ago."""
        cls = type(self)
        asked = cls.update(code_asked_at=moment)
        due = (cls.code_asked_at <= moment - pause) | is_ahead(cls.code_asked_at, moment)
        return bool(asked.where((cls.id == self.id) & due).execute())

    def spend_attempt(self, moment: datetime) -> bool:
        """Take one of the attempts; False when none is left or the code is too old.

        One UPDATE whose row count is the answer: the database settles a race.
        """
        cls = type(self)
        table = cls._meta.table_name
        left, until = cls.code_attempts_left.column_name, cls.code_expires_at.column_name
        taken = f"""
        UPDATE {table} SET {left} = {left} - 1
        WHERE id = {{0}} AND {left} > 0 AND {until} > {{0}} {self.CODE_COUNTS}
        """
        return bool(rows_changed(taken, self.id, str(moment)))
