"""The mirror of billing's points of use, meters and readings."""

from peewee import (
    BigIntegerField,
    CharField,
    CompositeKey,
    DateField,
    ForeignKeyField,
    IntegerField,
)

from ebok.customers.models import Customer
from ebok.database import Table


class PointOfUse(Table):
    """A place where a customer takes water: *punkt poboru*.

    It belonged to `former_code` until `since_on`; both are empty if no former customer is known.
    """

    code = CharField(primary_key=True)
    customer_code: "CharField[str]"
    customer = ForeignKeyField(Customer, column_name="customer_code", backref="points")
    street = CharField(default="")
    postal_code = CharField(default="")
    city = CharField(default="")
    tariff = CharField(default="")
    since_on = DateField(null=True)
    former_code = CharField(default="")
    import_id = IntegerField(default=0)


class Meter(Table):
    """A meter at a point of use. Its face has `digits` of whole cubic metres.

    `kind` is "water", "garden", "hot" or "sewage"; its legal validity ends after `legal_until`. If
    it was another customer's before, it has been at this point since `since_on`.
    """

    serial = CharField(primary_key=True)
    point_code: "CharField[str]"
    point = ForeignKeyField(PointOfUse, column_name="point_code", backref="meters")
    digits = IntegerField()
    kind = CharField()
    installed_on = DateField(null=True)
    removed_on = DateField(null=True)
    legal_until = DateField(null=True)
    since_on = DateField(null=True)
    import_id = IntegerField(default=0)


class Reading(Table):
    """A meter's value on a day. `source` is "clerk", "remote", "customer" or "estimate"."""

    meter_serial: "CharField[str]"
    meter = ForeignKeyField(Meter, column_name="meter_serial", backref="readings", index=False)
    read_on = DateField()
    value_litres = BigIntegerField()
    source = CharField()
    import_id = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("meter", "read_on")
