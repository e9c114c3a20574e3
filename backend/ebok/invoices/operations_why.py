"""*Czemu tyle?*: the difference to the invoice before, split into its causes to the grosz.

Use is reckoned at the old prices and the new price at the new use, so that together they are the
whole difference of a line: (q₁ − q₀)·p₀ + q₁·(p₁ − p₀) = q₁p₁ − q₀p₀. Where the periods differ in
length, what as much use a day would have made in the other length is the days' doing, and only the
rest the use's: (q₀·d₁/d₀ − q₀)·p₀ + (q₁ − q₀·d₁/d₀)·p₀. All sums are gross, as that is what people
pay; they are fractions until the end, where the parts are rounded so that they add up to the
difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
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
"""Of what the cubic metres are told."""

Things = dict[tuple[str, str], Thing]


@dataclass(frozen=True)
class Bill:
    """An invoice with its lines."""

    invoice: Invoice
    lines: Sequence[InvoiceLine]

    @property
    def days(self) -> int | None:
        """How many days it bills, first and last included."""
        first, last = self.invoice.period_from, self.invoice.period_to
        return (last - first).days + 1 if first and last and first <= last else None

    @property
    def months(self) -> int:
        """How many calendar months it bills; 0 where they are not whole ones."""
        first, last = self.invoice.period_from, self.invoice.period_to
        if not first or not last or not self.days:
            return 0
        if first.day != 1 or (last + timedelta(days=1)).day != 1:
            return 0
        return (last.year - first.year) * 12 + last.month - first.month + 1


@dataclass(frozen=True)
class Why:
    """The difference to `before`, by cause; each of `parts` is of one of `KINDS`, and not zero.

    `used` holds the cubic metres before and now of each of `USED`, where both are known;
    `dearer_grosze` what a cubic metre costs more than before, all that is billed by it together.
    `is_known` is false where an invoice came without lines: then there is nothing to split.
    """

    before: Bill
    now: Bill
    parts: dict[str, int]
    is_known: bool
    used: dict[str, tuple[Fraction, Fraction]] = field(default_factory=dict)
    dearer_grosze: Fraction | None = None

    @property
    def difference_grosze(self) -> int:
        """How much more this invoice is; negative where it is less."""
        return self.now.invoice.gross_grosze - self.before.invoice.gross_grosze

    @property
    def lengths(self) -> tuple[int, int] | None:
        """The days before and now, where the periods differ in length; months are alike."""
        return _lengths(self.before, self.now)

    @property
    def daily(self) -> tuple[Fraction, Fraction] | None:
        """Cubic metres a day, before and now, where lengths differ and the use is known."""
        if not self.lengths or not self.used:
            return None
        before, now = next(iter(self.used.values()))
        return before / self.lengths[0], now / self.lengths[1]


def is_comparable(invoice: Invoice) -> bool:
    """Whether the question makes sense: corrections and notes stand by themselves."""
    return invoice.kind == "invoice" and invoice.ksef_kind in ORDINARY


def find_before(invoice: Invoice, only_point: str = "") -> Invoice | None:
    """The comparable invoice for the same point whose period ends just before this one's begins.

    `only_point` is the customer's point of use, where there is one alone: then invoices that name
    none are for it. Of invoices without a period, the newest before. None where there is no such
    invoice, or where two are as near and nothing tells which of them is for this point.
    """
    points, told = _points(invoice, only_point), (invoice.customer_code, invoice.number)
    days = (invoice.issued_on, invoice.period_from or invoice.issued_on)
    nearest = _nearest.all(*told, *days, points, has_period=bool(invoice.period_from))
    return None if len(nearest) == 2 and _are_alike(*nearest) else (nearest or [None])[0]


@prepared
def _nearest(customer_code, number, issued_on, begins_on, points, *, has_period):
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
        # Many bill from one reading to the next, so that a day is the last and the first.
        earlier = earlier.where(end <= begins_on).order_by(end.desc())
    else:
        earlier = earlier.where(end.is_null() & (Invoice.issued_on < begins_on))
    return earlier.order_by_extend(Invoice.issued_on.desc()).limit(2)


def explain(before: Bill, now: Bill) -> Why:
    """The whole answer; its parts sum to the difference exactly, whatever the lines say."""
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
    """Both invoices, with water and sewage on one line where one of them has it so."""
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
    """What one thing adds to the difference, by kind of cause."""
    nothing = Fraction(0)
    kind = old.kind if old else new.kind if new else ""
    change = (new.gross if new else nothing) - (old.gross if old else nothing)
    if kind not in ("use", "fixed"):
        return [(kind, change)]
    if not (old and new):
        # A new pipe is use; a fee that begins or ends is the tariff's doing.
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
    """The days at the old use a day, then the use at the old price, then the price."""
    longer = old.gross * Fraction(lengths[1] - lengths[0], lengths[0]) if lengths else Fraction(0)
    if more is None:
        return [("days", longer), ("other", change - longer)]
    return [("days", longer), ("use", more - longer), ("price", change - more)]


def _more(old: Thing, new: Thing) -> Fraction | None:
    """What the other quantity makes at the old price; None where a quantity is not known."""
    if old.quantity is None or new.quantity is None:
        return None
    if not old.quantity:
        # Nothing was used, so that no price is known: all of it is what is used now.
        return new.gross - old.gross
    return (new.quantity - old.quantity) * old.gross / old.quantity


def _follows_days(old: Thing, new: Thing, before: int | None, now: int | None) -> bool:
    """Whether a fee without a quantity grew as the period did."""
    if not before or not now or before == now or not old.gross:
        return False
    expected = old.gross * now / before
    return abs(new.gross - expected) <= abs(expected) * ABOUT_AS_MUCH


def _add_rest(exact: dict[str, Fraction], difference: int, lines: int) -> None:
    """Put what the lines leave over where it belongs: to rounding, or to what they do not tell."""
    rest = difference - sum(exact.values(), Fraction(0))
    largest = max(exact, key=lambda kind: abs(exact[kind]), default="other")
    if abs(rest) <= 1 and exact.get(largest):
        # Nobody needs a row for a grosz.
        exact[largest] += rest
    else:
        # VAT is rounded once on each line, or once on the whole.
        exact["rounding" if abs(rest) <= lines else "other"] += rest


def _in_grosze(exact: dict[str, Fraction], total: int) -> dict[str, int]:
    """The parts in whole grosze: rounded down, and the grosze left given to the largest rests."""
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
    """What a cubic metre of everything costs more; None where a price is not known."""
    pairs = [(old[key], new[key]) for key in old.keys() & new.keys() if key[0] == "use"]
    prices = [
        now.gross / now.quantity - before.gross / before.quantity
        for before, now in pairs
        if before.quantity and now.quantity
    ]
    return sum(prices, Fraction(0)) if prices else None
