"""Describes a kind of file: its columns, and the table that mirrors it."""

from collections.abc import Callable
from dataclasses import dataclass

from peewee import Model

from ebok.billing import columns, columns_text, quantities
from ebok.billing.columns_text import BatchReader, Reader
from ebok.billing.dialect import Dialect


@dataclass(frozen=True)
class Column:
    """A column of a file; `field` is its column in the database.

    A bad value of a `lenient` column is imported as empty and reported; its row stays. An
    `optional` column may be missing from the file: then the mirror's values stay. `read` parses a
    value, or `by_dialect` makes the parser.
    """

    name: str
    field: str
    read: Reader | None = None
    by_dialect: Callable[[Dialect], Reader] | None = None
    lenient: bool = False
    optional: bool = False

    @property
    def is_amount(self) -> bool:
        """Whether its values show the file's decimal sign."""
        return self.by_dialect is columns.amount

    @property
    def is_quantity(self) -> bool:
        """Whether it may have three decimals, as cubic metres have."""
        return self.by_dialect in quantities.BY_DIALECT

    @property
    def is_day(self) -> bool:
        """Whether its values show the file's form of dates."""
        return self.by_dialect in (columns.day, columns.day_or_none)

    def reader(self, dialect: Dialect) -> Reader:
        """The parser of a value in a file of this dialect."""
        read = self.by_dialect(dialect) if self.by_dialect else self.read
        assert read, f"{self.name} has no parser"
        return read

    def batch_reader(self, dialect: Dialect) -> BatchReader | None:
        """The parser of a batch of values, or None."""
        if self.is_amount:
            return columns.amounts(dialect)
        if self.by_dialect:
            return quantities.batch(self.by_dialect, dialect)
        if isinstance(self.read, columns.CustomerCode):
            return self.read.batch
        return columns_text.BATCHES.get(self.read) if self.read else None


@dataclass(frozen=True)
class Reference:
    """A column whose value must be the key of a row in e-BOK or in the bundle.

    `expected` says so in the report.
    """

    column: str
    field: str
    table: type[Model]
    key: str
    expected: Callable[[], str]


@dataclass(frozen=True)
class Layout:
    """A kind of file, and the table that mirrors it. The first `keys` columns are its key.

    `check` is called with the row's values of the fields `checked`; it returns None or the column
    at fault and what is expected. `fa3_fields` are columns of the table that only FA(3) files have.
    """

    name: str
    table: type[Model]
    columns: tuple[Column, ...]
    check: Callable[..., tuple[str, str] | None] | None = None
    checked: tuple[str, ...] = ()
    keys: int = 1
    reference: Reference | None = None
    fa3_fields: tuple[str, ...] = ()

    @property
    def key_columns(self) -> tuple[Column, ...]:
        """The columns of the key."""
        return self.columns[: self.keys]
