"""Readings that the file of an invoice tells, for meters of which billing gives none."""

from peewee import *


def up(migrator, db):
    class Frozen(Model):
        class Meta:
            database = db

    class Invoice(Frozen):
        number = CharField(primary_key=True)

    class InvoiceReading(Frozen):
        invoice = ForeignKeyField(Invoice, column_name="invoice_number", index=False)
        position = IntegerField()
        serial = CharField()
        previous_litres = BigIntegerField()
        current_litres = BigIntegerField()
        import_id = IntegerField(default=0)

        class Meta:
            table_name = "invoice_reading"
            primary_key = CompositeKey("invoice", "position")

    db.create_tables([InvoiceReading])
