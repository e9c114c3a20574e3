"""The files of a bundle, their columns in the order of `docs/billing-format.md`."""

from dataclasses import replace

from ebok.billing import columns, columns_text, quantities
from ebok.billing.columns_text import Reader
from ebok.billing.layout import Column, Layout, Reference
from ebok.billing.staging import DELETED
from ebok.customers.models import Customer
from ebok.invoices.models import Instalment, Invoice, InvoiceLine
from ebok.ksef import numbers
from ebok.languages import say as _
from ebok.meters.models import Meter, PointOfUse, Reading
from ebok.payments.models import Payment
from ebok.settings import Settings
from ebok.values import money

DELETED_COLUMN = Column(DELETED, DELETED, columns.deleted, optional=True)
"""Marks a row as deleted; every file may have it."""
OF_A_CUSTOMER = Reference(
    "customer_code",
    "customer_code",
    Customer,
    "code",
    lambda: _("expected a customer of customers.csv, or one already in e-BOK"),
)
OF_AN_INVOICE = Reference(
    "invoice_number",
    "invoice_number",
    Invoice,
    "number",
    lambda: _("expected an invoice of invoices.csv, or one already in e-BOK"),
)
OF_A_POINT = Reference(
    "point_code",
    "point_code",
    PointOfUse,
    "code",
    lambda: _("expected a point of use of points.csv, or one already in e-BOK"),
)
OF_A_METER = Reference(
    "meter_serial",
    "meter_serial",
    Meter,
    "serial",
    lambda: _("expected a meter of meters.csv, or one already in e-BOK"),
)


def agrees(
    net: int, vat: int, gross: int, issued_on: str, ksef_number: str
) -> tuple[str, str] | None:
    """Check an invoice: net and VAT must add up to gross, and its KSeF number must fit its day.

    Returns None, or the column at fault and what is expected.
    """
    if ksef_number and not numbers.may_belong(ksef_number, issued_on):
        return "ksef_number", numbers.expected_for_day()
    if gross == net + vat:
        return None
    total = money.plain(net + vat)
    return "gross", _("expected %(total)s, the sum of net and vat", total=total)


def layouts(settings: Settings) -> tuple[Layout, ...]:
    """Every known file, in the order of import: referenced tables first."""
    code = columns.CustomerCode(settings.customer_code_pattern)
    utility = settings.utility
    account = columns.masked_account(utility.account_mask, utility.bank_account)
    found = (
        _customers(code, account),
        _invoices(code, account),
        _lines(),
        _instalments(),
        _payments(code),
        _points(code),
        _meters(),
        _readings(),
    )
    return tuple(replace(each, columns=(*each.columns, DELETED_COLUMN)) for each in found)


def _customers(code: Reader, account: Reader) -> Layout:
    return Layout(
        "customers.csv",
        Customer,
        (
            Column("customer_code", "code", code),
            Column("name", "name", columns_text.some_name),
            Column("kind", "kind", columns.one_of("person", "company")),
            Column("nip", "nip", columns.nip),
            Column("email", "email", columns.email, lenient=True),
            Column("phone", "phone", columns_text.text),
            Column("street", "street", columns_text.words),
            Column("postal_code", "postal_code", columns_text.text),
            Column("city", "city", columns_text.words),
            Column("bank_account", "bank_account", account),
        ),
    )


