"""What is done with the held rows of an import that is published: decided, or else what is safe.

A row that is kept back takes along what refers to it: an invoice without its customer, or lines
without their invoice, cannot go on.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ebok.billing.differences import Difference
from ebok.billing.models_check import ACCEPT, BACK, FORMER
from ebok.billing.operations_history import NotUndone
from ebok.billing.operations_plausibility import FINDINGS
from ebok.billing.staging import Stage, create, differ, execute
from ebok.languages import count as ngettext, say as _

OF_INVOICE = "invoice_number"
PAYMENTS = "payment"
TAKEN = "staged_taken"


@dataclass(frozen=True)
class Decisions:
    """The keys of held rows, by what shall become of them; `all_else` is for the others.

    Without `all_else` what is safe is done: changed accounts, addresses and names stay as they
    were, and rows that cannot be right are kept back.
    """

    back: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    all_else: str = ""

    def __iter__(self):
        return iter(((BACK, self.back), (FORMER, self.former), (ACCEPT, self.accept)))


@dataclass(frozen=True)
class Decided:
    """How many rows were kept back, and of how many the former value stays."""

    back: int
    former: int

    def in_words(self, newer: int) -> list[str]:
        """What was done, and that `newer` rows stay as later imports told them."""
        told = _(
            "Held rows: %(back)s kept back, %(former)s left with their former value.",
            back=self.back,
            former=self.former,
        )
        if not newer:
            return [told]
        later = ngettext(
            "This bundle is older than a later import: %(num)s row stays as it is in that one.",
            "This bundle is older than a later import: %(num)s rows stay as they are in that one.",
            newer,
        )
        return [told, later]


def decide(decisions: Decisions, differences: Mapping[str, Difference]) -> Decided:
    """Take what is not accepted out of the differences; raises NotUndone for an unknown key."""
    _note(decisions)
    of_tables = list(differences.values())
    former = sum(_keep_former(each) for each in of_tables)
    back = _keep_back(of_tables)
    for each in of_tables:
        each.recount()
    return Decided(back, former)


def keep_newer(import_id: int, numbers: str, differences: Mapping[str, Difference]) -> int:
    """Leave out what imports after this one told of: the older bundle must not bring it back.

    `numbers` is the SQL of their invoices.
    """
    count = 0
    for each in differences.values():
        if each.is_compared:
            before, key = each.new + each.changed, each.stage.key_text(each.rows)
            out = f"NOT is_new AND line IN ({_told_since(import_id, each)})"
            out += f" OR is_new AND {key} IN ({_gone_since(import_id, each)})"
            if OF_INVOICE in each.stage.keys:
                out += f" OR {OF_INVOICE} IN ({numbers})"
            each.drop(out)
            each.recount()
            count += before - each.new - each.changed
    return count


def _told_since(import_id: int, difference: Difference) -> str:
    stage = difference.stage
    return f"""
        SELECT told.line FROM {difference.rows} AS told
        JOIN {stage.target} AS t ON {stage.same_key("t", "told")}
        WHERE t.import_id > {import_id:d} OR EXISTS (SELECT 1 FROM billing_import_replaced AS r
         WHERE r.import_id > {import_id:d} AND r.table_name = '{stage.target}'
         AND r.key = {stage.key_text("told")})
        """


def _gone_since(import_id: int, difference: Difference) -> str:
    """The SQL of the keys of rows that an import after this one withdrew."""
    return f"""
        SELECT w.key FROM billing_withdrawn AS w WHERE w.table_name = '{difference.stage.target}'
        AND w.import_id > {import_id:d} AND w.returned_by = 0
        """


def invoices_since(import_id: int, tables: list[Stage]) -> str:
    """The SQL of the numbers of invoices that imports after this one told of, or of a line of."""
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


def _note(decisions: Decisions) -> None:
    if decisions.all_else:
        execute(f"UPDATE {FINDINGS} SET otherwise = {{0}}", decisions.all_else)
    for what, keys in decisions:
        for key in keys:
            if not execute(f"SELECT 1 FROM {FINDINGS} WHERE key = {{0}} LIMIT 1", key):
                raise NotUndone(_("%(key)s is not one of the held rows", key=key))
            execute(f"UPDATE {FINDINGS} SET otherwise = {{0}} WHERE key = {{0}}", what, key)


def _held(difference: Difference, otherwise: str) -> str:
    """The SQL of the lines of a table's held rows for which this was decided."""
    return (
        f"SELECT line FROM {FINDINGS} WHERE staged = '{difference.stage.staged}'"
        f" AND otherwise = '{otherwise}'"
    )


