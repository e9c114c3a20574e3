"""Invoices with lines, payments, meters, documents, imports, notifications; accounts can close."""

from peewee import *

# Constants for the rows that are there; the models' own defaults are made in Python.
ADDED = (
    ("customer", "import_id", "INTEGER NOT NULL DEFAULT 0"),
    ("invoice", "public_id", "VARCHAR(255) NOT NULL DEFAULT ''"),
    ("invoice", "payable_grosze", "BIGINT"),
    ("invoice", "ksef_kind", "VARCHAR(255) NOT NULL DEFAULT ''"),
    ("invoice", "point_code", "VARCHAR(255) NOT NULL DEFAULT ''"),
    ("invoice", "bank_account", "VARCHAR(255) NOT NULL DEFAULT ''"),
    ("invoice", "import_id", "INTEGER NOT NULL DEFAULT 0"),
    ("account", "closed_at", "{moment}"),
    ("account", "bounced_at", "{moment}"),
    ("account", "attach_pdf", "{truth}"),
    ("account", "remind_due", "{truth} NOT NULL DEFAULT {no}"),
    ("account", "remind_overdue", "{truth} NOT NULL DEFAULT {no}"),
    ("session", "public_id", "VARCHAR(255) NOT NULL DEFAULT ''"),
    ("session", "device", "VARCHAR(255) NOT NULL DEFAULT ''"),
    ("session", "network", "VARCHAR(255) NOT NULL DEFAULT ''"),
    ("mail", "short_code", "VARCHAR(255) NOT NULL DEFAULT ''"),
)
# One random value for each row: 128 bits, as `new_public_id` makes them.
RANDOM_IN_SQLITE = "lower(hex(randomblob(16)))"
RANDOM_IN_POSTGRES = "replace(gen_random_uuid()::text, '-', '')"


def up(migrator, db):
    is_postgres = isinstance(db, PostgresqlDatabase)
    _add_columns(db, is_postgres)
    if is_postgres:
        # SQLite counts no characters.
        db.execute_sql("ALTER TABLE invoice ALTER COLUMN buyer_name TYPE VARCHAR(512)")
    # A customer whose account was closed can have another one.
    db.execute_sql("DROP INDEX account_customer_code")
    db.execute_sql("CREATE INDEX account_customer_code ON account (customer_code)")
    db.execute_sql(
        "CREATE UNIQUE INDEX account_open ON account (customer_code) WHERE closed_at IS NULL"
    )
    db.execute_sql("CREATE INDEX customer_bank_account ON customer (bank_account)")
    db.execute_sql("CREATE INDEX mail_short_code ON mail (short_code)")
    db.execute_sql("CREATE INDEX mail_recipient ON mail (recipient)")
    # Only where there is something to find: a first load of a million rows pays for each entry.
    for column in ("ksef_number", "bank_account"):
        db.execute_sql(f"CREATE INDEX invoice_{column} ON invoice ({column}) WHERE {column} <> ''")
    _create_tables(db, bare=not is_postgres)


def _add_columns(db, is_postgres):
    moment = "TIMESTAMP" if is_postgres else "DATETIME"
    truth, no = ("BOOLEAN", "false") if is_postgres else ("INTEGER", "0")
    for table, column, kind in ADDED:
        kind = kind.format(moment=moment, truth=truth, no=no)
        db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "{column}" {kind}')
    random = RANDOM_IN_POSTGRES if is_postgres else RANDOM_IN_SQLITE
    for table in ("invoice", "session"):
        db.execute_sql(f'UPDATE "{table}" SET public_id = {random}')


