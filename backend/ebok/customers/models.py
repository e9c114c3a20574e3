"""The mirror of the billing system's customers."""

from peewee import CharField

from ebok.database import Table


class Customer(Table):
    """Somebody who pays for water. `code` is the *kod klienta*, e.g. 39-29001.

    Empty text stands for what billing does not know; `kind` is "person" or "company".
    """

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
