"""Which puzzles were used up."""

from peewee import CharField, DateTimeField

from ebok.database import Table


class SpentCaptcha(Table):
    """A puzzle that was answered, rightly or wrongly: inserting it twice is impossible."""

    id = CharField(primary_key=True)  # pyright: ignore[reportAssignmentType]
    expires_at = DateTimeField(index=True)
