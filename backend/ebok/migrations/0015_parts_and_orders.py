"""Instalments and due days in words; orders online that know their invoices; a reminder a part."""

from peewee import *

# What was ordered for one invoice: billing books it when nothing of that sum is left.
ORDERED = """
INSERT INTO payment_order_invoice (order_id, invoice_number, amount_grosze, outstanding_grosze)
SELECT id, invoice_number, amount_grosze, amount_grosze FROM payment_order
WHERE invoice_number <> ''
"""


def up(migrator, db):
    for table, column in (("invoice", "due_terms"), ("notification", "part_due_on")):
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(255) NOT NULL DEFAULT ''")
    db.execute_sql("DROP INDEX notification_account_id_invoice_number_kind")
    db.execute_sql(
        "CREATE UNIQUE INDEX notification_account_id_invoice_number_kind_part_due_on"
        " ON notification (account_id, invoice_number, kind, part_due_on)"
    )
    _create_tables(db)
    db.execute_sql(ORDERED)


def _create_tables(db):
    class Frozen(Model):
        class Meta:
            database = db

    class Invoice(Frozen):
        number = CharField(primary_key=True)

    class PaymentOrder(Frozen):
        id = CharField(primary_key=True)

        class Meta:
            table_name = "payment_order"

    class Instalment(Frozen):
        invoice = ForeignKeyField(Invoice, column_name="invoice_number", index=False)
        due_on = DateField(index=True)
        amount_grosze = BigIntegerField(null=True)
        import_id = IntegerField(default=0)

        class Meta:
            primary_key = CompositeKey("invoice", "due_on")

    class OrderedInvoice(Frozen):
        order = ForeignKeyField(
            PaymentOrder, column_name="order_id", on_delete="CASCADE", index=False
        )
        invoice_number = CharField()
        amount_grosze = BigIntegerField()
        outstanding_grosze = BigIntegerField()

        class Meta:
            table_name = "payment_order_invoice"
            primary_key = CompositeKey("order", "invoice_number")

    db.create_tables([Instalment, OrderedInvoice])
