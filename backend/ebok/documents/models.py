"""Which document has which bytes."""

from peewee import BigIntegerField, CharField, CompositeKey, IntegerField

from ebok.database import Table, first_row


class Document(Table):
    """A file that billing gave for an invoice. `kind` is "pdf" or "xml".

    The bytes lie in the data directory under the name of their SHA-256, which is `sha256` in hex.
    """

    invoice_number = CharField()
    kind = CharField()
    sha256 = CharField(index=True)
    size_bytes = BigIntegerField()
    import_id = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("invoice_number", "kind")

    @classmethod
    def sha256_of(cls, invoice_number: str, kind: str) -> str:
        """The hash of this invoice's file of this kind; "" where billing gave none."""
        # In SQL, as each mail of a town's notifications asks it.
        found = first_row(
            "SELECT sha256 FROM document WHERE invoice_number = {0} AND kind = {0}",
            invoice_number,
            kind,
        )
        return found[0] if found else ""
