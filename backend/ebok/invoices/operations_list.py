"""The list of a customer's invoices: newest first, filtered, searched, in pages by key.

A page begins after the day and number of the last invoice on the page before (keyset pagination),
so nothing is repeated or skipped when invoices arrive, and every page costs the same.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from peewee import SQL, Case, ColumnBase, Expression, ModelSelect, Tuple, fn

from ebok.database import tuples
from ebok.database.prepared import prepared
from ebok.invoices.models import CALL, Invoice
from ebok.invoices.operations_dues import Asked
from ebok.values import normalize

PAGE = 25
MOST = 100
FILTERS = ("due", "overdue", "paid", "credit", "correction", CALL)
SEPARATORS = " -/_.\\"
"""Separators in invoice numbers; KSeF numbers have dashes only."""
SHOWN = (
    Invoice.number,
    Invoice.public_id,
    Invoice.kind,
    Invoice.issued_on,
    Invoice.period_from,
    Invoice.period_to,
    Invoice.due_on,
    Invoice.gross_grosze,
    Invoice.outstanding_grosze,
    Invoice.history_from,
)


@dataclass(frozen=True)
class Wanted:
    """Filters; empty ones match everything. `state` is one of `FILTERS`.

    `number`: a part of an invoice or KSeF number as typed. `after`: day and number of the last
    invoice on the page before.
    """

    state: str = ""
    year: int = 0
    point: str = ""
    number: str = ""
    after: tuple[date, str] | None = None
    limit: int = PAGE


@dataclass(frozen=True)
class Page:
    """A page of the list; `next` is the cursor of the next page, None on the last.

    `total` counts the whole list, on the first page only; `by_year`, on every page, has each year
    in which some of the list's invoices were issued and their number, newest first. `counts` has
    the number in each state, and in `all`, that match the other filters.
    """

    invoices: list[Invoice]
    total: int | None
    counts: dict[str, int]
    by_year: list[tuple[int, int]]
    next: str | None


def page(customer_code: str, wanted: Wanted, asked: Mapping[str, Asked], today: date) -> Page:
    """A page of this customer's invoices; `asked`: invoice number -> what is left to pay."""
    # One row more than fits tells whether there is a next page.
    most = wanted.limit + 1
    if wanted == Wanted(limit=wanted.limit):
        rows, count = _newest.all(customer_code, most), partial(_counted.all, customer_code)
    else:
        found = _found(customer_code, wanted, asked, today)
        later = found.where(_key() < Tuple(*wanted.after)) if wanted.after else found
        rows, count = list(_ordered(later).limit(most)), partial(list, _by_year(found).tuples())
    shown, has_more = rows[: wanted.limit], len(rows) > wanted.limit
    if has_more or wanted.after:
        counts = {int(year): many for year, many in count()}
    else:
        counts = Counter(invoice.issued_on.year for invoice in shown)
    total = None if wanted.after else sum(counts.values())
    by_year = sorted(counts.items(), reverse=True)
    by_state = counted(customer_code, wanted, asked, today)
    return Page(shown, total, by_state, by_year, cursor(shown[-1]) if has_more else None)


def counted(
    customer_code: str, wanted: Wanted, asked: Mapping[str, Asked], today: date
) -> dict[str, int]:
    """The number of invoices in each state, and in `all`, that match the other filters."""
    cases = [Case(None, [(_is(state, asked, today), 1)], 0) for state in FILTERS]
    every = _found(customer_code, replace(wanted, state=""), asked, today)
    sums = (fn.COALESCE(fn.SUM(one), 0) for one in cases)
    [row] = tuples(every.select(fn.COUNT(SQL("*")), *sums))
    return dict(zip(("all", *FILTERS), map(int, row), strict=True))


def years(customer_code: str) -> list[int]:
    """All years from the newest invoice's to the oldest's, read from both ends of the index."""
    first, last = _span.first(customer_code)
    return list(range(last.year, first.year - 1, -1)) if first else []


