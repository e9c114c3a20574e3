"""The imports: applied, or held until a person decides; and what is needed to take them back."""

from datetime import datetime, timedelta

from peewee import (
    BooleanField,
    CharField,
    CompositeKey,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
    fn,
)

from ebok.database import Table
from ebok.database.prepared import prepared

APPLIED, HELD, PUBLISHED = "applied", "held", "published"
SUPERSEDED, DISCARDED = "superseded", "discarded"


class Import(Table):
    """One import that changed something, or would. `origin` is "command", "inbox" or "demo".

    `state` is "applied"; or, of one that waits or waited for a person and changed nothing itself,
    "held", "published" (as the import `published_as`), "superseded" by a later one that tells the
    same files, "discarded". `applied_at` is when it came to be applied or held, `as_of_at` when the
    newest of its files was written: the mirror says how things stood then. `source` is the name of
    its file or folder, without the path; `bundle` the name of the kept copy of a held one. What
    the import replaced is gone once it `is_forgotten`.
    """

    started_at = DateTimeField()
    applied_at = DateTimeField()
    as_of_at = DateTimeField(index=True)
    source = CharField()
    origin = CharField()
    new_count = IntegerField()
    changed_count = IntegerField()
    aside_count = IntegerField(default=0)
    withdrawn_count = IntegerField(default=0)
    undone_at = DateTimeField(null=True)
    state = CharField(default=APPLIED)
    report = TextField(default="")
    bundle = CharField(default="")
    published_as = IntegerField(null=True)
    is_forgotten = BooleanField(default=False)

    class Meta:
        table_name = "billing_import"

    @classmethod
    def stands(cls):
        """The condition that an import was applied and not taken back."""
        return (cls.state == APPLIED) & cls.undone_at.is_null()

    @classmethod
    def find_last(cls) -> "Import | None":
        """The newest import that still stands."""
        return cls.select().where(cls.stands()).order_by(cls.id.desc()).first()

    @classmethod
    def as_of(cls) -> datetime | None:
        """*Stan na*: how fresh the mirror is; None before the first import."""
        found = _newest_as_of.first()
        return found and found[0]

    @classmethod
    def held(cls) -> list["Import"]:
        """Those that wait for a person, the newest first."""
        return list(cls.select().where(cls.state == HELD).order_by(cls.id.desc()))


@prepared
def _newest_as_of():
    return (
        Import.select(Import.as_of_at)
        .where(Import.stands())
        .order_by(Import.as_of_at.desc())
        .limit(1)
        .tuples()
    )


class ImportFile(Table):
    """A file that an import told, by its name, and when that was written."""

    import_id: "IntegerField[int]"
    import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
    name = CharField(index=True)
    as_of_at = DateTimeField()

    class Meta:
        table_name = "billing_import_file"
        primary_key = CompositeKey("import_", "name")

    @classmethod
    def newest(cls) -> dict[str, datetime]:
        """How fresh the mirror is, file by file."""
        found = cls.select(cls.name, fn.MAX(cls.as_of_at)).join(Import).where(Import.stands())
        return dict(found.group_by(cls.name).tuples())

    @classmethod
    def is_told_since(cls, import_id: int, name: str) -> bool:
        """Whether an import after this one, which stands, told this file."""
        later = (cls.import_ > import_id) & (cls.name == name) & Import.stands()
        return cls.select(cls.name).join(Import).where(later).exists()


class Replaced(Table):
    """A row of the mirror as it was before an import changed it; `row` is JSON, column by column.

    Rows that an import brought need none: they know its id. Kept for the newest imports only.
    """

    import_id: "IntegerField[int]"
    import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
    table = CharField(column_name="table_name")
    key = CharField()
    row = TextField()

    class Meta:
        table_name = "billing_import_replaced"
        primary_key = CompositeKey("import_", "table", "key")

    @classmethod
    def forget(cls, most: int, days: int, moment: datetime) -> int:
        """Keep what the newest `most` imports of the last `days` replaced; rows forgotten."""
        oldest = Import.select(Import.id).where(Import.stands()).order_by(Import.id.desc())
        kept = [id_ for (id_,) in oldest.limit(most).tuples()]
        is_old = Import.id.not_in(kept) | (Import.applied_at < moment - timedelta(days=days))
        gone = Import.select(Import.id).where(is_old & ~Import.is_forgotten)
        ids = [id_ for (id_,) in gone.tuples()]
        if not ids:
            return 0
        Import.update(is_forgotten=True).where(Import.id.in_(ids)).execute()
        return cls.delete().where(cls.import_.in_(ids)).execute()


class SetAside(Table):
    """A row, XML or PDF that an import left out, because it was wrong or referred to what was."""

    import_id: "IntegerField[int]"
    import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
    file = CharField()
    line = IntegerField()
    column = CharField(column_name="column_name")
    value = TextField(null=True)
    expected = TextField()

    class Meta:
        table_name = "billing_set_aside"


class Withdrawn(Table):
    """A row of the mirror that an import took from customers' eyes; `row` is JSON, by column.

    `reason` is "replaced" (a line of an invoice's former version), "deleted" (the file said so),
    "missing" (from a complete file) or "with" (it referred to such a row). `returned_by` is the
    import that brought it again, 0 while none has.
    """

    import_id: "IntegerField[int]"
    import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
    table = CharField(column_name="table_name")
    key = CharField()
    row = TextField()
    reason = CharField()
    returned_by = IntegerField(default=0)

    class Meta:
        table_name = "billing_withdrawn"
        indexes = ((("table", "key"), False),)


class Baseline(Table):
    """The CSV files that the newest import has applied, as they were: there is one row at most.

    `place` is the folder that holds them, `fingerprint` that of the program and the settings by
    which they were read, `files` JSON: what is known of each file's lines.
    """

    import_id: "IntegerField[int]"
    import_ = ForeignKeyField(
        Import, column_name="import_id", on_delete="CASCADE", primary_key=True
    )
    place = CharField()
    fingerprint = CharField()
    files = TextField()

    class Meta:
        table_name = "billing_baseline"
