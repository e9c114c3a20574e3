"""The plausibility checks of each file."""

from collections.abc import Callable

from ebok.billing.differences import Difference
from ebok.billing.fa3_rows import LINES, READINGS
from ebok.billing.models_check import KEEP_FORMER, Check, changed, dates, lost_letters
from ebok.billing.operations_checks_invoices import of_fa3_lines, of_invoices, of_lines
from ebok.settings import Settings
from ebok.values import nrb

Lister = Callable[[Settings, Difference], list[Check]]


def checks_of(difference: Difference, settings: Settings) -> list[Check]:
    """The checks of one file's rows."""
    lister = LISTERS.get(difference.stage.layout.name)
    found = lister(settings, difference) if lister else []
    return [check for check in found if check.applies_to(difference)]


def _of_customers(settings: Settings, difference: Difference) -> list[Check]:
    file = "customers.csv"
    return [
        changed("accounts_changed", file, "bank_account", "{old} <> '' AND {new} <> {old}"),
        _shared(file, settings, difference),
        lost_letters(file, "name"),
        changed("names_changed", file, "name", "{new} <> {old}"),
        changed("emails_emptied", file, "email", "{old} <> '' AND {new} = ''"),
        changed(
            "emails_changed",
            file,
            "email",
            "{old} <> '' AND {new} <> '' AND lower({new}) <> lower({old})",
        ),
    ]


def _shared(file: str, settings: Settings, difference: Difference) -> Check:
    """Accounts that another customer has, too: payments would be booked for one of them."""
    rows = difference.rows
    own = nrb.bare(settings.utility.bank_account)
    twins = f"""
        LEFT JOIN (SELECT bank_account, min(code) AS one, max(code) AS other FROM {rows} AS d
         WHERE bank_account <> '' GROUP BY bank_account HAVING count(*) > 1) AS twin
        ON twin.bank_account = src.bank_account
        LEFT JOIN (SELECT o.bank_account, min(o.code) AS code, max(o.code) AS last
         FROM customer AS o WHERE o.bank_account IN (SELECT bank_account FROM {rows} AS d)
         AND o.code NOT IN (SELECT code FROM {rows} AS d)
         GROUP BY o.bank_account) AS holder
        ON holder.bank_account = src.bank_account"""
    where = f"""src.bank_account <> '' AND src.bank_account <> '{own}'
        AND (twin.one IS NOT NULL OR holder.code IS NOT NULL)"""
    other = "CASE WHEN twin.one = src.code THEN twin.other ELSE twin.one END"
    old = f"coalesce(holder.code, {other})"
    fields = ("bank_account",)
    return Check(
        "accounts_shared", file, fields, where, old, "src.bank_account", KEEP_FORMER, joins=twins
    )


def _of_readings(settings: Settings, _difference: Difference) -> list[Check]:
    file, value = "readings.csv", ("value_litres",)
    before = """(SELECT r.value_litres FROM reading AS r WHERE r.meter_serial = src.meter_serial
        AND r.read_on < src.read_on ORDER BY r.read_on DESC LIMIT 1)"""
    return [
        changed("readings_apart", file, "value_litres", "{new} <> {old}"),
        Check(
            "readings_apart",
            file,
            value,
            f"src.is_new AND src.value_litres < {before}",
            before,
            "src.value_litres",
        ),
        dates(file, settings, ("read_on",)),
    ]


def _of_fa3_readings(_settings: Settings, difference: Difference) -> list[Check]:
    """Readings that do not start where the customer's previous invoice ended, for the same
    meter."""
    staged = f"""
        SELECT src.line, {_READ.format(table="src")} FROM {difference.stage.staged} AS src
        JOIN staged_invoice AS i ON i.number = src.invoice_number"""
    numbers = "SELECT number FROM staged_invoice"
    known = f"""
        SELECT 0, {_READ.format(table="r")} FROM invoice_reading AS r
        JOIN invoice AS i ON i.number = r.invoice_number
        WHERE i.customer_code IN (SELECT i.customer_code FROM {difference.rows} AS d
         JOIN staged_invoice AS i ON i.number = d.invoice_number) AND i.number NOT IN ({numbers})"""
    chain = f"""
        JOIN (SELECT line, kind, ends_on, lag(current_litres) OVER times AS before,
         lag(ends_on) OVER times AS before_on FROM ({staged} UNION ALL {known}) AS seen
         WINDOW times AS (PARTITION BY customer_code, serial ORDER BY ends_on, issued_on, position)
        ) AS chain ON chain.line = src.line"""
    where = """chain.kind = 'invoice' AND chain.before_on < chain.ends_on
        AND chain.before <> src.previous_litres"""
    fields = ("serial", "previous_litres")
    old, new = "chain.before", "src.previous_litres"
    return [Check("readings_apart", READINGS.name, fields, where, old, new, joins=chain)]


_READ = """i.kind, i.customer_code, coalesce(i.period_to, i.issued_on) AS ends_on, i.issued_on,
    {table}.serial, {table}.position, {table}.current_litres"""


def _of_payments(settings: Settings, _difference: Difference) -> list[Check]:
    file = "payments.csv"
    moved = changed("payments_moved", file, "customer_code", "{new} <> {old}")
    return [moved, dates(file, settings, ("booked_on",))]


def _of_points(_settings: Settings, _difference: Difference) -> list[Check]:
    return [changed("points_moved", "points.csv", "customer_code", "{new} <> {old}")]


def _of_meters(_settings: Settings, _difference: Difference) -> list[Check]:
    return [changed("meters_moved", "meters.csv", "point_code", "{new} <> {old}")]


LISTERS: dict[str, Lister] = {
    "customers.csv": _of_customers,
    "invoices.csv": of_invoices,
    "invoice_lines.csv": of_lines,
    "payments.csv": _of_payments,
    "points.csv": _of_points,
    "meters.csv": _of_meters,
    "readings.csv": _of_readings,
    LINES.name: of_fa3_lines,
    READINGS.name: _of_fa3_readings,
}
