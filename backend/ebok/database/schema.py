"""The schema of a database as SQL statements, for comparison."""

import re
from collections.abc import Iterator
from typing import Any

from peewee import PostgresqlDatabase

HISTORY = "schema_migration"

SQLITE = f"""
SELECT sql FROM sqlite_master
WHERE sql IS NOT NULL AND tbl_name <> '{HISTORY}' AND name NOT LIKE 'sqlite_%'
ORDER BY instr('table index view trigger', type), name
"""

# From Postgres' catalogue, without the schema's name, which comes from the search path.
SEQUENCES = f"""
SELECT 'CREATE SEQUENCE ' || quote_ident(c.relname) || ' AS ' || format_type(s.seqtypid, NULL)
FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname NOT LIKE '{HISTORY}%'
ORDER BY 1
"""
TABLES = f"""
SELECT 'CREATE TABLE ' || quote_ident(c.relname) || ' (' || string_agg(
    quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attcollation NOT IN (0, 100) THEN ' COLLATE '
            || (SELECT quote_ident(collname) FROM pg_collation o WHERE o.oid = a.attcollation)
       ELSE '' END
    || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
    || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
    ', ' ORDER BY a.attnum) || ')'
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
    AND c.relname <> '{HISTORY}'
GROUP BY c.relname ORDER BY c.relname
"""
OWNERS = f"""
SELECT 'ALTER SEQUENCE ' || quote_ident(s.relname) || ' OWNED BY ' || quote_ident(t.relname)
    || '.' || quote_ident(a.attname)
FROM pg_class s
JOIN pg_depend d ON d.objid = s.oid AND d.deptype = 'a' AND d.classid = 'pg_class'::regclass
JOIN pg_class t ON t.oid = d.refobjid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S' AND s.relnamespace = current_schema()::regnamespace
    AND t.relname <> '{HISTORY}'
ORDER BY 1
"""
CONSTRAINTS = f"""
SELECT 'ALTER TABLE ' || quote_ident(t.relname) || ' ADD CONSTRAINT ' || quote_ident(c.conname)
    || ' ' || pg_get_constraintdef(c.oid, true)
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.connamespace = current_schema()::regnamespace AND c.contype IN ('p', 'u', 'c', 'x', 'f')
    AND t.relname <> '{HISTORY}'
ORDER BY c.contype = 'f', t.relname, c.conname
"""
INDEXES = f"""
SELECT pg_get_indexdef(i.indexrelid, 0, true)
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
WHERE x.relnamespace = current_schema()::regnamespace AND t.relname <> '{HISTORY}'
    AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid
                    AND c.contype IN ('p', 'u', 'x'))
ORDER BY x.relname
"""
FUNCTIONS = """
SELECT replace(pg_get_functiondef(p.oid), current_schema() || '.', '')
FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace ORDER BY p.proname
"""
TRIGGERS = """
SELECT pg_get_triggerdef(t.oid, true)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
ORDER BY c.relname, t.tgname
"""
POSTGRES = (SEQUENCES, TABLES, OWNERS, CONSTRAINTS, INDEXES, FUNCTIONS, TRIGGERS)


def statements(db: Any) -> list[str]:
    """SQL statements that create the tables, indexes, constraints and triggers of this database, in
    order.

    The table of migrations is left out.
    """
    return [" ".join(text.split()) for text in _definitions(db)]


def _definitions(db: Any) -> Iterator[str]:
    for query in POSTGRES if is_postgres(db) else (SQLITE,):
        # The driver's cursor without parameters, where % needs no escaping.
        yield from (text for (text,) in db.cursor().execute(query).fetchall())


def pieces(statement: str) -> list[str]:
    """A statement; of a table each column and constraint by itself, with the table's name."""
    table = re.fullmatch(r'CREATE TABLE "?(\w+)"? \((.*)\)', statement)
    if not table:
        return [statement]
    parts, depth = [""], 0
    for sign in table[2]:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [f"{table[1]}: {part.strip()}" for part in parts]


def create(db: Any, wanted: list[str]) -> None:
    """Run these statements in a database without tables."""
    if is_postgres(db):
        db.cursor().execute(";\n".join(wanted))
    else:
        for statement in wanted:
            db.cursor().execute(statement)


def is_postgres(db: Any) -> bool:
    """Whether this database is Postgres."""
    return isinstance(db, PostgresqlDatabase)
