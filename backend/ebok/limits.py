"""How often something may be tried.

A row per limit and key, shared by all processes and kept over restarts. The key is stored as an
HMAC: the table must not become a list of who tried to register.

What is used up by the deed itself, right or wrong, is spent (`spend`). Of what only failures use up
(passwords) nothing is taken beforehand: see `Allowance`.
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
    """How often `key` was tried under `name` since `started_at`."""

    name = CharField()
    key = CharField()
    started_at = DateTimeField(index=True)
    used = IntegerField()

    class Meta:
        table_name = "limit_used"
        primary_key = CompositeKey("name", "key")


# A window that begins in the future was begun by a clock that was ahead: it is over.
OVER = "(limit_used.started_at <= {0} OR limit_used.started_at > {0})"
# One statement, so that two processes can never both take the last try: the database settles it.
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
    """Take one try from the limit; False when `most` were already taken in this window.

    A refused try is counted too. Call it outside of a transaction that a refusal would roll back.
    """
    moment = now()
    over = _over(moment, window)
    [[used]] = all_rows(CONSUME, name, hashed(key), str(moment), *over, *over)
    return used <= most


def _over(moment: datetime, window: timedelta) -> tuple[str, str]:
    """What stands in OVER: windows that began until the first, or after the second, are over."""
    return str(moment - window), str(moment + CLOCKS_DIFFER)


def time_left(name: str, key: str, window: timedelta) -> timedelta:
    """How long this window still lasts; nothing when no try was taken in it."""
    row = first_row(BEGAN, name, hashed(key))
    return _left(Limit.started_at.python_value(row[0]), window) if row else timedelta()


def _left(started_at: datetime, window: timedelta) -> timedelta:
    moment = now()
    is_over = is_ahead(started_at, moment)
    return timedelta() if is_over else max(started_at + window - moment, timedelta())


def refund(name: str, key: str) -> None:
    """Give the last try back: it was a good one."""
    rows_changed(REFUND, name, hashed(key))


@dataclass(frozen=True)
class Allowance:
    """So many failures in a window; with the last of them a window begins in which all wait.

    Look at it before the work (`waits`) and after it: again `waits` when it was right, `fail` when
    not. What is on its way takes nothing, so that the right ones of a whole housing estate pass at
    once; and of many wrong ones at once those that come back after the last learn nothing, not even
    that they were right. No two allowances that are looked at together have one name.
    """

    name: str
    key: str
    most: int
    window: timedelta


def waits(*allowances: Allowance) -> list[timedelta]:
    """How long each of them is still used up; nothing while a failure is left. One statement."""
    mine = " OR ".join(["(name = {0} AND key = {0} AND used >= {0})"] * len(allowances))
    keys = [value for a in allowances for value in (a.name, hashed(a.key), a.most)]
    found = all_rows(f"SELECT name, started_at FROM limit_used WHERE {mine}", *keys)
    began: dict[str, datetime] = {
        name: Limit.started_at.python_value(started_at) for name, started_at in found
    }
    return [_left(began[a.name], a.window) if a.name in began else timedelta() for a in allowances]


def fail(*allowances: Allowance) -> list[int]:
    """Count a failure in each, and tell how many each has now. One statement.

    Call it outside of a transaction that a refusal would roll back. Rows are locked in the order
    given: give them in the same one everywhere.
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
    """The key as it is stored: useless to whoever reads the table without our secret."""
    secret = settings.current().secret_key.encode()
    return hmac.new(secret, b"limit:" + key.encode(), hashlib.sha256).hexdigest()


@retention
def forget_limits(moment: datetime, _settings: Settings) -> int:
    """Counters whose longest window is over, or was begun by a clock that was ahead."""
    is_over = (Limit.started_at < moment - LONGEST_WINDOW) | is_ahead(Limit.started_at, moment)
    return Limit.delete().where(is_over).execute()