def _invoices(code: Reader, account: Reader) -> Layout:
    return Layout(
        "invoices.csv",
        Invoice,
        (
            Column("invoice_number", "number", columns_text.some_code),
            Column("customer_code", "customer_code", code),
            Column("kind", "kind", columns.one_of("invoice", "correction", "note", "call")),
            Column("buyer_name", "buyer_name", columns_text.name),
            Column("issued_on", "issued_on", by_dialect=columns.day),
            Column("due_on", "due_on", by_dialect=columns.day_or_none),
            Column("period_from", "period_from", by_dialect=columns.day_or_none),
            Column("period_to", "period_to", by_dialect=columns.day_or_none),
            Column("net", "net_grosze", by_dialect=columns.amount),
            Column("vat", "vat_grosze", by_dialect=columns.amount),
            Column("gross", "gross_grosze", by_dialect=columns.amount),
            Column("outstanding", "outstanding_grosze", by_dialect=columns.amount),
            Column("ksef_number", "ksef_number", columns.ksef_number),
            Column("corrects", "corrects", columns_text.code),
            Column("point_code", "point_code", columns_text.code, optional=True),
            Column("bank_account", "bank_account", account, optional=True),
            Column("correction_reason", "correction_reason", columns_text.text, optional=True),
            Column("moved_from", "moved_from", columns.none_or(code), optional=True),
        ),
        agrees,
        ("net_grosze", "vat_grosze", "gross_grosze", "issued_on", "ksef_number"),
        reference=OF_A_CUSTOMER,
        fa3_fields=(
            "ksef_kind",
            "payable_grosze",
            "due_terms",
            "corrects_also",
            "recipient_name",
            "buyer_nip",
            "history_from",
        ),
    )


def _lines() -> Layout:
    return Layout(
        "invoice_lines.csv",
        InvoiceLine,
        (
            Column("invoice_number", "invoice_number", columns_text.some_code),
            Column("position", "position", columns.whole(1, 99_999)),
            Column("name", "name", columns_text.some_words),
            Column("unit", "unit", columns_text.text),
            Column("quantity", "quantity_millionths", by_dialect=quantities.quantity),
            Column("unit_net", "unit_net_microgrosze", by_dialect=quantities.unit_price),
            Column("net", "net_grosze", by_dialect=columns.amount),
            Column("vat_rate", "vat_rate", columns.vat_rate),
        ),
        keys=2,
        reference=OF_AN_INVOICE,
    )


def _instalments() -> Layout:
    return Layout(
        "instalments.csv",
        Instalment,
        (
            Column("invoice_number", "invoice_number", columns_text.some_text),
            Column("due_on", "due_on", by_dialect=columns.day),
            Column("amount", "amount_grosze", by_dialect=columns.amount),
        ),
        keys=2,
        reference=OF_AN_INVOICE,
    )


def _payments(code: Reader) -> Layout:
    return Layout(
        "payments.csv",
        Payment,
        (
            Column("payment_id", "payment_id", columns_text.some_code),
            Column("customer_code", "customer_code", code),
            Column("booked_on", "booked_on", by_dialect=columns.day),
            Column("amount", "amount_grosze", by_dialect=columns.amount),
            Column("title", "title", columns_text.text),
            Column("invoice_number", "invoice_number", columns_text.code),
        ),
        reference=OF_A_CUSTOMER,
    )


def _points(code: Reader) -> Layout:
    return Layout(
        "points.csv",
        PointOfUse,
        (
            Column("point_code", "code", columns_text.some_code),
            Column("customer_code", "customer_code", code),
            Column("street", "street", columns_text.words),
            Column("postal_code", "postal_code", columns_text.text),
            Column("city", "city", columns_text.words),
            Column("tariff", "tariff", columns_text.text),
        ),
        reference=OF_A_CUSTOMER,
    )


def _meters() -> Layout:
    return Layout(
        "meters.csv",
        Meter,
        (
            Column("meter_serial", "serial", columns_text.some_code),
            Column("point_code", "point_code", columns_text.some_code),
            Column("digits", "digits", columns.whole(3, 9)),
            Column("kind", "kind", columns.one_of("water", "garden", "hot", "sewage")),
            Column("installed_on", "installed_on", by_dialect=columns.day_or_none),
            Column("removed_on", "removed_on", by_dialect=columns.day_or_none),
            Column("legal_until", "legal_until", by_dialect=columns.day_or_none),
        ),
        reference=OF_A_POINT,
    )


def _readings() -> Layout:
    return Layout(
        "readings.csv",
        Reading,
        (
            Column("meter_serial", "meter_serial", columns_text.some_code),
            Column("read_on", "read_on", by_dialect=columns.day),
            Column("value", "value_litres", by_dialect=quantities.reading),
            Column("source", "source", columns.one_of("clerk", "remote", "customer", "estimate")),
        ),
        keys=2,
        reference=OF_A_METER,
    )
