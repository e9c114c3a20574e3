"""The one-click unsubscribe link in a mail's headers (RFC 8058).

Its token is the mail's tag, which is in the Message-ID anyway, and a MAC by our key: nothing is
stored for it, and it names no account.
"""

from ebok.mail.kinds import letters
from ebok.mail.models import Mail
from ebok.settings import Settings
from ebok.tokens import same, sign

TAG, MAC = 20, 32
"""Hexadecimal digits: 80 and 128 bits."""


def headers(mail: Mail, settings: Settings) -> dict[str, str]:
    """The List-Unsubscribe headers of a mail; empty if its letter cannot be switched off."""
    if not letters()[mail.letter].off:
        return {}
    address = f"{settings.base_url.rstrip('/')}/rezygnacja/{mail.tag}{_mac(mail.tag, settings)}"
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def find_mail(token: str, settings: Settings) -> Mail | None:
    """The mail with this token; None if the token is not ours or the mail was deleted."""
    tag, mac = token[:TAG], token[TAG:]
    if len(tag) < TAG or not same(mac, _mac(tag, settings)):
        return None
    mine = (Mail.message_id >= f"<{tag}@") & (Mail.message_id <= f"<{tag}A")
    return Mail.select().where(mine).first()


def _mac(tag: str, settings: Settings) -> str:
    return sign("unsubscribe", tag, settings.secret_key).hex()[:MAC]