def _create_tables(db, bare):
    # `bare`: on SQLite a table is kept in the order of its key, once and not twice.
    class Frozen(Model):
        class Meta:
            database = db

    class Customer(Frozen):
        code = CharField(primary_key=True)

    class Invoice(Frozen):
        number = CharField(primary_key=True)

    class Account(Frozen):
        pass

    class Import(Frozen):
        started_at = DateTimeField()
        applied_at = DateTimeField()
        as_of_at = DateTimeField()
        source = CharField()
        origin = CharField()
        new_count = IntegerField()
        changed_count = IntegerField()
        undone_at = DateTimeField(null=True)

        class Meta:
            table_name = "billing_import"

    class Replaced(Frozen):
        import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
        table = CharField(column_name="table_name")
        key = CharField()
        row = TextField()

        class Meta:
            table_name = "billing_import_replaced"
            primary_key = CompositeKey("import_", "table", "key")

    class InvoiceLine(Frozen):
        invoice = ForeignKeyField(Invoice, column_name="invoice_number", index=False)
        position = IntegerField()
        name = CharField(max_length=512)
        unit = CharField(default="")
        quantity_millionths = BigIntegerField(null=True)
        unit_net_microgrosze = BigIntegerField(null=True)
        net_grosze = BigIntegerField(null=True)
        gross_grosze = BigIntegerField(null=True)
        vat_rate = CharField(default="")
        before_correction = BooleanField(default=False)
        import_id = IntegerField(default=0)

        class Meta:
            table_name = "invoice_line"
            primary_key = CompositeKey("invoice", "position")
            without_rowid = bare

    class VatSum(Frozen):
        invoice = ForeignKeyField(Invoice, column_name="invoice_number", index=False)
        vat_rate = CharField()
        net_grosze = BigIntegerField()
        vat_grosze = BigIntegerField()
        import_id = IntegerField(default=0)

        class Meta:
            table_name = "invoice_vat_sum"
            primary_key = CompositeKey("invoice", "vat_rate")
            without_rowid = bare

    class PointOfUse(Frozen):
        code = CharField(primary_key=True)
        customer = ForeignKeyField(Customer, column_name="customer_code")
        street = CharField(default="")
        postal_code = CharField(default="")
        city = CharField(default="")
        tariff = CharField(default="")
        import_id = IntegerField(default=0)

        class Meta:
            table_name = "point_of_use"

    class Meter(Frozen):
        serial = CharField(primary_key=True)
        point = ForeignKeyField(PointOfUse, column_name="point_code")
        digits = IntegerField()
        kind = CharField()
        installed_on = DateField(null=True)
        removed_on = DateField(null=True)
        legal_until = DateField(null=True)
        import_id = IntegerField(default=0)

    class Reading(Frozen):
        meter = ForeignKeyField(Meter, column_name="meter_serial", index=False)
        read_on = DateField()
        value_litres = BigIntegerField()
        source = CharField()
        import_id = IntegerField(default=0)

        class Meta:
            primary_key = CompositeKey("meter", "read_on")
            without_rowid = bare

    class Payment(Frozen):
        payment_id = CharField(primary_key=True)
        customer = ForeignKeyField(Customer, column_name="customer_code", index=False)
        booked_on = DateField()
        amount_grosze = BigIntegerField()
        title = CharField(default="")
        invoice_number = CharField(default="")
        import_id = IntegerField(default=0)

        class Meta:
            indexes = ((("customer", "booked_on"), False),)

    class PaymentOrder(Frozen):
        id = CharField(primary_key=True)
        account = ForeignKeyField(Account, on_delete="CASCADE")
        invoice_number = CharField(default="")
        amount_grosze = BigIntegerField()
        operator = CharField()
        state = CharField(default="started")
        operator_id = CharField(default="")
        created_at = DateTimeField()
        settled_at = DateTimeField(null=True)

        class Meta:
            table_name = "payment_order"

    class Document(Frozen):
        invoice_number = CharField()
        kind = CharField()
        sha256 = CharField(index=True)
        size_bytes = BigIntegerField()
        import_id = IntegerField(default=0)

        class Meta:
            primary_key = CompositeKey("invoice_number", "kind")

    class Notification(Frozen):
        account = ForeignKeyField(Account, index=False)
        invoice_number = CharField(index=True)
        kind = CharField()
        mail_id = IntegerField(null=True)
        import_id = IntegerField(default=0, index=True)
        created_at = DateTimeField()
        accepted_at = DateTimeField(null=True)
        opened_at = DateTimeField(null=True)

        class Meta:
            indexes = ((("account", "invoice_number", "kind"), True),)

    class Bounce(Frozen):
        report_id = CharField(unique=True)
        mail_id = IntegerField(null=True)
        recipient = CharField(index=True)
        status = CharField()
        is_final = BooleanField()
        at = DateTimeField()

    class Batch(Frozen):
        feed = CharField()
        begun_at = DateTimeField()
        written_at = DateTimeField(null=True)

        class Meta:
            table_name = "outgoing_batch"
            indexes = ((("feed", "written_at"), False),)

    class Outgoing(Frozen):
        feed = CharField()
        customer_code = CharField(index=True)
        happened_at = DateTimeField()
        effective_at = DateTimeField()
        facts = TextField()
        batch = ForeignKeyField(Batch, null=True, on_delete="RESTRICT")
        exported_at = DateTimeField(null=True)

        class Meta:
            indexes = ((("feed", "exported_at", "effective_at"), False),)

    class SignIn(Frozen):
        account = ForeignKeyField(Account, on_delete="CASCADE", index=False)
        at = DateTimeField(index=True)
        outcome = CharField()
        device = CharField(default="")
        network = CharField(default="")

        class Meta:
            table_name = "sign_in"
            indexes = ((("account", "at"), False),)

    class EmailChange(Frozen):
        account = ForeignKeyField(Account, on_delete="CASCADE")
        email = CharField()
        code_hash = CharField(default="")
        tries_left = IntegerField(default=0)
        asked_at = DateTimeField()
        expires_at = DateTimeField(index=True)
        ended_at = DateTimeField(null=True)
        email_before = CharField(default="")

        class Meta:
            table_name = "email_change"

    papers = (InvoiceLine, VatSum, PointOfUse, Meter, Reading, Payment, Document)
    imports = (Import, Replaced)
    accounts = (PaymentOrder, Notification, Bounce, Batch, Outgoing, SignIn, EmailChange)
    db.create_tables([*papers, *imports, *accounts])
