"""Tables of imports, and of what is needed to undo them."""

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

from ebok.database import Table, tuples
from ebok.database.prepared import prepared

APPLIED, HELD, PUBLISHED = "applied", "held", "published"
SUPERSEDED, DISCARDED = "superseded", "discarded"


class Import(Table):
    """An import that changed something, or is held. `origin` is "command", "inbox", "http" or
    "demo".

    `state` is "applied", or of one that was held and changed nothing itself: "held", "published"
    (as import `published_as`), "superseded" by a later one of the same files, "discarded".
    `applied_at` is when it was applied or held, `as_of_at` when its newest file was written: the
    mirror is that fresh. `source` is the name of its file or folder, `bundle` the path of a held
    one's copy below `data_dir`. Once `is_forgotten`, the rows that it replaced are deleted and it
    cannot be undone.
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
        """SQL condition: applied and not undone."""
        return (cls.state == APPLIED) & cls.undone_at.is_null()

    @classmethod
    def find_last(cls) -> "Import | None":
        """The newest import that was applied and not undone."""
        return cls.select().where(cls.stands()).order_by(cls.id.desc()).first()

    @classmethod
    def as_of(cls) -> datetime | None:
        """*Stan na*: how fresh the mirror is; None before the first import."""
        found = _newest_as_of.first()
        return found and found[0]

    @classmethod
    def held(cls) -> list["Import"]:
        """The held imports, newest first."""
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
    """A file of an import, and when it was written."""

    import_id: "IntegerField[int]"
    import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
    name = CharField(index=True)
    as_of_at = DateTimeField()

    class Meta:
        table_name = "billing_import_file"
        primary_key = CompositeKey("import_", "name")

    @classmethod
    def newest(cls) -> dict[str, datetime]:
        """When the newest version of each file was written."""
        found = cls.select(cls.name, fn.MAX(cls.as_of_at)).join(Import).where(Import.stands())
        return dict(tuples(found.group_by(cls.name)))

    @classmethod
    def is_in_later_import(cls, import_id: int, name: str) -> bool:
        """Whether a later import that was not undone had this file."""
        later = (cls.import_ > import_id) & (cls.name == name) & Import.stands()
        return cls.select(cls.name).join(Import).where(later).exists()


class Replaced(Table):
    """A row of the mirror before an import changed it; `row` is JSON by column.

    Added rows need none: they have the import's id. Kept for the newest imports only.
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
        """Delete all but the rows of the newest `most` imports of the last `days`; returns their
        number."""
        oldest = Import.select(Import.id).where(Import.stands()).order_by(Import.id.desc())
        kept = [id_ for (id_,) in tuples(oldest.limit(most))]
        is_old = Import.id.not_in(kept) | (Import.applied_at < moment - timedelta(days=days))
        gone = Import.select(Import.id).where(is_old & ~Import.is_forgotten)
        ids = [id_ for (id_,) in tuples(gone)]
        if not ids:
            return 0
        Import.update(is_forgotten=True).where(Import.id.in_(ids)).execute()
        return cls.delete().where(cls.import_.in_(ids)).execute()


class SetAside(Table):
    """A fault of a row, XML or PDF that an import left out, or of one that refers to such."""

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
    """A row that an import removed from the mirror; `row` is JSON by column.

    `reason` is "replaced" (a line of an invoice's former version), "deleted" (the file said so),
    "missing" (from a complete file) or "with" (it referred to such a row). `returned_by` is the
    import that added it again, or 0.
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
    """The CSV files of the newest import, for comparison with the next. At most one row.

    `place` is the folder that holds them, `fingerprint` that of the program and settings that
    parsed them, `files` JSON with facts about each file's lines.
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
