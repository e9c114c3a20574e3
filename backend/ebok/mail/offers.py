"""Remembers what the mail server offers: the worker learns it, the pages ask.

Unknown counts as not offered: otherwise people might wait in vain for a code.
"""

from datetime import datetime

from flask_babel import gettext as _
from peewee import BooleanField, CharField, DateTimeField

from ebok import settings
from ebok.database import Table, now
from ebok.mail.addresses import is_international
from ebok.mail.connection import Connection


class RelayOffer(Table):
    """Offer of a mail server (host:port); `takes_international` is SMTPUTF8 (RFC 6531)."""

    relay = CharField(primary_key=True)
    takes_international = BooleanField()
    noted_at = DateTimeField()


def note(connection: Connection) -> None:
    """Store what the server of a newly opened connection offers, if it changed."""
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
    """A sentence why no mail can be sent to this address; "" if it can."""
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
