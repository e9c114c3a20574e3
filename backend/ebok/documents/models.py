"""The files that billing delivered."""

from collections.abc import Collection

from peewee import BigIntegerField, CharField, CompositeKey, IntegerField

from ebok.database import Table
from ebok.database.prepared import prepared
from ebok.invoices.models import Invoice


class Document(Table):
    """A file from billing for an invoice of a customer. `kind` is "pdf" or "xml".

    Every lookup names customer and number: a customer who gets the number later must not get an
    earlier one's file. `sha256` is the hex hash of the bytes, and the file's name in the data
    directory.
    """

    invoice_number = CharField()
    customer_code = CharField()
    kind = CharField()
    sha256 = CharField(index=True)
    size_bytes = BigIntegerField()
    import_id = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("invoice_number", "customer_code", "kind")

    @classmethod
    def sha256_of(cls, customer_code: str, number: str, kind: str) -> str:
        """The hash of the file of this kind for a customer's invoice; "" if there is none."""
        key = customer_code, number
        return cls.sha256s_of([key], kind).get(key, "")

    @classmethod
    def sha256s_of(cls, keys: Collection[tuple[str, str]], kind: str) -> dict[tuple[str, str], str]:
        """The hashes of files of this kind by (customer code, invoice number)."""
        if not keys:
            return {}
        found = _sha256s.all(kind, [number for _code, number in keys])
        sums = {(code, number): sha256 for code, number, sha256 in found}
        return {key: sums[key] for key in keys if key in sums}


@prepared
def _sha256s(kind: str, numbers: list[str]):
    is_theirs = (Invoice.number == Document.invoice_number) & (
        Invoice.customer == Document.customer_code
    )
    return (
        Document.select(Document.customer_code, Document.invoice_number, Document.sha256)
        .join(Invoice, on=is_theirs)
        .where((Document.kind == kind) & Document.invoice_number.in_(numbers))
        .tuples()
    )
