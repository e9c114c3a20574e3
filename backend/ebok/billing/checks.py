"""What makes a row of an import implausible: the SQL that finds it, and what is done about it.

In the SQL `told` is a staged row that is new or differs, and `t` the mirror's row of its key, NULL
where there is none. A row that the mirror holds in the very same way is never looked at again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from ebok import bank
from ebok.billing import line_sums
from ebok.billing.differences import Difference
from ebok.billing.staging import differ
from ebok.invoices.states import today
from ebok.settings import Settings

FORMER, BACK, ACCEPT = "former", "back", "accept"
"""What is done with a held row: its former value stays, it is kept back, it is taken as it is."""
YEAR = 366
NUMBER = "told.invoice_number"
HABIT = 3
"""Invoices that make a habit."""


@dataclass(frozen=True)
class Check:
    """One kind of what is odd, in one file. `kind` is its limit's name in `[plausibility]`.

    `fields` are the columns that it is about: it looks at new rows and at those where one of them
    changed. `old` and `new` are the SQL of what is shown, `otherwise` is what becomes of a held row
    that nobody decides about; `joins` what its SQL joins besides; `key` the SQL of what names a
    row, where that is not its key.
    """

    kind: str
    file: str
    fields: tuple[str, ...]
    where: str
    old: str
    new: str
    otherwise: str = BACK
    joins: str = ""
    needs_former: bool = False
    key: str = ""

    def condition(self, difference: Difference) -> str:
        """The whole SQL condition."""
        if self.needs_former:
            return f"NOT told.is_new AND ({self.where})"
        if not difference.is_compared or not self.fields:
            return f"({self.where})"
        return f"(told.is_new OR {differ('told', 't', list(self.fields))}) AND ({self.where})"

    def is_told(self, difference: Difference) -> bool:
        """Whether the file tells what this is about."""
        is_told = set(self.fields) <= set(difference.stage.fields)
        return is_told and (difference.is_compared or not self.needs_former)


Lister = Callable[[Settings, Difference], list[Check]]


def checks_of(difference: Difference, settings: Settings) -> list[Check]:
    """The checks of one file's rows."""
    lister = LISTERS.get(difference.stage.layout.name)
    found = lister(settings, difference) if lister else []
    return [check for check in found if check.is_told(difference)]


def _changed(kind: str, file: str, field: str, where: str) -> Check:
    old, new = f"t.{field}", f"told.{field}"
    return Check(kind, file, (field,), where.format(old=old, new=new), old, new, FORMER, "", True)


def _lost(file: str, field: str) -> Check:
    """A name without a letter, or with signs where letters were."""
    name, before = f"told.{field}", f"coalesce(t.{field}, '')"
    signs = (f"(replace({name}, '{s}', '') <> {name} AND replace({before}, '{s}', '') = {before})"
             for s in ("?", "\ufffd"))  # fmt: skip
    where = f"{name} <> '' AND (lower({name}) = upper({name}) OR {' OR '.join(signs)})"
    return Check("names_lost", file, (field,), where, f"t.{field}", name, FORMER)


def _of_customers(settings: Settings, difference: Difference) -> list[Check]:
    file = "customers.csv"
    return [
        _changed("accounts_changed", file, "bank_account", "{old} <> '' AND {new} <> {old}"),
        _shared(file, settings, difference),
        _lost(file, "name"),
        _changed("names_changed", file, "name", "{new} <> {old}"),
        _changed("emails_emptied", file, "email", "{old} <> '' AND {new} = ''"),
        _changed(
            "emails_changed",
            file,
            "email",
            "{old} <> '' AND {new} <> '' AND lower({new}) <> lower({old})",
        ),
    ]


