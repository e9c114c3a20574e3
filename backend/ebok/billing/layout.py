"""What one kind of file looks like: its columns, and the table that mirrors it."""

from collections.abc import Callable
from dataclasses import dataclass

from peewee import Model

from ebok.billing import columns, columns_text, quantities
from ebok.billing.columns_text import BatchReader, Reader
from ebok.billing.dialect import Dialect


@dataclass(frozen=True)
class Column:
    """One column of a file. `field` is its column in the database.

    A `lenient` one keeps its row in spite of a bad value: that is imported as empty, and reported.
    An `optional` one may be left out of the file: then what e-BOK knows stays.
    """

    name: str
    field: str
    read: Reader | None = None
    shape: Callable[[Dialect], Reader] | None = None
    lenient: bool = False
    optional: bool = False

    @property
    def is_amount(self) -> bool:
        """Whether its values show the file's decimal sign."""
        return self.shape is columns.amount

    @property
    def is_quantity(self) -> bool:
        """Whether it may have three decimals, as cubic metres have."""
        return self.shape in quantities.SHAPES

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
        if self.is_quantity:
            return quantities.batch(self.shape, dialect)
        return getattr(self.read, "batch", None) or columns_text.BATCHES.get(self.read)


@dataclass(frozen=True)
class Reference:
    """A column whose value must be the key of a row that e-BOK has, or the bundle brings.

    `expected` says so to whoever reads the report.
    """

    column: str
    field: str
    table: type[Model]
    key: str
    expected: Callable[[], str]


@dataclass(frozen=True)
class Layout:
    """One kind of file, and the table that mirrors it. `keys` are its first columns.

    `check` is given the row's values of the fields `checked`. `beyond` are columns of the database
    that no file of this name tells, but FA(3) files do.
    """

    name: str
    table: type[Model]
    columns: tuple[Column, ...]
    check: Callable[..., tuple[str, str] | None] | None = None
    checked: tuple[str, ...] = ()
    keys: int = 1
    reference: Reference | None = None
    beyond: tuple[str, ...] = ()

    @property
    def key_columns(self) -> tuple[Column, ...]:
        """The columns that together tell one row from another."""
        return self.columns[: self.keys]
