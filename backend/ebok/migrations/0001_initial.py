"""The first tables: customers, invoices, accounts, registration, consents, mail, limits, audit."""

# Generated from a schema diff on 2026-11-22 17:13.
from peewee import *


def up(migrator, db):
    class Customer(Model):
        code = CharField(primary_key=True)
        name = CharField()
        kind = CharField()
        nip = CharField(default="")
        email = CharField(default="")
        phone = CharField(default="")
        street = CharField(default="")
        postal_code = CharField(default="")
        city = CharField(default="")
        bank_account = CharField(default="")

        class Meta:
            database = db
            table_name = "customer"

    db.create_tables([Customer])

    class Account(Model):
        customer = ForeignKeyField(Customer, unique=True, column_name="customer_code")
        email = CharField()
        phone = CharField(default="")
        kind = CharField()
        language = CharField()
        password_hash = CharField(default="")
        must_change_password = BooleanField(default=True)
        password_expires_at = DateTimeField(null=True)
        password_changed_at = DateTimeField(null=True)
        opened_at = DateTimeField()
        frozen_at = DateTimeField(null=True)
        needs_paper_notice = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "account"

    db.create_tables([Account])

    class AuditRow(Model):
        at = DateTimeField(index=True)
        who = CharField()
        did = CharField()
        whom = CharField(index=True)
        detail = CharField(default="")

        class Meta:
            database = db
            table_name = "audit"

    db.create_tables([AuditRow])

    class Consent(Model):
        account = ForeignKeyField(Account)
        purpose = CharField()
        given = BooleanField()
        decided_at = DateTimeField()
        effective_at = DateTimeField()
        text_hash = CharField()
        channel = CharField()

        class Meta:
            database = db
            table_name = "consent"

    db.create_tables([Consent])

    class Invoice(Model):
        number = CharField(primary_key=True)
        customer = ForeignKeyField(Customer, column_name="customer_code")
        kind = CharField()
        buyer_name = CharField()
        issued_on = DateField()
        due_on = DateField(null=True)
        period_from = DateField(null=True)
        period_to = DateField(null=True)
        net_grosze = BigIntegerField()
        vat_grosze = BigIntegerField()
        gross_grosze = BigIntegerField()
        outstanding_grosze = BigIntegerField()
        ksef_number = CharField(default="")
        corrects = CharField(default="")

        class Meta:
            database = db
            table_name = "invoice"
            indexes = ((("customer", "issued_on"), False),)

    db.create_tables([Invoice])

    class Limit(Model):
        name = CharField()
        key = CharField()
        started_at = DateTimeField(index=True)
        used = IntegerField()

        class Meta:
            database = db
            table_name = "limit_used"
            primary_key = CompositeKey("name", "key")

    db.create_tables([Limit])

    class Link(Model):
        token_hash = CharField(primary_key=True)
        account = ForeignKeyField(Account, on_delete="CASCADE")
        purpose = CharField()
        expires_at = DateTimeField(index=True)
        spent_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "link"

    db.create_tables([Link])

    class Mail(Model):
        message_id = CharField(unique=True)
        letter = CharField()
        recipient = CharField()
        language = CharField()
        about = IntegerField()
        priority = IntegerField()
        created_at = DateTimeField()
        due_at = DateTimeField()
        expires_at = DateTimeField()
        tries = IntegerField(default=0)
        claimed_by = CharField(default="")
        claimed_until = DateTimeField(null=True)
        sent_at = DateTimeField(null=True)
        failed_at = DateTimeField(null=True)
        fault = CharField(default="")

        class Meta:
            database = db
            table_name = "mail"
            indexes = ((("sent_at", "failed_at", "priority", "due_at"), False),)

    db.create_tables([Mail])

    class Registration(Model):
        token_hash = CharField(unique=True)
        link_hash = CharField(unique=True, null=True)
        customer_code = CharField()
        email = CharField()
        language = CharField()
        started_at = DateTimeField()
        expires_at = DateTimeField(index=True)
        code_asked_at = DateTimeField()
        code_hash = CharField(default="")
        code_expires_at = DateTimeField(null=True)
        code_attempts_left = IntegerField(default=0)
        proven_until = DateTimeField(null=True)
        matches_failed = IntegerField(default=0)
        matches_left = IntegerField()
        stopped_until = DateTimeField(null=True)
        finished_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "registration"

    db.create_tables([Registration])

    class Review(Model):
        registration = ForeignKeyField(Registration, on_delete="RESTRICT")
        customer_code = CharField(index=True)
        email = CharField()
        language = CharField()
        kind = CharField()
        buyer = CharField()
        nip = CharField()
        number = CharField()
        amount_grosze = BigIntegerField()
        phone = CharField()
        wants_e_invoice = BooleanField()
        privacy_hash = CharField()
        terms_hash = CharField()
        e_invoice_hash = CharField()
        asked_at = DateTimeField()
        decision = CharField(default="")
        decided_at = DateTimeField(null=True)
        decided_by = CharField(default="")
        reached_by = CharField(default="")
        reason = CharField(default="")

        class Meta:
            database = db
            table_name = "review"

    db.create_tables([Review])

    class Session(Model):
        token_hash = CharField(primary_key=True)
        account = ForeignKeyField(Account, on_delete="CASCADE")
        started_at = DateTimeField()
        seen_at = DateTimeField()

        class Meta:
            database = db
            table_name = "session"

    db.create_tables([Session])

    class SpentCaptcha(Model):
        id = CharField(primary_key=True)
        expires_at = DateTimeField(index=True)

        class Meta:
            database = db
            table_name = "spent_captcha"

    db.create_tables([SpentCaptcha])

    class TextVersion(Model):
        hash = CharField(primary_key=True)
        name = CharField()
        language = CharField()
        body = TextField()
        published_at = DateTimeField()

        class Meta:
            database = db
            table_name = "text_version"

    db.create_tables([TextVersion])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("text_version"))
    migrator.migrate(migrator.drop_table("spent_captcha"))
    migrator.migrate(migrator.drop_table("session"))
    migrator.migrate(migrator.drop_table("review"))
    migrator.migrate(migrator.drop_table("registration"))
    migrator.migrate(migrator.drop_table("mail"))
    migrator.migrate(migrator.drop_table("link"))
    migrator.migrate(migrator.drop_table("limit_used"))
    migrator.migrate(migrator.drop_table("invoice"))
    migrator.migrate(migrator.drop_table("consent"))
    migrator.migrate(migrator.drop_table("audit"))
    migrator.migrate(migrator.drop_table("account"))
    migrator.migrate(migrator.drop_table("customer"))
