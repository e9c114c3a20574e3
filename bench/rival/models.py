"""Our tables of invoices as unmanaged Django models."""

from django.db import models


class Customer(models.Model):
    """A customer of billing's; the user's name is the code."""

    code = models.CharField(primary_key=True, max_length=255)
    name = models.CharField(max_length=512)
    email = models.CharField(max_length=255)
    phone = models.CharField(max_length=255)

    class Meta:
        managed = False
        db_table = "customer"


class Invoice(models.Model):
    """One document."""

    number = models.CharField(primary_key=True, max_length=255)
    customer = models.ForeignKey(
        Customer, models.CASCADE, db_column="customer_code", related_name="invoices"
    )
    kind = models.CharField(max_length=255)
    buyer_name = models.CharField(max_length=512)
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    period_from = models.DateField(null=True)
    period_to = models.DateField(null=True)
    net_grosze = models.BigIntegerField()
    vat_grosze = models.BigIntegerField()
    gross_grosze = models.BigIntegerField()
    outstanding_grosze = models.BigIntegerField()
    payable_grosze = models.BigIntegerField(null=True)
    ksef_number = models.CharField(max_length=255)
    ksef_kind = models.CharField(max_length=255)
    corrects = models.CharField(max_length=255)
    public_id = models.CharField(max_length=255)
    point_code = models.CharField(max_length=255)

    class Meta:
        managed = False
        db_table = "invoice"


class Line(models.Model):
    """A line of an invoice; Django 5.2 knows composite keys."""

    pk = models.CompositePrimaryKey("invoice_id", "position")
    invoice = models.ForeignKey(
        Invoice, models.CASCADE, db_column="invoice_number", related_name="lines"
    )
    position = models.IntegerField()
    name = models.CharField(max_length=512)
    unit = models.CharField(max_length=255)
    quantity_millionths = models.BigIntegerField(null=True)
    unit_net_microgrosze = models.BigIntegerField(null=True)
    net_grosze = models.BigIntegerField(null=True)
    gross_grosze = models.BigIntegerField(null=True)
    vat_rate = models.CharField(max_length=255)

    class Meta:
        managed = False
        db_table = "invoice_line"


class VatSum(models.Model):
    """Net and VAT of one rate."""

    pk = models.CompositePrimaryKey("invoice_id", "vat_rate")
    invoice = models.ForeignKey(
        Invoice, models.CASCADE, db_column="invoice_number", related_name="vat_sums"
    )
    vat_rate = models.CharField(max_length=255)
    net_grosze = models.BigIntegerField()
    vat_grosze = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "invoice_vat_sum"


class Instalment(models.Model):
    """A day by which a part is to be paid."""

    pk = models.CompositePrimaryKey("invoice_id", "due_on")
    invoice = models.ForeignKey(
        Invoice, models.CASCADE, db_column="invoice_number", related_name="instalments"
    )
    due_on = models.DateField()
    amount_grosze = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "instalment"


class Document(models.Model):
    """A file of an invoice."""

    pk = models.CompositePrimaryKey("invoice_number", "customer_code", "kind")
    invoice_number = models.CharField(max_length=255)
    customer_code = models.CharField(max_length=255)
    kind = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=255)

    class Meta:
        managed = False
        db_table = "document"


class Point(models.Model):
    """A point of use."""

    code = models.CharField(primary_key=True, max_length=255)
    customer = models.ForeignKey(
        Customer, models.CASCADE, db_column="customer_code", related_name="points"
    )
    street = models.CharField(max_length=255)
    postal_code = models.CharField(max_length=255)
    city = models.CharField(max_length=255)

    class Meta:
        managed = False
        db_table = "point_of_use"


class Meter(models.Model):
    """A meter at a point."""

    serial = models.CharField(primary_key=True, max_length=255)
    point = models.ForeignKey(Point, models.CASCADE, db_column="point_code", related_name="meters")
    kind = models.CharField(max_length=255)

    class Meta:
        managed = False
        db_table = "meter"


class Reading(models.Model):
    """What a meter showed on a day."""

    pk = models.CompositePrimaryKey("meter_id", "read_on")
    meter = models.ForeignKey(
        Meter, models.CASCADE, db_column="meter_serial", related_name="readings"
    )
    read_on = models.DateField()
    value_litres = models.BigIntegerField()
    source = models.CharField(max_length=255)

    class Meta:
        managed = False
        db_table = "reading"


class Import(models.Model):
    """An import: how fresh the data are."""

    as_of_at = models.DateTimeField()
    state = models.CharField(max_length=255)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "billing_import"