def _keep_former(difference: Difference) -> int:
    """Give held rows the mirror's values; a new one, which has none, is kept back instead."""
    if not difference.is_compared:
        return 0
    stage, rows = difference.stage, difference.rows
    held = _held(difference, FORMER)
    execute(
        f"""
        UPDATE {FINDINGS} SET otherwise = '{BACK}' WHERE line IN ({held})
        AND staged = '{stage.staged}' AND (field = '' OR line IN
        (SELECT line FROM {rows} AS d WHERE d.is_new OR {_moves(stage)}))
        """
    )
    [(count,)] = execute(f"SELECT count(DISTINCT line) FROM ({held}) AS d")
    if not count:
        return 0
    for (field,) in execute(
        f"SELECT DISTINCT field FROM {FINDINGS} WHERE staged = '{stage.staged}'"
        f" AND otherwise = '{FORMER}'"
    ):
        of_field = f"{held} AND field = '{field}'"
        execute(
            f"""
            UPDATE {rows} SET "{field}" = (SELECT t."{field}" FROM {stage.target} AS t
             WHERE {stage.same_key("t", rows)}) WHERE line IN ({of_field})
            """
        )
    _drop_equal(difference)
    return count


def _moves(stage: Stage) -> str:
    """The SQL that says of an invoice `d` that it becomes another customer's, to whom the former
    one's account must not be shown."""
    former = f"SELECT t.customer_code FROM {stage.target} AS t WHERE {stage.same_key('t', 'd')}"
    return f"d.customer_code <> ({former})" if stage.target == "invoice" else "false"


def _drop_equal(difference: Difference) -> None:
    """A row that says what the mirror says is none that changes."""
    stage, rows = difference.stage, difference.rows
    execute(
        f"""
        DELETE FROM {rows} WHERE NOT is_new AND line NOT IN
        (SELECT told.line FROM {rows} AS told JOIN {stage.target} AS t
         ON {stage.same_key("t", "told")} WHERE {differ("told", "t", stage.fields)})
        """
    )


def _keep_back(differences: list[Difference]) -> int:
    """Take held rows out, with what refers to them; how many were held.

    In the order of the layouts: what is referred to comes first.
    """
    execute(f"DROP TABLE IF EXISTS {TAKEN}")
    execute(f"{create(TAKEN)} (target text, value text)")
    [(count,)] = execute(f"SELECT count(*) FROM {FINDINGS} WHERE otherwise = '{BACK}'")
    if count:
        _take_invoices_of_lines(differences)
        for each in differences:
            _take_out(each)
    return count


def _take_invoices_of_lines(differences: list[Difference]) -> None:
    """Held lines hold their invoice."""
    for each in differences:
        if each.stage.target == "invoice_line":
            execute(
                f"""
                INSERT INTO {TAKEN} SELECT 'invoice', invoice_number FROM {each.place} AS d
                WHERE line IN ({_held(each, BACK)})
                """
            )


def _take_out(difference: Difference) -> None:
    stage = difference.stage
    out = f"(line IN ({_held(difference, BACK)})"
    refers = stage.layout.reference
    if refers:
        out += f' OR "{refers.field}" IN ({taken(refers.table._meta.table_name)})'
    if stage.target == "invoice":
        out += f" OR number IN ({taken('invoice')})"
    elif OF_INVOICE in stage.fields and stage.target != PAYMENTS:
        out += f" OR {OF_INVOICE} IN ({taken('invoice')})"
    out += ")"
    # What the mirror has already can still be referred to; but lines go with their invoice.
    is_gone = "AND is_new" if difference.is_compared and stage.target != "invoice" else ""
    execute(
        f"""
        INSERT INTO {TAKEN} SELECT '{stage.target}', CAST("{stage.keys[0]}" AS text)
        FROM {difference.place} AS d WHERE {out} {is_gone}
        """
    )
    difference.drop(out)


def taken(target: str) -> str:
    """The SQL of the keys of a table's rows that were taken out."""
    return f"SELECT value FROM {TAKEN} WHERE target = '{target}'"