def cursor(invoice: Invoice) -> str:
    """Opaque, unsigned cursor of the page after this invoice."""
    key = f"{invoice.issued_on.isoformat()}{invoice.number}"
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[date, str] | None:
    """The day and number in a cursor; None if it cannot be decoded."""
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        return date.fromisoformat(key[:10]), _storable(key[10:])
    except (binascii.Error, ValueError):
        return None


def bare(text: str) -> str:
    """Letters and digits of a typed number in upper case: what searches compare."""
    return "".join(c for c in normalize.invoice_number(text) if c.isalnum())


def _storable(number: str) -> str:
    # Postgres raises on text with a zero byte.
    if not number.isprintable():
        raise ValueError
    return number


def _key() -> Tuple:
    return Tuple(Invoice.issued_on, Invoice.number)


@prepared
def _newest(customer_code: str, most: int):
    return _ordered(_of(customer_code)).limit(most)


@prepared
def _counted(customer_code: str):
    return _by_year(_of(customer_code))


@prepared
def _span(customer_code: str):
    span = Invoice.select(fn.MIN(Invoice.issued_on), fn.MAX(Invoice.issued_on))
    return span.where(Invoice.customer == customer_code)


def _of(customer_code: str) -> "ModelSelect[Invoice]":
    return Invoice.select(*SHOWN).where(Invoice.customer == customer_code)


def _by_year(found: "ModelSelect[Invoice]") -> "ModelSelect[Invoice]":
    """The years of these invoices, each with their number."""
    year = fn.SUBSTR(Invoice.issued_on.cast("TEXT"), 1, 4)
    # By position: Postgres takes the same expression with other placeholders for another one.
    return found.select(year, fn.COUNT(SQL("*"))).group_by(SQL("1"))


def _ordered(found: "ModelSelect[Invoice]") -> "ModelSelect[Invoice]":
    return found.order_by(Invoice.issued_on.desc(), Invoice.number.desc())


def _found(
    customer_code: str, wanted: Wanted, asked: Mapping[str, Asked], today: date
) -> "ModelSelect[Invoice]":
    found = _of(customer_code)
    if wanted.state:
        found = found.where(_is(wanted.state, asked, today))
    if wanted.year:
        days = date(wanted.year, 1, 1), date(wanted.year, 12, 31)
        found = found.where(Invoice.issued_on.between(*days))
    if wanted.point:
        found = found.where(Invoice.point_code == wanted.point)
    return found.where(_has(wanted.number)) if wanted.number else found


def _is(state: str, asked: Mapping[str, Asked], today: date) -> Expression:
    """Condition for a state; "paid" includes "waiting" and "covered"."""
    owed = Invoice.outstanding_grosze
    is_correction, is_call = Invoice.kind == "correction", Invoice.kind == CALL
    due = [number for number, each in asked.items() if each.left_grosze]
    late = [number for number, each in asked.items() if each.late(today)]
    nothing_left = [number for number, each in asked.items() if not each.left_grosze]
    return {
        "due": Invoice.number.in_(due),
        "overdue": Invoice.number.in_(late),
        "paid": ((owed == 0) & ~is_correction & ~is_call) | Invoice.number.in_(nothing_left),
        "credit": (owed < 0) & ~is_call,
        CALL: is_call,
        "correction": is_correction,
    }[state]


def _has(number: str) -> Expression:
    """Condition: invoice or KSeF number contains `number`, ignoring separators and case.

    A scan of one customer's invoices: tens of milliseconds for 5,000.
    """
    wanted = bare(number)
    # SQLite's UPPER handles ASCII only, so Ł is searched as ł, too.
    lowered = "".join(c if c.isascii() else c.lower() for c in wanted)
    columns = (_without(SEPARATORS, Invoice.number), _without("-", Invoice.ksef_number))
    # Only letters and digits, so no LIKE wildcard needs escaping.
    tries = [column ** f"%{text}%" for column in columns for text in {wanted, lowered}]
    found = tries[0]
    for one in tries[1:]:
        found = found | one
    return found


def _without(separators: str, column: ColumnBase) -> ColumnBase:
    for separator in separators:
        column = fn.REPLACE(column, separator, "")
    return column
