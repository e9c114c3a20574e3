"""The ledger: invoices, corrections, notes and payments in one list, with a running balance.

The running balance is computed backwards from today's balance. What the entries do not explain
(documents older than the mirror) becomes the opening balance, so that page, CSV and PDF agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ebok.billing.models import Import
from ebok.database import Row, all_rows, first_row, is_postgres, snapshot
from ebok.invoices.models import JPK_FA, Invoice
from ebok.payments import operations_balance as balance
from ebok.payments.errors import UnknownPlace
from ebok.payments.models import PaymentOrder

FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)

# In SQL, because Peewee cannot express a window over a union clearly. Payments come after the
# documents of their day. Keys are compared bytewise on both databases, so that both sort alike.
RUNNING = """
WITH entry AS (
  SELECT issued_on AS on_day, 0 AS place, number COLLATE {collation} AS id, kind, public_id,
    number, '' AS title, due_on, gross_grosze AS amount
  FROM invoice WHERE customer_code = {value} AND kind <> 'call' AND history_from <> '{jpk}'
  UNION ALL
  SELECT booked_on, 1, payment_id COLLATE {collation}, 'payment', '',
    invoice_number, title, NULL, -amount_grosze
  FROM payment WHERE customer_code = {value}
), running AS (
  SELECT entry.*, SUM(amount) OVER (
    ORDER BY on_day, place, id ROWS UNBOUNDED PRECEDING) AS running
  FROM entry
)
"""
SUMS = """
SELECT COALESCE(SUM(amount), 0),
  COALESCE(SUM(CASE WHEN on_day < {value} THEN amount ELSE 0 END), 0),
  COALESCE(SUM(CASE WHEN on_day <= {value} THEN amount ELSE 0 END), 0)
FROM running
"""
PAGE = """
SELECT on_day, place, id, kind, public_id, number, title, due_on, amount, running
FROM running WHERE on_day BETWEEN {value} AND {value} {before}
ORDER BY on_day DESC, place DESC, id DESC LIMIT {value}
"""
INSTALMENTS = """
SELECT t.invoice_number, t.due_on FROM invoice AS i
JOIN instalment AS t ON t.invoice_number = i.number
WHERE i.customer_code = {0} ORDER BY t.due_on
"""
BEFORE = "AND (on_day, place, id) < ({value}, {value}, {value})"
ALL_OF_THEM = 1_000_000_000


@dataclass(frozen=True)
class Entry:
    """An entry. `amount_grosze` is added to the balance: negative for a payment."""

    on: date
    place: int
    id: str
    kind: str
    public_id: str
    number: str
    title: str
    due_days: tuple[date, ...]
    amount_grosze: int
    balance_grosze: int

    @property
    def due_on(self) -> date | None:
        """The first of its due dates."""
        return next(iter(self.due_days), None)

    @property
    def where(self) -> str:
        """Its position as the cursor for the next page."""
        return f"{self.on}_{self.place}_{self.id}"


@dataclass(frozen=True)
class Ledger:
    """The entries of a period, newest first, and the balance before and after the whole of it.

    `waiting` (paid online, not booked) and `lost` (never arrived) are not among the entries.
    """

    since: date | None
    until: date | None
    as_of: datetime | None
    opening_grosze: int
    closing_grosze: int
    entries: list[Entry]
    next: str | None
    waiting: list[PaymentOrder]
    lost: list[PaymentOrder]


def show(
    customer_code: str, since: date | None, until: date | None, after: str = "", limit: int = 0
) -> Ledger:
    """The ledger from `since` to `until`, both inclusive; `limit` entries, or all.

    `after` is the `next` of the page before. Raises UnknownPlace if it cannot be decoded.
    """
    place = _read_place(after) if after else None
    with snapshot():
        total, before, upto = _sums(customer_code, since or FIRST, until or LAST)
        owed = balance.of_customer(customer_code)
        rows = _rows(customer_code, since or FIRST, until or LAST, place, limit)
        days, as_of = _instalments(customer_code), Import.as_of()
    brought = owed.net_grosze - total
    entries = [_entry(row, brought, days) for row in rows[: limit or len(rows)]]
    following = entries[-1].where if limit and len(rows) > limit else None
    sums = brought + before, brought + upto
    return Ledger(since, until, as_of, *sums, entries, following, owed.waiting, owed.lost)


def _instalments(customer_code: str) -> dict[str, list[date]]:
    """Number -> due dates of this customer's invoices with instalments."""
    found: dict[str, list[date]] = {}
    for number, due_on in all_rows(INSTALMENTS, customer_code):
        found.setdefault(number, []).append(Invoice.due_on.python_value(due_on))
    return found


def _read_place(after: str) -> tuple[str, int, str]:
    day, _, rest = after.partition("_")
    place, _, key = rest.partition("_")
    try:
        return str(date.fromisoformat(day)), ("0", "1").index(place), key
    except ValueError:
        raise UnknownPlace() from None


def _sums(customer_code: str, since: date, until: date) -> tuple[int, int, int]:
    row = first_row(_sql(SUMS), customer_code, customer_code, str(since), str(until))
    total, before, upto = map(int, row)  # pyright: ignore[reportArgumentType]
    return total, before, upto


def _rows(customer_code: str, since: date, until: date, place: Any, limit: int) -> list[Row]:
    values = [customer_code, customer_code, str(since), str(until), *(place or ())]
    most = limit + 1 if limit else ALL_OF_THEM
    return all_rows(_sql(PAGE, BEFORE if place else ""), *values, most)


def _sql(question: str, before: str = "") -> str:
    whole = RUNNING + question.replace("{before}", before)
    collation = '"C"' if is_postgres() else "BINARY"
    whole = whole.replace("{collation}", collation).replace("{jpk}", JPK_FA)
    return whole.replace("{value}", "{0}")


def _entry(row: Sequence[Any], brought: int, days: dict[str, list[date]]) -> Entry:
    day, place, key, kind, public_id, number, title, due_on, amount, running = row
    read = Invoice.due_on.python_value
    sums = int(amount), brought + int(running)
    own = (read(due_on),) if due_on else ()
    due_days = tuple(days.get(number, own)) if kind != "payment" else ()
    return Entry(read(day), place, key, kind, public_id, number, title, due_days, *sums)
