"""From when on a point of use is its customer's, and a meter at its point."""

from peewee import *


def up(migrator, db):
    former = CharField(default="")
    migrator.migrate(migrator.add_column("point_of_use", "former_code", former))
    for table in ("point_of_use", "meter"):
        migrator.migrate(migrator.add_column(table, "since_on", DateField(null=True)))
