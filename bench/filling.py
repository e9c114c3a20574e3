"""Fills the database: one customer with two years of data, and a town around them."""

from datetime import date, timedelta

from cast import add_invoice, add_line, add_meter, new_customer
from ebok import database
from ebok.accounts.models import Account
from ebok.billing.models import Import
from ebok.consents.models import Consent
from ebok.customers.models import Customer
from ebok.database import Table
from ebok.invoices.models import Invoice, InvoiceLine
from ebok.meters.models import Reading

MONTHS = 24


def fill(code: str, size: int) -> None:
    """Add a customer with two years of invoices, a meter and a consent, and a town of `size`."""
    with database.transaction():
        _add_town(size)
        _add_import()
        meter = add_meter(code)
        Invoice.delete().where(Invoice.customer == code).execute()
        first = database.now().date().replace(day=1)
        for age in range(MONTHS):
            last = first - timedelta(days=1)
            first = last.replace(day=1)
            _add_invoice(code, age, first, last)
            Reading.create(
                meter=meter, read_on=last, value_litres=500_000 - age * 9_800, source="clerk"
            )
        _give_e_invoice(code)


def _add_invoice(code: str, age: int, first: date, last: date) -> None:
    gross = 12_000 + age * 137 % 900
    number = f"FV/{last:%Y/%m}/READ"
    Invoice.create(
        number=number,
        customer=code,
        kind="invoice",
        buyer_name="Anna Nowak",
        issued_on=last,
        due_on=last + timedelta(days=14),
        period_from=first,
        period_to=last,
        net_grosze=gross - gross * 8 // 108,
        vat_grosze=gross * 8 // 108,
        gross_grosze=gross,
        outstanding_grosze=0 if age else gross,
    )
    for position, name in enumerate(("Dostarczona woda", "Odprowadzone ścieki", "Abonament"), 1):
        _add_line(number, position, name, 10_000_000 + age % 3 * 1_000_000)


def _add_line(number: str, position: int, name: str, millionths: int) -> None:
    """Add one of the three lines of an invoice."""
    unit = "mies." if name == "Abonament" else "m³"
    add_line(
        Invoice(number=number),
        position,
        name=name,
        unit=unit,
        quantity_millionths=millionths if unit == "m³" else 1_000_000,
    )


def _give_e_invoice(code: str) -> None:
    moment = database.now()
    account = Account.get(Account.customer == code)
    told = {"purpose": "e_invoice", "given": True, "text_hash": "x", "channel": "online"}
    Consent.create(account=account, decided_at=moment, effective_at=moment, **told)


def _add_import() -> None:
    moment = database.now()
    for age in range(400):
        at = moment - timedelta(days=age)
        times = {"started_at": at, "applied_at": at, "as_of_at": at}
        Import.create(**times, source="x", origin="inbox", new_count=1, changed_count=0)


def _add_town(size: int) -> None:
    """Add `size` customers with four invoices of one line each, in SQL."""
    day = database.now().date() - timedelta(days=40)
    model = new_customer(months=0)
    for n in range(4):
        issued_on = day - timedelta(days=30 * n)
        add_line(add_invoice(model.code, model.name, issued_on=issued_on, outstanding_grosze=0))
    code = "'39-' || CAST(100000000 + n.i AS TEXT)"
    number = "t.{} || '/' || CAST(n.i AS TEXT)"
    _multiply(Customer, size, {"code": code}, f"t.code = '{model.code}'")
    own = {"number": number.format("number"), "customer_code": code}
    own["public_id"] = "CAST(100000000 + n.i AS TEXT) || substr(t.public_id, 10)"
    _multiply(Invoice, size, own, f"t.customer_code = '{model.code}'")
    of_model = f"SELECT number FROM invoice WHERE customer_code = '{model.code}'"
    own = {"invoice_number": number.format("invoice_number")}
    _multiply(InvoiceLine, size, own, f"t.invoice_number IN ({of_model})")


def _multiply(table: type[Table], times: int, own: dict[str, str], which: str) -> None:
    """Copy each of these rows `times` times; `own` are the SQL values that differ."""
    fields = [field for field in table._meta.sorted_fields if field.column_name != "id"]
    names = [field.column_name for field in fields]
    values = ", ".join(own.get(name, f't."{name}"') for name in names)
    database.database.execute_sql(f"""
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times})
        INSERT INTO {table._meta.table_name} ({", ".join(names)})
        SELECT {values} FROM n, {table._meta.table_name} AS t WHERE {which}
    """)
