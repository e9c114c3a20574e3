"""Which document has which bytes."""

from peewee import BigIntegerField, CharField, CompositeKey, IntegerField

from ebok.database import Table, all_rows, marks


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
        return cls.sha256s_of([invoice_number], kind).get(invoice_number, "")

    @classmethod
    def sha256s_of(cls, numbers: list[str], kind: str) -> dict[str, str]:
        """The hashes of these invoices' files of this kind, where billing gave one."""
        if not numbers:
            return {}
        # In SQL, as the mails of a town's notifications ask it.
        found = all_rows(
            "SELECT invoice_number, sha256 FROM document"
            f" WHERE kind = {{0}} AND invoice_number IN ({marks(numbers)})",
            kind,
            *numbers,
        )
        return dict(found)
