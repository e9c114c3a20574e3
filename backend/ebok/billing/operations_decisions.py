"""Applies a person's decisions about the held rows of an import that is published.

Keeping a row back also keeps back what refers to it: an invoice without its customer, or lines
without their invoice, cannot be written.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ebok.billing.differences import Difference
from ebok.billing.models_check import ACCEPT, KEEP_BACK, KEEP_FORMER
from ebok.billing.operations_history import NotPossible
from ebok.billing.operations_plausibility import FINDINGS
from ebok.billing.staging import Stage, create_sql, differ, execute
from ebok.languages import count as ngettext, say as _

OF_INVOICE = "invoice_number"
PAYMENTS = "payment"
REMOVED = "staged_removed"


@dataclass(frozen=True)
class Decisions:
    """Keys of held rows by decision; `all_else` decides about the others.

    Without `all_else` the safe choice is made: changed accounts, addresses and names keep their
    former value, and rows that cannot be right are kept back.
    """

    back: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    all_else: str = ""

    def __iter__(self):
        return iter(((KEEP_BACK, self.back), (KEEP_FORMER, self.former), (ACCEPT, self.accept)))


@dataclass(frozen=True)
class DecisionCounts:
    """How many rows were kept back, and how many keep their former value."""

    back: int
    former: int

    def in_words(self, newer: int) -> list[str]:
        """Sentences of the report; `newer` is the number of rows that `skip_newer` dropped."""
        text = _(
            "Held rows: %(back)s kept back, %(former)s left with their former value.",
            back=self.back,
            former=self.former,
        )
        if not newer:
            return [text]
        later = ngettext(
            "This bundle is older than a later import: %(num)s row stays as it is in that one.",
            "This bundle is older than a later import: %(num)s rows stay as they are in that one.",
            newer,
        )
        return [text, later]


def decide(decisions: Decisions, differences: Mapping[str, Difference]) -> DecisionCounts:
    """Remove from the differences what is not accepted. Raises NotPossible for an unknown key."""
    _record(decisions)
    of_tables = list(differences.values())
    former = sum(_keep_former(each) for each in of_tables)
    back = _keep_back(of_tables)
    for each in of_tables:
        each.recount()
    return DecisionCounts(back, former)


def skip_newer(import_id: int, numbers: str, differences: Mapping[str, Difference]) -> int:
    """Drop rows that later imports have changed: the older bundle must not revert them. Returns
    their number.

    `numbers` is the SQL of the invoices of those imports.
    """
    count = 0
    for each in differences.values():
        if each.is_compared:
            before, key = each.new + each.changed, each.stage.key_text(each.rows)
            out = f"NOT is_new AND line IN ({_changed_since(import_id, each)})"
            out += f" OR is_new AND {key} IN ({_withdrawn_since(import_id, each)})"
            if OF_INVOICE in each.stage.keys:
                out += f" OR {OF_INVOICE} IN ({numbers})"
            each.drop(out)
            each.recount()
            count += before - each.new - each.changed
    return count


def _changed_since(import_id: int, difference: Difference) -> str:
    stage = difference.stage
    return f"""
        SELECT src.line FROM {difference.rows} AS src
        JOIN {stage.target} AS t ON {stage.same_key("t", "src")}
        WHERE t.import_id > {import_id:d} OR EXISTS (SELECT 1 FROM billing_import_replaced AS r
         WHERE r.import_id > {import_id:d} AND r.table_name = '{stage.target}'
         AND r.key = {stage.key_text("src")})
        """


def _withdrawn_since(import_id: int, difference: Difference) -> str:
    """SQL of the keys of rows that a later import withdrew."""
    return f"""
        SELECT w.key FROM billing_withdrawn AS w WHERE w.table_name = '{difference.stage.target}'
        AND w.import_id > {import_id:d} AND w.returned_by = 0
        """


def invoices_changed_since(import_id: int, tables: list[Stage]) -> str:
    """SQL of the numbers of invoices that later imports changed, or changed a line of."""
    first, *parts = [
        f"""
        SELECT t.{stage.keys[0]} FROM {stage.target} AS t WHERE t.import_id > {import_id:d}
        OR {stage.key_text("t")} IN (SELECT r.key FROM billing_import_replaced AS r
         WHERE r.import_id > {import_id:d} AND r.table_name = '{stage.target}')
        """
        for stage in tables
        if stage.target == "invoice" or OF_INVOICE in stage.keys
    ]
    return " UNION ".join([first, *parts])


def _record(decisions: Decisions) -> None:
    if decisions.all_else:
        execute(f"UPDATE {FINDINGS} SET decision = {{0}}", decisions.all_else)
    for what, keys in decisions:
        for key in keys:
            if not execute(f"SELECT 1 FROM {FINDINGS} WHERE key = {{0}} LIMIT 1", key):
                raise NotPossible(_("%(key)s is not one of the held rows", key=key))
            execute(f"UPDATE {FINDINGS} SET decision = {{0}} WHERE key = {{0}}", what, key)


def _held(difference: Difference, decision: str) -> str:
    """SQL of the lines of a table's held rows with this decision."""
    return (
        f"SELECT line FROM {FINDINGS} WHERE staged = '{difference.stage.staged}'"
        f" AND decision = '{decision}'"
    )