def _shared(file: str, settings: Settings, difference: Difference) -> Check:
    """An account that another customer has, too: whoever pays, the money is booked for one."""
    rows = difference.rows
    own = bank.bare(settings.utility.bank_account)
    twins = f"""
        LEFT JOIN (SELECT bank_account, min(code) AS one, max(code) AS other FROM {rows} AS d
         WHERE bank_account <> '' GROUP BY bank_account HAVING count(*) > 1) AS twin
        ON twin.bank_account = told.bank_account
        LEFT JOIN (SELECT o.bank_account, min(o.code) AS code, max(o.code) AS last
         FROM customer AS o WHERE o.bank_account IN (SELECT bank_account FROM {rows} AS d)
         AND o.code NOT IN (SELECT code FROM {rows} AS d)
         GROUP BY o.bank_account) AS holder
        ON holder.bank_account = told.bank_account"""
    where = f"""told.bank_account <> '' AND told.bank_account <> '{own}'
        AND (twin.one IS NOT NULL OR holder.code IS NOT NULL)"""
    other = "CASE WHEN twin.one = told.code THEN twin.other ELSE twin.one END"
    old = f"coalesce(holder.code, {other})"
    fields = ("bank_account",)
    return Check(
        "accounts_shared", file, fields, where, old, "told.bank_account", FORMER, joins=twins
    )


def _of_invoices(settings: Settings, difference: Difference) -> list[Check]:
    file, limits = "invoices.csv", settings.plausibility
    asked = "CASE WHEN told.gross_grosze > 0 THEN told.gross_grosze ELSE 0 END"
    payable = "told.payable_grosze" if "payable_grosze" in difference.stage.fields else "NULL"
    payable = f"coalesce({payable}, t.payable_grosze, 0)"
    outstanding = "told.outstanding_grosze"
    return [
        _changed("accounts_changed", file, "bank_account", "{old} <> '' AND {new} <> {old}"),
        _lost(file, "buyer_name"),
        _changed(
            "unpaid_again",
            file,
            "outstanding_grosze",
            "{old} <= 0 AND {new} > 0 AND told.gross_grosze > 0",
        ),
        _dates(file, settings, ("issued_on", "due_on", "period_from", "period_to")),
        Check(
            "outstanding_above",
            file,
            ("outstanding_grosze", "gross_grosze"),
            f"{outstanding} > {asked} AND {outstanding} > {payable}",
            "told.gross_grosze",
            outstanding,
        ),
        Check(
            "corrects_itself",
            file,
            ("corrects",),
            "told.corrects = told.number",
            "told.corrects",
            "told.number",
        ),
        *_old_lines(file, difference),
        _due_soon(file, settings),
        _far(file, difference, limits.far_times),
    ]


def _old_lines(file: str, difference: Difference) -> list[Check]:
    """Invoices whose sums change, while no file of the bundle has their lines: those of before stay
    and do not add up."""
    if not difference.is_compared or "net_grosze" not in difference.changed_fields:
        return []
    changed = f"""
        SELECT d.number FROM {difference.rows} AS d JOIN invoice AS m ON m.number = d.number
        WHERE m.net_grosze <> d.net_grosze AND m.customer_code = d.customer_code"""
    told = "SELECT invoice_number FROM staged_invoice_line"
    told += " UNION SELECT number FROM staged_fa3" if difference.stage.is_mixed else ""
    lines = f"""
        LEFT JOIN (SELECT l.invoice_number, sum(l.net_grosze) AS net FROM invoice_line AS l
         WHERE l.invoice_number IN ({changed}) AND l.invoice_number NOT IN ({told})
         GROUP BY l.invoice_number
         HAVING max(CASE WHEN l.before_correction THEN 1 ELSE 0 END) = 0) AS old
        ON old.invoice_number = told.number"""
    where = line_sums.are_apart("old.net", "told.net_grosze")
    fields = ("net_grosze",)
    return [Check("lines_apart", file, fields, where, "told.net_grosze", "old.net", joins=lines)]


def _due_soon(file: str, settings: Settings) -> Check:
    """Told of too late to be paid in time; of what customers are told of at all."""
    first = _day(today() - timedelta(days=settings.notify_within_days))
    last = _day(today() + timedelta(days=settings.plausibility.due_days))
    where = f"""told.is_new AND told.kind = 'invoice' AND told.outstanding_grosze > 0
        AND told.issued_on >= {first} AND told.due_on < {last}"""
    return Check("due_soon", file, ("due_on",), where, "told.issued_on", "told.due_on", ACCEPT)


