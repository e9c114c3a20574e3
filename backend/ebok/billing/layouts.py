"""The files of a bundle: their columns in the order of `docs/billing-format.md`."""

from collections.abc import Callable
from dataclasses import dataclass

from peewee import Model

from ebok.billing import columns
from ebok.billing.columns import BatchReader, Reader
from ebok.billing.dialect import Dialect
from ebok.customers.models import Customer
from ebok.invoices.models import Invoice
from ebok.settings import Settings


@dataclass(frozen=True)
class Column:
    """One column of a file. `field` is its column in the database.

    A `lenient` one keeps its row in spite of a bad value: that is imported as empty, and reported.
    """

    name: str
    field: str
    read: Reader | None = None
    shape: Callable[[Dialect], Reader] | None = None
    lenient: bool = False

    @property
    def is_amount(self) -> bool:
        """Whether its values show the file's decimal sign."""
        return self.shape is columns.amount

    @property
    def is_day(self) -> bool:
        """Whether its values show the file's form of dates."""
        return self.shape in (columns.day, columns.day_or_none)

    def reader(self, dialect: Dialect) -> Reader:
        """What reads a value of this column in a file of this dialect."""
        return self.shape(dialect) if self.shape else self.read

    def batch_reader(self, dialect: Dialect) -> BatchReader | None:
        """What reads many values at once, where something does."""
        if self.is_amount:
            return columns.amounts(dialect)
        return {columns.text: columns.texts, columns.some_text: columns.some_texts}.get(self.read)


@dataclass(frozen=True)
class Layout:
    """One kind of file, and the table that mirrors it. The first column is the key.

    `check` is given the row's values of the fields `checked`.
    """

    name: str
    table: type[Model]
    columns: tuple[Column, ...]
    check: Callable[..., tuple[str, str] | None] | None = None
    checked: tuple[str, ...] = ()

    @property
    def key(self) -> Column:
        """The column that tells one row from another."""
        return self.columns[0]


def sums_agree(net: int, vat: int, gross: int) -> tuple[str, str] | None:
    """The column at fault and what is expected there, when net and VAT do not make the gross."""
    if gross == net + vat:
        return None
    return "gross", f"expected {(net + vat) / 100:.2f}, the sum of net and vat"


def layouts(settings: Settings) -> tuple[Layout, ...]:
    """Every file we know, in the order in which they are imported."""
    code = columns.customer_code(settings.customer_code_pattern)
    return (_customers(code), _invoices(code))


def _customers(code: Reader) -> Layout:
    return Layout(
        "customers.csv",
        Customer,
        (
            Column("customer_code", "code", code),
            Column("name", "name", columns.some_text),
            Column("kind", "kind", columns.one_of("person", "company")),
            Column("nip", "nip", columns.nip),
            Column("email", "email", columns.email, lenient=True),
            Column("phone", "phone", columns.text),
            Column("street", "street", columns.text),
            Column("postal_code", "postal_code", columns.text),
            Column("city", "city", columns.text),
            Column("bank_account", "bank_account", columns.bank_account),
        ),
    )


def _invoices(code: Reader) -> Layout:
    return Layout(
        "invoices.csv",
        Invoice,
        (
            Column("invoice_number", "number", columns.some_text),
            Column("customer_code", "customer_code", code),
            Column("kind", "kind", columns.one_of("invoice", "correction", "note")),
            Column("buyer_name", "buyer_name", columns.text),
            Column("issued_on", "issued_on", shape=columns.day),
            Column("due_on", "due_on", shape=columns.day_or_none),
            Column("period_from", "period_from", shape=columns.day_or_none),
            Column("period_to", "period_to", shape=columns.day_or_none),
            Column("net", "net_grosze", shape=columns.amount),
            Column("vat", "vat_grosze", shape=columns.amount),
            Column("gross", "gross_grosze", shape=columns.amount),
            Column("outstanding", "outstanding_grosze", shape=columns.amount),
            Column("ksef_number", "ksef_number", columns.ksef_number),
            Column("corrects", "corrects", columns.text),
        ),
        sums_agree,
        ("net_grosze", "vat_grosze", "gross_grosze"),
    )
