"""What makes a row of an import implausible: the SQL that finds it, and what is done about it.

In the SQL `told` is a staged row that is new or differs, and `t` the mirror's row of its key, NULL
where there is none. A row that the mirror holds in the very same way is never looked at again.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from ebok.billing.differences import Difference
from ebok.billing.staging import differ
from ebok.invoices.operations_states import today
from ebok.settings import Settings

FORMER, BACK, ACCEPT = "former", "back", "accept"
"""What is done with a held row: its former value stays, it is kept back, it is taken as it is."""
YEAR = 366


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


def changed(kind: str, file: str, field: str, where: str) -> Check:
    """A column that changes in a way: `where` speaks of {old} and {new}."""
    old, new = f"t.{field}", f"told.{field}"
    return Check(kind, file, (field,), where.format(old=old, new=new), old, new, FORMER, "", True)


def lost(file: str, field: str) -> Check:
    """A name without a letter, or with signs where letters were."""
    name, before = f"told.{field}", f"coalesce(t.{field}, '')"
    signs = (f"(replace({name}, '{s}', '') <> {name} AND replace({before}, '{s}', '') = {before})"
             for s in ("?", "\ufffd"))  # fmt: skip
    where = f"{name} <> '' AND (lower({name}) = upper({name}) OR {' OR '.join(signs)})"
    return Check("names_lost", file, (field,), where, f"t.{field}", name, FORMER)


def dates(file: str, settings: Settings, fields: tuple[str, ...]) -> Check:
    """Days that lie decades away, or in the wrong order."""
    limits = settings.plausibility
    oldest = day(today() - timedelta(days=limits.years_back * YEAR))
    happened = day(today() + timedelta(days=limits.days_ahead))
    latest = day(today() + timedelta(days=limits.years_ahead * YEAR))
    first, *others = (f"told.{field}" for field in fields)
    parts = [f"{first} < {oldest}", f"{first} > {happened}"]
    parts += [f"{each} < {oldest} OR {each} > {latest}" for each in others]
    if others:
        due_on, begins, ends = others
        parts += [f"{due_on} < {first}", f"{ends} < {begins}"]
    shown = " || ' ' || ".join(f"coalesce(CAST({each} AS text), '–')" for each in (first, *others))
    return Check("wrong_dates", file, fields, " OR ".join(parts), "NULL", shown)


def day(on: date) -> str:
    """A day in SQL."""
    return f"'{on.isoformat()}'"
