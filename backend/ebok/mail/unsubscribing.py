"""The link in a mail's headers that switches its kind off with one click (RFC 8058).

It opens nothing else. Its token is the tag of the mail, which Message-ID tells anyway, and a MAC
that only this office can make: nothing is kept for it, and nobody's account stands in it.
"""

from ebok.mail.kinds import letters
from ebok.mail.models import Mail
from ebok.settings import Settings
from ebok.tokens import same, sign

TAG, MAC = 20, 32
"""Hexadecimal digits: 80 and 128 bits."""


def headers(mail: Mail, settings: Settings) -> dict[str, str]:
    """Those of a mail whose letter may be switched off; none for any other."""
    if not letters()[mail.letter].off:
        return {}
    address = f"{settings.base_url.rstrip('/')}/rezygnacja/{mail.tag}{_mac(mail.tag, settings)}"
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def find_mail(token: str, settings: Settings) -> Mail | None:
    """The mail with this link; None where we never made it, or have forgotten the mail."""
    tag, mac = token[:TAG], token[TAG:]
    if len(tag) < TAG or not same(mac, _mac(tag, settings)):
        return None
    mine = (Mail.message_id >= f"<{tag}@") & (Mail.message_id <= f"<{tag}A")
    return Mail.select().where(mine).first()


def _mac(tag: str, settings: Settings) -> str:
    return sign("unsubscribe", tag, settings.secret_key).hex()[:MAC]
