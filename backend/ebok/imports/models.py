"""The imports that were applied, and what is needed to take the last one back."""

from datetime import datetime

from peewee import CharField, CompositeKey, DateTimeField, ForeignKeyField, IntegerField, TextField

from ebok.database import Table


class Import(Table):
    """One import that changed something. `origin` is "command", "inbox" or "demo".

    `as_of_at` is when the newest of its files was written: the mirror says how things stood then.
    `source` is the name of its file or folder, without the path.
    """

    started_at = DateTimeField()
    applied_at = DateTimeField()
    as_of_at = DateTimeField()
    source = CharField()
    origin = CharField()
    new_count = IntegerField()
    changed_count = IntegerField()
    undone_at = DateTimeField(null=True)

    class Meta:
        table_name = "billing_import"

    @classmethod
    def find_last(cls) -> "Import | None":
        """The newest import that still stands."""
        return cls.select().where(cls.undone_at.is_null()).order_by(cls.id.desc()).first()

    @classmethod
    def as_of(cls) -> datetime | None:
        """*Stan na*: how fresh the mirror is; None before the first import."""
        newest = cls.select(cls.as_of_at).where(cls.undone_at.is_null())
        return newest.order_by(cls.as_of_at.desc()).limit(1).scalar()


class Replaced(Table):
    """A row of the mirror as it was before an import changed it; `row` is JSON, column by column.

    Rows that an import brought need none: they know its id. Kept for the last import only.
    """

    import_ = ForeignKeyField(Import, column_name="import_id", on_delete="CASCADE")
    table = CharField(column_name="table_name")
    key = CharField()
    row = TextField()

    class Meta:
        table_name = "billing_import_replaced"
        primary_key = CompositeKey("import_", "table", "key")
