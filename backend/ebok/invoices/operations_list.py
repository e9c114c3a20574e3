"""The list of a customer's invoices: newest first, filtered, searched, in pages by key.

A page begins after the last invoice of the one before, told by its day and number. So nothing is
shown twice or left out when new invoices arrive, and the hundredth page costs what the first does.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from peewee import SQL, ColumnBase, Expression, ModelSelect, Tuple, fn

from ebok.database.prepared import prepared
from ebok.invoices.models import CALL, Invoice
from ebok.invoices.operations_dues import Asked
from ebok.values import normalize

PAGE = 25
MOST = 100
FILTERS = ("due", "overdue", "paid", "credit", "correction", CALL)
SEPARATORS = " -/_.\\"
"""What billing systems put between the parts of a number; a KSeF number has dashes alone."""
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
    """Which invoices are asked for; what is empty does not matter. `state` is one of `FILTERS`.

    `number` is a part of a number or a KSeF number as it was typed; `after` the day and the number
    that the page before ended with.
    """

    state: str = ""
    year: int = 0
    point: str = ""
    number: str = ""
    after: tuple[date, str] | None = None
    limit: int = PAGE


@dataclass(frozen=True)
class Page:
    """Some invoices of the list; `next` is the cursor of the page after, None on the last.

    `total` counts the whole list, and is known on its first page only.
    """

    invoices: list[Invoice]
    total: int | None
    next: str | None


def page(customer_code: str, wanted: Wanted, asked: Mapping[str, Asked], today: date) -> Page:
    """One page of this customer's invoices; `asked` is what they still ask for, by number."""
    # One more than fits tells whether there is a page after.
    most = wanted.limit + 1
    if wanted == Wanted(limit=wanted.limit):
        rows, count = _newest.all(customer_code, most), partial(_count, customer_code)
    else:
        found = _found(customer_code, wanted, asked, today)
        later = found.where(_key() < Tuple(*wanted.after)) if wanted.after else found
        rows, count = list(_ordered(later).limit(most)), found.count
    shown, has_more = rows[: wanted.limit], len(rows) > wanted.limit
    total = None
    if not wanted.after:
        total = count() if has_more else len(shown)
    return Page(shown, total, cursor(shown[-1]) if has_more else None)


def years(customer_code: str) -> list[int]:
    """The years from the newest invoice's to the oldest's: both are ends of the index."""
    first, last = _span.first(customer_code)
    return list(range(last.year, first.year - 1, -1)) if first else []


def cursor(invoice: Invoice) -> str:
    """Where the page after this invoice begins: not a secret, and nothing to be read."""
    key = f"{invoice.issued_on.isoformat()}{invoice.number}"
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[date, str] | None:
    """The day and number in a cursor; None when it is not one of ours."""
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        return date.fromisoformat(key[:10]), _storable(key[10:])
    except (binascii.Error, ValueError):
        return None


def bare(text: str) -> str:
    """The letters and digits of a number as somebody types it, raised: nothing else is compared."""
    return "".join(c for c in normalize.invoice_number(text) if c.isalnum())


def _storable(number: str) -> str:
    # Postgres has no texts with a zero byte, and would fail instead of finding nothing.
    if not number.isprintable():
        raise ValueError
    return number


def _key() -> Tuple:
    return Tuple(Invoice.issued_on, Invoice.number)


def _count(customer_code: str) -> int:
    return _counted.first(customer_code)[0]


@prepared
def _newest(customer_code, most):
    return _ordered(_of(customer_code)).limit(most)


@prepared
def _counted(customer_code):
    return Invoice.select(fn.COUNT(SQL("*"))).where(Invoice.customer == customer_code)


@prepared
def _span(customer_code):
    span = Invoice.select(fn.MIN(Invoice.issued_on), fn.MAX(Invoice.issued_on))
    return span.where(Invoice.customer == customer_code)


def _of(customer_code: str) -> "ModelSelect[Invoice]":
    return Invoice.select(*SHOWN).where(Invoice.customer == customer_code)


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
    """What is waiting to be booked, or covered by credit, stands among what is paid."""
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
    """Whether either number has this in it, whatever stands between its letters and digits.

    Compared row by row, within one customer's invoices: tens of milliseconds where they are 5,000.
    """
    wanted = bare(number)
    # SQLite knows the case of ASCII only: Ł is looked for as ł, too.
    lowered = "".join(c if c.isascii() else c.lower() for c in wanted)
    columns = (_without(SEPARATORS, Invoice.number), _without("-", Invoice.ksef_number))
    # Letters and digits only: nothing in them that LIKE would take for a joker.
    tries = [column ** f"%{text}%" for column in columns for text in {wanted, lowered}]
    found = tries[0]
    for one in tries[1:]:
        found = found | one
    return found


def _without(separators: str, column: ColumnBase) -> ColumnBase:
    for separator in separators:
        column = fn.REPLACE(column, separator, "")
    return column
