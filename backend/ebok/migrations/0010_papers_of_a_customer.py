"""A document belongs to an invoice of a customer, no longer to a number alone.

What is there becomes the papers of whoever has the invoice. A row that the last import replaced,
and an undo would bring back, is completed in the same way.
"""

import json

from peewee import *

MOVE = """
INSERT INTO document_of_customer
    (invoice_number, customer_code, kind, sha256, size_bytes, import_id)
SELECT d.invoice_number, coalesce(i.customer_code, ''), d.kind, d.sha256, d.size_bytes, d.import_id
FROM document AS d LEFT JOIN invoice AS i ON i.number = d.invoice_number
"""
REPLACED = "SELECT import_id, key, row FROM billing_import_replaced WHERE table_name = 'document'"


def up(_migrator, db):
    is_postgres = isinstance(db, PostgresqlDatabase)

    class Document(Model):
        invoice_number = CharField()
        customer_code = CharField()
        kind = CharField()
        sha256 = CharField()
        size_bytes = BigIntegerField()
        import_id = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "document_of_customer"
            primary_key = CompositeKey("invoice_number", "customer_code", "kind")

    db.create_tables([Document])
    db.execute_sql(MOVE)
    db.execute_sql("DROP TABLE document")
    db.execute_sql("ALTER TABLE document_of_customer RENAME TO document")
    db.execute_sql("CREATE INDEX document_sha256 ON document (sha256)")
    if is_postgres:
        db.execute_sql("ALTER INDEX document_of_customer_pkey RENAME TO document_pkey")
    _complete_replaced(db, "%s" if is_postgres else "?")


def _complete_replaced(db, mark):
    owner = f"SELECT customer_code FROM invoice WHERE number = {mark}"
    completed = (
        f"UPDATE billing_import_replaced SET key = {mark}, row = {mark}"
        f" WHERE import_id = {mark} AND table_name = 'document' AND key = {mark}"
    )
    for import_id, key, text in db.execute_sql(REPLACED).fetchall():
        row = json.loads(text)
        found = db.execute_sql(owner, (row["invoice_number"],)).fetchone()
        row["customer_code"] = found[0] if found else ""
        new_key = f"{row['invoice_number']} {row['customer_code']} {row['kind']}"
        db.execute_sql(completed, (new_key, json.dumps(row), import_id, key))
