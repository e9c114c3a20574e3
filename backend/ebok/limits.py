"""How often something may be tried.

A row per limit and key, shared by all processes and kept over restarts. The key is stored as an
HMAC: the table must not become a list of who tried to register.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from flask import current_app
from peewee import CharField, CompositeKey, DateTimeField, IntegerField

from ebok.database import Table, database, now
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


def spend(name: str, key: str, most: int, window: timedelta) -> bool:
    """Take one try from the limit; False when `most` were already taken in this window.

    A refused try is counted too. Call it outside of a transaction that a refusal would roll back.
    """
    moment = now()
    ended = moment - window
    sql = SPEND.format(database.param)
    cursor = database.execute_sql(
        sql, (name, hashed(key), _text(moment), _text(ended), _text(ended))
    )
    return cursor.fetchone()[0] <= most


def time_left(name: str, key: str, window: timedelta) -> timedelta:
    """How long this window still lasts; nothing when no try was taken in it."""
    row = Limit.get_or_none((Limit.name == name) & (Limit.key == hashed(key)))
    left = row.started_at + window - now() if row else timedelta()
    return max(left, timedelta())


def give_back(name: str, key: str) -> None:
    """Give the last try back: it was a good one."""
    mine = (Limit.name == name) & (Limit.key == hashed(key)) & (Limit.used > 0)
    Limit.update(used=Limit.used - 1).where(mine).execute()


def forgive(name: str, key: str) -> None:
    """Give all tries back."""
    Limit.delete().where((Limit.name == name) & (Limit.key == hashed(key))).execute()


def hashed(key: str) -> str:
    """The key as it is stored: useless to whoever reads the table without our secret."""
    secret = current_app.secret_key.encode()
    return hmac.new(secret, b"limit:" + key.encode(), hashlib.sha256).hexdigest()


def _text(moment):
    # The same form in which Peewee stores a DateTimeField, so that the two compare.
    return str(moment)


@tidy
def forget_limits(moment: datetime, _settings) -> int:
    """Counters whose longest window is over."""
    return Limit.delete().where(Limit.started_at < moment - LONGEST_WINDOW).execute()