def _keep_former(difference: Difference) -> int:
    """Give held rows the mirror's values; a new row has none and is kept back."""
    if not difference.is_compared:
        return 0
    stage, rows = difference.stage, difference.rows
    held = _held(difference, KEEP_FORMER)
    execute(
        f"""
        UPDATE {FINDINGS} SET decision = '{KEEP_BACK}' WHERE line IN ({held})
        AND staged = '{stage.staged}' AND (field = '' OR line IN
        (SELECT line FROM {rows} AS d WHERE d.is_new OR {_moves(stage)}))
        """
    )
    [(count,)] = execute(f"SELECT count(DISTINCT line) FROM ({held}) AS d")
    if not count:
        return 0
    for (field,) in execute(
        f"SELECT DISTINCT field FROM {FINDINGS} WHERE staged = '{stage.staged}'"
        f" AND decision = '{KEEP_FORMER}'"
    ):
        of_field = f"{held} AND field = '{field}'"
        execute(
            f"""
            UPDATE {rows} SET "{field}" = (SELECT t."{field}" FROM {stage.target} AS t
             WHERE {stage.same_key("t", rows)}) WHERE line IN ({of_field})
            """
        )
    _drop_unchanged(difference)
    return count


def _moves(stage: Stage) -> str:
    """SQL condition: invoice `d` moves to another customer, who must not see the former one's
    account."""
    former = f"SELECT t.customer_code FROM {stage.target} AS t WHERE {stage.same_key('t', 'd')}"
    return f"d.customer_code <> ({former})" if stage.target == "invoice" else "false"


def _drop_unchanged(difference: Difference) -> None:
    """Drop rows that now equal the mirror's."""
    stage, rows = difference.stage, difference.rows
    execute(
        f"""
        DELETE FROM {rows} WHERE NOT is_new AND line NOT IN
        (SELECT src.line FROM {rows} AS src JOIN {stage.target} AS t
         ON {stage.same_key("t", "src")} WHERE {differ("src", "t", stage.fields)})
        """
    )


def _keep_back(differences: list[Difference]) -> int:
    """Remove held rows and what refers to them; returns the number of held rows.

    Referenced tables come first in `differences`.
    """
    execute(f"DROP TABLE IF EXISTS {REMOVED}")
    execute(f"{create_sql(REMOVED)} (target text, value text)")
    [(count,)] = execute(f"SELECT count(*) FROM {FINDINGS} WHERE decision = '{KEEP_BACK}'")
    if count:
        _remove_invoices_of_lines(differences)
        for each in differences:
            _remove(each)
    return count


def _remove_invoices_of_lines(differences: list[Difference]) -> None:
    """Remove the invoices of held lines."""
    for each in differences:
        if each.stage.target == "invoice_line":
            execute(
                f"""
                INSERT INTO {REMOVED} SELECT 'invoice', invoice_number FROM {each.row_table} AS d
                WHERE line IN ({_held(each, KEEP_BACK)})
                """
            )


def _remove(difference: Difference) -> None:
    stage = difference.stage
    out = f"(line IN ({_held(difference, KEEP_BACK)})"
    refers = stage.layout.reference
    if refers:
        out += f' OR "{refers.field}" IN ({removed(refers.table._meta.table_name)})'
    if stage.target == "invoice":
        out += f" OR number IN ({removed('invoice')})"
    elif OF_INVOICE in stage.fields and stage.target != PAYMENTS:
        out += f" OR {OF_INVOICE} IN ({removed('invoice')})"
    out += ")"
    # Rows of the mirror can still be referred to, except that lines go with their invoice.
    is_gone = "AND is_new" if difference.is_compared and stage.target != "invoice" else ""
    execute(
        f"""
        INSERT INTO {REMOVED} SELECT '{stage.target}', CAST("{stage.keys[0]}" AS text)
        FROM {difference.row_table} AS d WHERE {out} {is_gone}
        """
    )
    difference.drop(out)


def removed(target: str) -> str:
    """SQL of the keys of a table's removed rows."""
    return f"SELECT value FROM {REMOVED} WHERE target = '{target}'"
