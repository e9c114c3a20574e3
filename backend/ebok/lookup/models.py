"""The index by which customers are found, and the searches of the staff.

The index is made of the mirror and the accounts. Triggers (migration 0220) note in `StaleCustomer`
whose facts have changed, in the transaction that changed them; `operations_index.py` follows.
Words and identifiers are bytes, so that both databases keep them in one order, whatever their
collation: prefixes are ranges of a B-tree.
"""

from peewee import (
    BlobField,
    CharField,
    CompositeKey,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from ebok.database import Table
from ebok.staff.models import StaffMember
from ebok.tokens import new_public_id


class IndexedCustomer(Table):
    """What a customer is found by: ` name words | words of addresses `, folded.

    `identifiers` are lines of `kind value`, as in `Identifier`.
    """

    code = CharField(unique=True)
    words = TextField()
    identifiers = TextField()

    class Meta:
        table_name = "lookup_customer"


class Word(Table):
    """A distinct word; `customers` is how many have it."""

    word = BlobField(unique=True)
    customers = IntegerField()

    class Meta:
        table_name = "lookup_word"


class WordKey(Table):
    """The word, or the word less one letter: two words with a key in common are one error apart."""

    key = BlobField()
    word_id = IntegerField()

    class Meta:
        table_name = "lookup_word_key"
        primary_key = CompositeKey("key", "word_id")


class Posting(Table):
    """A word of a customer."""

    word_id = IntegerField()
    customer_id = IntegerField()

    class Meta:
        table_name = "lookup_posting"
        primary_key = CompositeKey("word_id", "customer_id")


class Identifier(Table):
    """What a customer is known by: `kind` is "code", "phone", "email", "nip" or "serial"."""

    value = BlobField()
    kind = CharField()
    customer_id = IntegerField()

    class Meta:
        table_name = "lookup_identifier"
        primary_key = CompositeKey("value", "kind", "customer_id")


class StaleCustomer(Table):
    """A customer whose facts have changed since they were indexed; only ever added to by triggers.

    A row for each change, because one that is there already could be taken away by who does not
    see the change yet.
    """

    customer_code = CharField(index=True)

    class Meta:
        table_name = "lookup_stale"


class Search(Table):
    """A search by one of the staff, at whose id its results can be seen again."""

    public_id = CharField(unique=True, default=new_public_id)
    member = ForeignKeyField(StaffMember)
    at = DateTimeField(index=True)
    query = CharField()

    class Meta:
        table_name = "lookup_search"


class Hit(Table):
    """A customer whom a search has shown. `customer_code` has no foreign key: it is evidence."""

    search = ForeignKeyField(Search, on_delete="CASCADE")
    customer_code = CharField(index=True)

    class Meta:
        table_name = "lookup_hit"
        primary_key = CompositeKey("search", "customer_code")


class Recent(Table):
    """A customer whom one of the staff has opened, and when last."""

    member = ForeignKeyField(StaffMember, on_delete="CASCADE", index=False)
    customer_code = CharField()
    at = DateTimeField()

    class Meta:
        table_name = "lookup_recent"
        primary_key = CompositeKey("member", "customer_code")
