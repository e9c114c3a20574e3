"""Table of used captchas."""

from peewee import CharField, DateTimeField

from ebok.database import Table


class SpentCaptcha(Table):
    """A captcha that was answered, correctly or not. Its primary key prevents a second answer."""

    id: "CharField[str]" = CharField(primary_key=True)
    expires_at = DateTimeField(index=True)
