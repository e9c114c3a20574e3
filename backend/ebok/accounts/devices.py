"""Which browser that was, in words that its owner recognises, and no more than these are kept."""

from ebok.access import NETWORK_BITS

# The first that stands in the User-Agent; browsers that claim to be others come before those.
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
    """`Firefox, Android`: names only, the same in every language; empty when none is known."""
    return ", ".join(filter(None, (_named(BROWSERS, user_agent), _named(SYSTEMS, user_agent))))


def _named(known: tuple, user_agent: str) -> str:
    return next((name for mark, name in known if mark in user_agent), "")


def network(source: str) -> str:
    """Where somebody came from, without its last part: `83.12.45.…`, `2001:db8:77:…`.

    Enough to tell the home from somewhere else, and not enough to find a household by.
    """
    parts, sign = (source.split(":"), ":") if ":" in source else (source.split("."), ".")
    if sign == "." and len(parts) != 4:
        return ""
    shown = [part for part in parts if part and "/" not in part][: NETWORK_BITS // 16 - 1]
    return sign.join([*shown, "…"])
