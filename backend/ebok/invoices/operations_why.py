"""*Czemu tyle?*: splits the difference to the previous invoice into causes, to the grosz.

The change of quantity q is valued at the old price p, the change of price at the new quantity, so
the effects add up exactly: (q₁ − q₀)·p₀ + q₁·(p₁ − p₀) = q₁p₁ − q₀p₀. If the periods have d₀ and d₁
days, the quantity effect is split into days (same daily use over the other length) and use:
(q₀·d₁/d₀ − q₀)·p₀ + (q₁ − q₀·d₁/d₀)·p₀. All amounts are gross. They are exact fractions until the
parts are rounded so that they add up to the difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from ebok.database.prepared import prepared
from ebok.invoices.models import Invoice, InvoiceLine
from ebok.invoices.operations_kinds import BOTH, SEWAGE, WATER
from ebok.invoices.operations_lines import Thing, things

KINDS = ("days", "use", "price", "corrections", "interest", "one_off", "other", "rounding")
ORDINARY = ("", "VAT", "UPR")
"""Kinds of FA(3) whose invoices can be compared: an advance, say, bills no period."""
ABOUT_AS_MUCH = Fraction(1, 100)
USED = (BOTH, WATER, SEWAGE)
"""Kinds whose cubic metres are compared."""

Things = dict[tuple[str, str], Thing]


@dataclass(frozen=True)
class Bill:
    """An invoice with its lines."""

    invoice: Invoice
    lines: Sequence[InvoiceLine]

    @property
    def days(self) -> int | None:
        """Days billed, first and last included; None without a period."""
        first, last = self.invoice.period_from, self.invoice.period_to
        return (last - first).days + 1 if first and last and first <= last else None

    @property
    def months(self) -> int:
        """Whole calendar months billed, else 0."""
        first, last = self.invoice.period_from, self.invoice.period_to
        if not first or not last or not self.days:
            return 0
        if first.day != 1 or (last + timedelta(days=1)).day != 1:
            return 0
        return (last.year - first.year) * 12 + last.month - first.month + 1


@dataclass(frozen=True)
class Why:
    """The difference to `before`. `parts`: kind of `KINDS` -> grosze, zero parts omitted.

    `used`: kind of `USED` -> cubic metres before and now, if both are known. `dearer_grosze`: rise
    of the total price of a cubic metre. `is_known`: false if an invoice has no lines to compare.
    """

    before: Bill
    now: Bill
    parts: dict[str, int]
    is_known: bool
    used: dict[str, tuple[Fraction, Fraction]] = field(default_factory=dict)
    dearer_grosze: Fraction | None = None

    @property
    def difference_grosze(self) -> int:
        """Gross now minus gross before."""
        return self.now.invoice.gross_grosze - self.before.invoice.gross_grosze

    @property
    def lengths(self) -> tuple[int, int] | None:
        """Days before and now, or None if the periods are equally long (any two months are)."""
        return _lengths(self.before, self.now)

    @property
    def daily(self) -> tuple[Fraction, Fraction] | None:
        """Cubic metres a day before and now; None if lengths are equal or usage is unknown."""
        if not self.lengths or not self.used:
            return None
        before, now = next(iter(self.used.values()))
        return before / self.lengths[0], now / self.lengths[1]


def is_comparable(invoice: Invoice) -> bool:
    """Whether *Czemu tyle?* applies: not to corrections and notes."""
    return invoice.kind == "invoice" and invoice.ksef_kind in ORDINARY


def find_before(invoice: Invoice, only_point: str = "") -> Invoice | None:
    """The previous comparable invoice of the same point of use, or None.

    Its period must end just before this one's begins; without periods, the newest one before is
    taken. `only_point`: the point of a customer who has only one, assumed for invoices that name
    none. None also if two invoices are equally near and the point does not decide.
    """
    points, told = _points(invoice, only_point), (invoice.customer_code, invoice.number)
    days = (invoice.issued_on, invoice.period_from or invoice.issued_on)
    nearest = _nearest.all(*told, *days, points, has_period=bool(invoice.period_from))
    return None if len(nearest) == 2 and _are_alike(*nearest) else (nearest or [None])[0]


@prepared
def _nearest(
    customer_code: str,
    number: str,
    issued_on: date,
    begins_on: date,
    points: list[str],
    *,
    has_period: bool,
):
    earlier = Invoice.select().where(
        (Invoice.customer == customer_code)
        & (Invoice.number != number)
        & (Invoice.kind == "invoice")
        & Invoice.ksef_kind.in_(ORDINARY)
        & (Invoice.issued_on <= issued_on)
        & Invoice.point_code.in_(points)
    )
    end = Invoice.period_to
    if has_period:
        # Periods may share a day: many utilities bill from reading to reading, both days included.
        earlier = earlier.where(end <= begins_on).order_by(end.desc())
    else:
        earlier = earlier.where(end.is_null() & (Invoice.issued_on < begins_on))
    return earlier.order_by_extend(Invoice.issued_on.desc()).limit(2)


def explain(before: Bill, now: Bill) -> Why:
    """Compute the causes; `parts` always add up to the difference exactly."""
    old, new = _alike(things(before.invoice, before.lines), things(now.invoice, now.lines))
    difference = now.invoice.gross_grosze - before.invoice.gross_grosze
    if not old or not new:
        return Why(before, now, {"other": difference} if difference else {}, is_known=False)
    exact: dict[str, Fraction] = defaultdict(Fraction)
    for key in sorted(old.keys() | new.keys()):
        for kind, amount in _effects(old.get(key), new.get(key), before, now):
            exact[kind] += amount
    _add_rest(exact, difference, len(before.lines) + len(now.lines))
    return Why(before, now, _in_grosze(exact, difference), True, _used(old, new), _dearer(old, new))


def _points(invoice: Invoice, only_point: str) -> list[str]:
    return [only_point, ""] if invoice.point_code in (only_point, "") else [invoice.point_code]


def _are_alike(one: Invoice, other: Invoice) -> bool:
    ends = [invoice.period_to or invoice.issued_on for invoice in (one, other)]
    return ends[0] == ends[1]


def _lengths(before: Bill, now: Bill) -> tuple[int, int] | None:
    old, new = before.days, now.days
    if old is None or new is None or old == new:
        return None
    return None if before.months and before.months == now.months else (old, new)


def _alike(old: Things, new: Things) -> tuple[Things, Things]:
    """Both invoices' things, with water and sewage merged if one of them bills both together."""
    return _put_together(old, new), _put_together(new, old)


