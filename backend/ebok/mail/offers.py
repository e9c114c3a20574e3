"""What the mail server offered when we last spoke with it: only the worker hears it, pages ask it.

Not known is not offered: an address that is taken and cannot be written to would leave its owner
waiting for a code that never comes.
"""

from datetime import datetime

from flask_babel import gettext as _
from peewee import BooleanField, CharField, DateTimeField

from ebok import settings
from ebok.database import Table, now
from ebok.mail.addresses import is_international
from ebok.mail.connection import Connection


class RelayOffer(Table):
    """One mail server, as host:port; `takes_international` is its SMTPUTF8 (RFC 6531)."""

    relay = CharField(primary_key=True)
    takes_international = BooleanField()
    noted_at = DateTimeField()


def note(connection: Connection) -> None:
    """Keep what the server of a connection that was just opened offers, where that is news."""
    if connection.is_noted:
        return
    name, takes = f"{connection.relay.host}:{connection.relay.port}", connection.takes_international
    known = RelayOffer.get_or_none(RelayOffer.relay == name)
    if known is None or known.takes_international != takes:
        told: dict[str, bool | datetime] = {"takes_international": takes, "noted_at": now()}
        row = RelayOffer.insert(relay=name, **told)
        row.on_conflict(conflict_target=[RelayOffer.relay], update=told).execute()
    connection.is_noted = True


def unwritable(address: str) -> str:
    """Why no mail can be written to this address, in words; "" where one can."""
    if not is_international(address):
        return ""
    chosen = settings.current()
    name = f"{chosen.mail_server}:{chosen.mail_port}"
    known = RelayOffer.get_or_none(RelayOffer.relay == name)
    if known and known.takes_international:
        return ""
    return _(
        "We cannot write to an address with such letters before the @: our mail server "
        "does not accept it. Give one with only the letters a to z there."
    )