def _far(file: str, difference: Difference, times: int) -> Check:
    """Many times what the customer's invoices come to."""
    habit = f"""
        LEFT JOIN (SELECT customer_code, avg(gross_grosze) AS usual FROM invoice
         WHERE kind = 'invoice' AND gross_grosze > 0 AND customer_code IN
         (SELECT customer_code FROM {difference.rows} AS d)
         GROUP BY customer_code HAVING count(*) >= {HABIT:d}) AS habit
        ON habit.customer_code = told.customer_code"""
    where = f"told.kind = 'invoice' AND told.gross_grosze >= habit.usual * {times:d}"
    old, new = "CAST(habit.usual AS bigint)", "told.gross_grosze"
    if not difference.is_compared:
        habit, where, old = "", "false", "NULL"
    return Check("far_sums", file, ("gross_grosze",), where, old, new, joins=habit)


def _dates(file: str, settings: Settings, fields: tuple[str, ...]) -> Check:
    """Days that lie decades away, or in the wrong order."""
    limits = settings.plausibility
    oldest = _day(today() - timedelta(days=limits.years_back * YEAR))
    happened = _day(today() + timedelta(days=limits.days_ahead))
    latest = _day(today() + timedelta(days=limits.years_ahead * YEAR))
    first, *others = (f"told.{field}" for field in fields)
    parts = [f"{first} < {oldest}", f"{first} > {happened}"]
    parts += [f"{each} < {oldest} OR {each} > {latest}" for each in others]
    if others:
        due_on, begins, ends = others
        parts += [f"{due_on} < {first}", f"{ends} < {begins}"]
    shown = " || ' ' || ".join(f"coalesce(CAST({each} AS text), '–')" for each in (first, *others))
    return Check("wrong_dates", file, fields, " OR ".join(parts), "NULL", shown)


def _of_readings(settings: Settings, _difference: Difference) -> list[Check]:
    file, value = "readings.csv", ("value_litres",)
    before = """(SELECT r.value_litres FROM reading AS r WHERE r.meter_serial = told.meter_serial
        AND r.read_on < told.read_on ORDER BY r.read_on DESC LIMIT 1)"""
    return [
        _changed("readings_apart", file, "value_litres", "{new} <> {old}"),
        Check(
            "readings_apart",
            file,
            value,
            f"told.is_new AND told.value_litres < {before}",
            before,
            "told.value_litres",
        ),
        _dates(file, settings, ("read_on",)),
    ]


def _of_payments(settings: Settings, _difference: Difference) -> list[Check]:
    file = "payments.csv"
    moved = _changed("payments_moved", file, "customer_code", "{new} <> {old}")
    return [moved, _dates(file, settings, ("booked_on",))]


def _of_points(_settings: Settings, _difference: Difference) -> list[Check]:
    return [_changed("points_moved", "points.csv", "customer_code", "{new} <> {old}")]


def _of_meters(_settings: Settings, _difference: Difference) -> list[Check]:
    return [_changed("meters_moved", "meters.csv", "point_code", "{new} <> {old}")]


def _of_lines(_settings: Settings, difference: Difference) -> list[Check]:
    """Lines whose sum is far from their invoice's."""
    sums = f"JOIN ({line_sums.far(difference)}) AS far ON far.line = told.line"
    file = "invoice_lines.csv"
    return [Check("lines_apart", file, (), "true", "far.asked", "far.net", joins=sums, key=NUMBER)]


def _day(on: date) -> str:
    return f"'{on.isoformat()}'"


LISTERS: dict[str, Lister] = {
    "customers.csv": _of_customers,
    "invoices.csv": _of_invoices,
    "invoice_lines.csv": _of_lines,
    "payments.csv": _of_payments,
    "points.csv": _of_points,
    "meters.csv": _of_meters,
    "readings.csv": _of_readings,
}