def _put_together(ours: Things, others: Things) -> Things:
    both, water, sewage = (("use", name) for name in (BOTH, WATER, SEWAGE))
    if both in ours or not {water, sewage} <= ours.keys():
        return ours
    if both not in others or {water, sewage} & others.keys():
        return ours
    rest = {key: thing for key, thing in ours.items() if key not in (water, sewage)}
    gross = ours[water].gross + ours[sewage].gross
    return rest | {both: Thing(*both, gross, ours[water].quantity)}


def _effects(
    old: Thing | None, new: Thing | None, before: Bill, now: Bill
) -> Iterable[tuple[str, Fraction]]:
    """(kind of cause, grosze) that one thing adds to the difference."""
    nothing = Fraction(0)
    kind = old.kind if old else new.kind if new else ""
    change = (new.gross if new else nothing) - (old.gross if old else nothing)
    if kind not in ("use", "fixed"):
        return [(kind, change)]
    if not (old and new):
        # A metered thing on one invoice only counts as use, a fee as a change of tariff.
        return [("use" if kind == "use" else "price", change)]
    more = _more(old, new)
    if kind == "use":
        return _effects_of_use(old, change, more, _lengths(before, now))
    if more is not None:
        return [("days", more), ("price", change - more)]
    return [("days" if _follows_days(old, new, before.days, now.days) else "price", change)]


def _effects_of_use(
    old: Thing, change: Fraction, more: Fraction | None, lengths: tuple[int, int] | None
) -> Iterable[tuple[str, Fraction]]:
    """Effects of the days, the use and the price, in this order (see the module's formula)."""
    longer = old.gross * Fraction(lengths[1] - lengths[0], lengths[0]) if lengths else Fraction(0)
    if more is None:
        return [("days", longer), ("other", change - longer)]
    return [("days", longer), ("use", more - longer), ("price", change - more)]


def _more(old: Thing, new: Thing) -> Fraction | None:
    """Change of quantity at the old price, in grosze; None if a quantity is unknown."""
    if old.quantity is None or new.quantity is None:
        return None
    if not old.quantity:
        # The old quantity is 0, so there is no old price: all of it counts as use.
        return new.gross - old.gross
    return (new.quantity - old.quantity) * old.gross / old.quantity


def _follows_days(old: Thing, new: Thing, before: int | None, now: int | None) -> bool:
    """Whether a fee without a quantity changed in proportion to the days."""
    if not before or not now or before == now or not old.gross:
        return False
    expected = old.gross * now / before
    return abs(new.gross - expected) <= abs(expected) * ABOUT_AS_MUCH


def _add_rest(exact: dict[str, Fraction], difference: int, lines: int) -> None:
    """Assign what the lines do not explain: to rounding if it is small, else to "other"."""
    rest = difference - sum(exact.values(), Fraction(0))
    largest = max(exact, key=lambda kind: abs(exact[kind]), default="other")
    if abs(rest) <= 1 and exact.get(largest):
        # A difference of a grosz gets no row of its own.
        exact[largest] += rest
    else:
        # VAT may be rounded on each line or once on the total.
        exact["rounding" if abs(rest) <= lines else "other"] += rest


def _in_grosze(exact: dict[str, Fraction], total: int) -> dict[str, int]:
    """Round to whole grosze that add up to `total` (largest remainder method)."""
    whole = {kind: floor(amount) for kind, amount in exact.items()}
    left = total - sum(whole.values())
    by_rest = sorted(exact, key=lambda kind: (whole[kind] - exact[kind], KINDS.index(kind)))
    for kind in by_rest[:left]:
        whole[kind] += 1
    return {kind: whole[kind] for kind in KINDS if whole.get(kind)}


def _used(old: Things, new: Things) -> dict[str, tuple[Fraction, Fraction]]:
    found = {}
    for name in USED:
        one, other = old.get(("use", name)), new.get(("use", name))
        if one and other and one.quantity is not None and other.quantity is not None:
            found[name] = one.quantity, other.quantity
    return found


def _dearer(old: Things, new: Things) -> Fraction | None:
    """Rise of the total price of a cubic metre in grosze; None if a price is unknown."""
    pairs = [(old[key], new[key]) for key in old.keys() & new.keys() if key[0] == "use"]
    prices = [
        now.gross / now.quantity - before.gross / before.quantity
        for before, now in pairs
        if before.quantity and now.quantity
    ]
    return sum(prices, Fraction(0)) if prices else None
