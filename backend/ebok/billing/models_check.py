"""A check of an import's plausibility: the SQL that finds implausible rows, and what is done about
them.

In the SQL `src` is a staged row that is new or changed and `t` the mirror's row with its key, or
NULL. Rows that equal the mirror's are never checked again.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from ebok.billing.differences import Difference
from ebok.billing.staging import differ
from ebok.invoices.operations_states import today
from ebok.settings import Settings

KEEP_FORMER, KEEP_BACK, ACCEPT = "former", "back", "accept"
"""What to do with a held row: keep its former value, keep it back, or accept it."""
YEAR = 366


@dataclass(frozen=True)
class Check:
    """A kind of implausible row in one file. `kind` is the name of its limit in `[plausibility]`.

    It looks at new rows, and at changed ones if one of `fields` changed. `old` and `new` are the
    SQL of the values in the report, `decision` what is done with a held row unless a person
    decides; `joins` are further tables, `key` is the SQL of the row's name where that is not its
    key.
    """

    kind: str
    file: str
    fields: tuple[str, ...]
    where: str
    old: str
    new: str
    decision: str = KEEP_BACK
    joins: str = ""
    needs_former: bool = False
    key: str = ""

    def condition(self, difference: Difference) -> str:
        """The whole SQL condition."""
        if self.needs_former:
            return f"NOT src.is_new AND ({self.where})"
        if not difference.is_compared or not self.fields:
            return f"({self.where})"
        return f"(src.is_new OR {differ('src', 't', list(self.fields))}) AND ({self.where})"

    def applies_to(self, difference: Difference) -> bool:
        """Whether the file has the columns that it needs."""
        has_fields = set(self.fields) <= set(difference.stage.fields)
        return has_fields and (difference.is_compared or not self.needs_former)


def changed(kind: str, file: str, field: str, where: str) -> Check:
    """A check of a column that changes; `where` refers to {old} and {new}."""
    old, new = f"t.{field}", f"src.{field}"
    return Check(
        kind, file, (field,), where.format(old=old, new=new), old, new, KEEP_FORMER, "", True
    )


def lost_letters(file: str, field: str) -> Check:
    """A check of names without a letter, or with signs in place of letters."""
    name, before = f"src.{field}", f"coalesce(t.{field}, '')"
    signs = (f"(replace({name}, '{s}', '') <> {name} AND replace({before}, '{s}', '') = {before})"
             for s in ("?", "\ufffd"))  # fmt: skip
    where = f"{name} <> '' AND (lower({name}) = upper({name}) OR {' OR '.join(signs)})"
    return Check("names_lost", file, (field,), where, f"t.{field}", name, KEEP_FORMER)


def dates(file: str, settings: Settings, fields: tuple[str, ...]) -> Check:
    """A check of days that are decades away, or in the wrong order."""
    limits = settings.plausibility
    oldest = day(today() - timedelta(days=limits.years_back * YEAR))
    happened = day(today() + timedelta(days=limits.days_ahead))
    latest = day(today() + timedelta(days=limits.years_ahead * YEAR))
    first, *others = (f"src.{field}" for field in fields)
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
