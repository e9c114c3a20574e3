"""Descriptions of a browser and of a bounce, as the account's owner reads them."""

from flask_babel import lazy_gettext as lazy

from ebok.access.network import NETWORK_BITS
from ebok.accounts.models import Account
from ebok.mail.answers import DEAD, FULL, REFUSED, SILENT

# The first match counts: browsers that also name others come before those.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """The browser and system from a User-Agent, like `Firefox, Android`; "" if unknown."""
    return ", ".join(filter(None, (_named(BROWSERS, user_agent), _named(SYSTEMS, user_agent))))


def _named(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for token, name in known if token in user_agent), "")


def network(source: str) -> str:
    """The network address without its last part: `83.12.45.…`, `2001:db8:77:…`.

    Enough to tell home from elsewhere, too little to identify a household.
    """
    parts, sign = (source.split(":"), ":") if ":" in source else (source.split("."), ".")
    if sign == "." and len(parts) != 4:
        return ""
    shown = [part for part in parts if part and "/" not in part][: NETWORK_BITS // 16 - 1]
    return sign.join([*shown, "…"])


WHY = {
    DEAD: lazy("Its mail server says that the mailbox does not exist."),
    FULL: lazy("The mailbox is full."),
    REFUSED: lazy("Its mail server does not accept our messages."),
    SILENT: lazy("Its mail server does not answer."),
}


def why_unreached(account: Account) -> str | None:
    """Why mails come back, as a sentence; None while they do not."""
    return str(WHY.get(account.bounce_kind, WHY[DEAD])) if account.bounced_at else None
