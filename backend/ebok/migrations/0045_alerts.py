"""What the people who run the office must learn, once for each cause."""

from peewee import AutoField, CharField, DateTimeField, Model, TextField


def up(_migrator, db) -> None:
    """The table, and the index that makes one cause one row."""

    class Alert(Model):
        id = AutoField()
        cause = CharField()
        about = CharField(default="")
        text = TextField()
        told_at = DateTimeField()
        ended_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "alert"
            legacy_table_names = False

    db.create_tables([Alert])
    db.execute_sql("CREATE UNIQUE INDEX alert_open ON alert (cause, about) WHERE ended_at IS NULL")
