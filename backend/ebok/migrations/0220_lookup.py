"""The index by which the office finds customers, what keeps it up to date, and its searches."""

from peewee import (
    AutoField,
    BlobField,
    CharField,
    CompositeKey,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    PostgresqlDatabase,
    TextField,
)

NOTE = "INSERT INTO lookup_stale (customer_code)"
OF_POINT = "SELECT customer_code FROM point_of_use WHERE code ="
CHANGES = {
    # Table: its columns that are found, how to tell whose they are.
    "customer": ("name nip email phone street postal_code city", "SELECT {row}.code"),
    "point_of_use": ("customer_code street postal_code city", "SELECT {row}.customer_code"),
    "meter": ("point_code", OF_POINT + " {row}.point_code"),
    "account": ("email phone closed_at", "SELECT {row}.customer_code"),
}


def up(_migrator, db) -> None:
    """Tables and triggers; who is there already is indexed by the worker."""
    create_tables(db)
    make = make_for_postgres if isinstance(db, PostgresqlDatabase) else make_for_sqlite
    for table, (columns, whose) in CHANGES.items():
        for statement in make(table, columns.split(), whose):
            db.execute_sql(statement)
    db.execute_sql(f"{NOTE} SELECT code FROM customer")


def make_for_sqlite(table, columns, whose):
    """Triggers for each row; an update counts if it changes what is found."""
    old, new = whose.format(row="OLD"), whose.format(row="NEW")
    differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns)
    head, told = f"CREATE TRIGGER lookup_{table}_", f"BEGIN {NOTE} {new}; END"
    both = f"BEGIN {NOTE} {old} UNION {new}; END"
    yield f"{head}added AFTER INSERT ON {table} {told}"
    yield (f"{head}changed AFTER UPDATE OF {', '.join(columns)} ON {table} WHEN {differs} {both}")
    yield f"{head}gone AFTER DELETE ON {table} BEGIN {NOTE} {old}; END"


def make_for_postgres(table, columns, whose):
    """One statement for all rows that are added: an import adds millions at once."""
    old, new = whose.format(row="OLD"), whose.format(row="NEW")
    differs = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
    of_all = {
        "customer": "SELECT code FROM added",
        "meter": "SELECT p.customer_code FROM added JOIN point_of_use AS p"
        " ON p.code = added.point_code",
    }.get(table, "SELECT customer_code FROM added")
    bodies = {
        "added": f"{NOTE} {of_all}",
        "changed": f"{NOTE} {old} UNION {new}",
        "gone": f"{NOTE} {old}",
    }
    for event, body in bodies.items():
        yield (
            f"CREATE FUNCTION lookup_{table}_{event}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {body}; RETURN NULL; END $$"
        )
    head, run = f"CREATE TRIGGER lookup_{table}_", f"EXECUTE FUNCTION lookup_{table}_"
    yield (
        f"{head}added AFTER INSERT ON {table} REFERENCING NEW TABLE AS added"
        f" FOR EACH STATEMENT {run}added()"
    )
    yield (
        f"{head}changed AFTER UPDATE OF {', '.join(columns)} ON {table}"
        f" FOR EACH ROW WHEN ({differs}) {run}changed()"
    )
    yield f"{head}gone AFTER DELETE ON {table} FOR EACH ROW {run}gone()"


def create_tables(db) -> None:
    """The tables as they were at first; on SQLite those that are all key have nothing else."""
    is_sqlite = not isinstance(db, PostgresqlDatabase)

    class Base(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class IndexedCustomer(Base):
        id = AutoField()
        code = CharField(unique=True)
        words = TextField()
        identifiers = TextField()

        class Meta:
            table_name = "lookup_customer"

    class Word(Base):
        id = AutoField()
        word = BlobField(unique=True)
        customers = IntegerField()

        class Meta:
            table_name = "lookup_word"

    class WordKey(Base):
        key = BlobField()
        word_id = IntegerField()

        class Meta:
            table_name = "lookup_word_key"
            primary_key = CompositeKey("key", "word_id")
            without_rowid = is_sqlite

    class Posting(Base):
        word_id = IntegerField()
        customer_id = IntegerField()

        class Meta:
            table_name = "lookup_posting"
            primary_key = CompositeKey("word_id", "customer_id")
            without_rowid = is_sqlite

    class Identifier(Base):
        value = BlobField()
        kind = CharField()
        customer_id = IntegerField()

        class Meta:
            table_name = "lookup_identifier"
            primary_key = CompositeKey("value", "kind", "customer_id")
            without_rowid = is_sqlite

    class StaleCustomer(Base):
        id = AutoField()
        customer_code = CharField(index=True)

        class Meta:
            table_name = "lookup_stale"

    class StaffMember(Base):
        id = AutoField()

    class Search(Base):
        id = AutoField()
        public_id = CharField(unique=True)
        member = ForeignKeyField(StaffMember)
        at = DateTimeField(index=True)
        query = CharField()

        class Meta:
            table_name = "lookup_search"

    class Hit(Base):
        search = ForeignKeyField(Search, on_delete="CASCADE")
        customer_code = CharField(index=True)

        class Meta:
            table_name = "lookup_hit"
            primary_key = CompositeKey("search", "customer_code")

    class Recent(Base):
        member = ForeignKeyField(StaffMember, on_delete="CASCADE", index=False)
        customer_code = CharField()
        at = DateTimeField()

        class Meta:
            table_name = "lookup_recent"
            primary_key = CompositeKey("member", "customer_code")

    tables = [IndexedCustomer, Word, WordKey, Posting, Identifier, StaleCustomer]
    db.create_tables([*tables, Search, Hit, Recent])
