"""The mirror of the billing system's customers."""

from typing import Any

from peewee import CharField, IntegerField

from ebok.database import Table
from ebok.database.prepared import prepared

LONGEST_NAME = 512
"""Most characters of a name in FA(3)."""


class Customer(Table):
    """A customer. `code` is the *kod klienta*, e.g. 39-29001.

    "" means unknown; `kind` is "person" or "company". In every table of the mirror `import_id` is
    the import that added the row, 0 for older ones.
    """

    code = CharField(primary_key=True)
    name = CharField(max_length=LONGEST_NAME)
    kind = CharField()
    nip = CharField(default="")
    email = CharField(default="")
    phone = CharField(default="")
    street = CharField(default="")
    postal_code = CharField(default="")
    city = CharField(default="")
    bank_account = CharField(default="", index=True)
    import_id = IntegerField(default=0)

    @classmethod
    def name_of(cls, code: str) -> str:
        """The customer's name; "" if billing no longer has them."""
        found = _name.first(code)
        return found.name if found else ""


@prepared
def _name(code: str) -> Any:
    # Peewee's queries have no types.
    table: Any = Customer
    return table.select(table.name).where(table.code == code)
