"""How often something may be tried.

A row per limit and key, shared by all processes and kept over restarts. The key is stored as an
HMAC: the table must not become a list of who tried to register.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from flask import current_app
from peewee import CharField, CompositeKey, DateTimeField, IntegerField

from ebok.database import Table, first_row, now, rows_changed
from ebok.tidying import tidy

LONGEST_WINDOW = timedelta(days=2)


class Limit(Table):
    """How often `key` was tried under `name` since `started_at`."""

    name = CharField()
    key = CharField()
    started_at = DateTimeField(index=True)
    used = IntegerField()

    class Meta:
        table_name = "limit_used"
        primary_key = CompositeKey("name", "key")


# One statement, so that two processes can never both take the last try: the database settles it.
SPEND = """
INSERT INTO limit_used (name, key, started_at, used) VALUES ({0}, {0}, {0}, 1)
ON CONFLICT (name, key) DO UPDATE SET
  used = CASE WHEN limit_used.started_at <= {0} THEN 1 ELSE limit_used.used + 1 END,
  started_at = CASE WHEN limit_used.started_at <= {0}
               THEN excluded.started_at ELSE limit_used.started_at END
RETURNING used
"""
BEGAN = "SELECT started_at FROM limit_used WHERE name = {0} AND key = {0}"
GIVE_BACK = "UPDATE limit_used SET used = used - 1 WHERE name = {0} AND key = {0} AND used > 0"


def spend(name: str, key: str, most: int, window: timedelta) -> bool:
    """Take one try from the limit; False when `most` were already taken in this window.

    A refused try is counted too. Call it outside of a transaction that a refusal would roll back.
    """
    moment = now()
    ended = str(moment - window)
    [used] = first_row(SPEND, name, hashed(key), str(moment), ended, ended)
    return used <= most


def time_left(name: str, key: str, window: timedelta) -> timedelta:
    """How long this window still lasts; nothing when no try was taken in it."""
    row = first_row(BEGAN, name, hashed(key))
    left = Limit.started_at.python_value(row[0]) + window - now() if row else timedelta()
    return max(left, timedelta())


def give_back(name: str, key: str) -> None:
    """Give the last try back: it was a good one."""
    rows_changed(GIVE_BACK, name, hashed(key))


def forgive(name: str, key: str) -> None:
    """Give all tries back."""
    Limit.delete().where((Limit.name == name) & (Limit.key == hashed(key))).execute()


def hashed(key: str) -> str:
    """The key as it is stored: useless to whoever reads the table without our secret."""
    secret = current_app.secret_key.encode()
    return hmac.new(secret, b"limit:" + key.encode(), hashlib.sha256).hexdigest()


@tidy
def forget_limits(moment: datetime, _settings) -> int:
    """Counters whose longest window is over."""
    return Limit.delete().where(Limit.started_at < moment - LONGEST_WINDOW).execute()
