"""Rate limits: how often something may be tried.

One row per limit and key, shared by all processes and kept over restarts. The key is stored as an
HMAC, so that the table is no list of who tried to register.

`consume` takes a try from a limit that success and failure use up alike. An `Allowance` counts
failures only (passwords).
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import CharField, CompositeKey, DateTimeField, IntegerField

from ebok import settings
from ebok.database import CLOCKS_DIFFER, Table, all_rows, first_row, is_ahead, now, rows_changed
from ebok.jobs import retention
from ebok.settings import Settings

LONGEST_WINDOW = timedelta(days=2)


class Limit(Table):
    """Number of tries of `key` under `name` since `started_at`."""

    name = CharField()
    key = CharField()
    started_at = DateTimeField(index=True)
    used = IntegerField()

    class Meta:
        table_name = "limit_used"
        primary_key = CompositeKey("name", "key")


# A window that starts in the future was started with a wrong clock: it is over.
OVER = "(limit_used.started_at <= {0} OR limit_used.started_at > {0})"
# One statement, so that two processes cannot both take the last try.
CONSUME = f"""
INSERT INTO limit_used (name, key, started_at, used) VALUES ({{0}}, {{0}}, {{0}}, 1)
ON CONFLICT (name, key) DO UPDATE SET
  used = CASE WHEN {OVER} THEN 1 ELSE limit_used.used + 1 END,
  started_at = CASE WHEN {OVER} THEN excluded.started_at ELSE limit_used.started_at END
RETURNING used
"""
BEGAN = "SELECT started_at FROM limit_used WHERE name = {0} AND key = {0}"
REFUND = "UPDATE limit_used SET used = used - 1 WHERE name = {0} AND key = {0} AND used > 0"


def consume(name: str, key: str, most: int, window: timedelta) -> bool:
    """Take one try; False if `most` were already taken in this window.

    A refused try is counted as well. Call it outside any transaction that a refusal rolls back.
    """
    moment = now()
    over = _over(moment, window)
    [[used]] = all_rows(CONSUME, name, hashed(key), str(moment), *over, *over)
    return used <= most


def _over(moment: datetime, window: timedelta) -> tuple[str, str]:
    """Parameters of OVER: a window is over if it began before the first or after the second."""
    return str(moment - window), str(moment + CLOCKS_DIFFER)


def time_left(name: str, key: str, window: timedelta) -> timedelta:
    """Remaining time of the window; zero if no try was taken in it."""
    row = first_row(BEGAN, name, hashed(key))
    return _left(Limit.started_at.python_value(row[0]), window) if row else timedelta()


def _left(started_at: datetime, window: timedelta) -> timedelta:
    moment = now()
    is_over = is_ahead(started_at, moment)
    return timedelta() if is_over else max(started_at + window - moment, timedelta())


def refund(name: str, key: str) -> None:
    """Give back the last try, because it succeeded."""
    rows_changed(REFUND, name, hashed(key))


def reset(name: str, key: str) -> None:
    """Forget all tries, because a person has looked into them."""
    rows_changed("DELETE FROM limit_used WHERE name = {0} AND key = {0}", name, hashed(key))


@dataclass(frozen=True)
class Allowance:
    """A number of failures per window. The last one starts a window in which every try waits.

    Call `waits` before the work, and after it `waits` again on success or `fail` on failure. Tries
    in progress take nothing, so many correct ones from one address pass at once; of many wrong ones
    sent at once, those that finish after the last failure learn nothing, not even whether they were
    right. Allowances used in one call must have different names.
    """

    name: str
    key: str
    most: int
    window: timedelta


def waits(*allowances: Allowance) -> list[timedelta]:
    """Remaining waiting time of each allowance; zero while failures are left. One statement."""
    mine = " OR ".join(["(name = {0} AND key = {0} AND used >= {0})"] * len(allowances))
    keys = [value for a in allowances for value in (a.name, hashed(a.key), a.most)]
    found = all_rows(f"SELECT name, started_at FROM limit_used WHERE {mine}", *keys)
    began: dict[str, datetime] = {
        name: Limit.started_at.python_value(started_at) for name, started_at in found
    }
    return [_left(began[a.name], a.window) if a.name in began else timedelta() for a in allowances]


def fail(*allowances: Allowance) -> list[int]:
    """Count a failure in each allowance and return the new counts. One statement.

    Call it outside any transaction that a refusal rolls back. Rows are locked in the given
    order, so use the same order everywhere.
    """
    moment, count = now(), len(allowances)
    rows = [value for a in allowances for value in (a.name, hashed(a.key), str(moment))]
    over = [value for a in allowances for value in (a.name, *_over(moment, a.window))]
    last = [value for a in allowances for value in (a.name, a.most - 1)]
    counted = all_rows(_failing(count), *rows, *over, *over, *last)
    used: dict[str, int] = dict(counted)
    return [used[a.name] for a in allowances]


def _failing(count: int) -> str:
    over = " OR ".join([f"(limit_used.name = {{0}} AND {OVER})"] * count)
    last = " OR ".join(["(limit_used.name = {0} AND limit_used.used = {0})"] * count)
    return f"""
    INSERT INTO limit_used (name, key, started_at, used)
    VALUES {", ".join(["({0}, {0}, {0}, 1)"] * count)}
    ON CONFLICT (name, key) DO UPDATE SET
      used = CASE WHEN {over} THEN 1 ELSE limit_used.used + 1 END,
      started_at = CASE WHEN {over} OR {last}
                   THEN excluded.started_at ELSE limit_used.started_at END
    RETURNING name, used
    """


def hashed(key: str) -> str:
    """The key as stored: an HMAC, useless without our secret."""
    secret = settings.current().secret_key.encode()
    return hmac.new(secret, b"limit:" + key.encode(), hashlib.sha256).hexdigest()


@retention
def forget_limits(moment: datetime, _settings: Settings) -> int:
    """Delete counters whose longest window is over or was started with a wrong clock."""
    is_over = (Limit.started_at < moment - LONGEST_WINDOW) | is_ahead(Limit.started_at, moment)
    return Limit.delete().where(is_over).execute()
