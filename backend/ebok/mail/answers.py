"""Classifies failures by status (RFC 3463) and by the words of mail servers.

The words are not standardised. These are phrases of Postfix, Exim, sendmail, qmail, Exchange and
the large providers, in order of significance: "user unknown" also occurs beside a refused sender,
and 5.1.1 beside a full mailbox. `bench/bounces.py` measures them on a public data set.
"""

import re
from functools import cache

DEAD, FULL, REFUSED, SILENT, OURS, DELAYED = "dead", "full", "refused", "silent", "ours", "delayed"
DOUBTED = "doubted"
"""Too many addresses were called dead at once, so the server is not believed: see
`notifications/operations_storms.py`."""

LONGEST = 20_000
"""Number of characters that are searched."""
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")

# Longest text between a noun and its predicate: an address, or a few words.
GAP = r"[^:;\[\]]{0,90}?"
NOUN = (
    r"(user|recipient|mail ?box|address|addressee|account|alias|domain( name)?|host|inbox|login"
    r"|(user ?)?id|destinataire|skrzynka|konto|adres|odbiorca|użytkownik|domena"
    r"|адрес|скриньк|ящик|користувач|пользовател)"
)
WORDS = (
    (
        OURS,
        r"\bspf\b|\bdkim\b|\bdmarc\b|not owned by user|send ?as ?denied|my name was rejected"
        r"|relay(ing)? (is )?(access )?(denied|not permitted|prohibited)|to relay\b"
        r"|(after|in reply to|response to) mail from|sender (address )?(rejected|denied|verif)"
        r"|sender is (invalid|unauth|not)|invalid sender|authentication (is )?required"
        r"|unauthenticated|must be authenticated|reverse dns|\bptr\b|\brdns|reverse hostname"
        r"|domain of sender|sender'?s? domain|from address|helo command rejected"
        r"|must issue a starttls|invalid ip for sending",
    ),
    (
        REFUSED,
        r"block(ed)? ?list|black ?list|\brbl\b|dnsbl|spamhaus|spamcop|reputation|\bspam|\bvirus"
        r"|>\.{3} access denied|looks like|content reject|rate limit|at a rate"
        r"|too many (connections|recipients|messages)|suspicious|message filtered"
        r"|recipient preferences|only accept\w* mail from|policy (viol|re)"
        r"|banned|phish|refused by (the )?recipient|not accepting mail from"
        r"|(message|mail|letter) (size )?(is )?(too (big|large)|exceeds|size)|size limit"
        r"|max\w* message size|exceed\w* .{0,40}size",
    ),
    (
        FULL,
        r"quota|box (for .{1,80})?(is |has |was )?(currently )?(too )?full|full (mail)?box"
        r"|(insufficient|not enough|out of) (system |disk )?(storage|space)|disk full|storage limit"
        r"|mailbox (size )?(limit )?(has been )?exceed|exceed\w* .{0,40}(storage|mailbox)"
        r"|size of .{0,40}mailbox|przepełnion",
    ),
    (
        SILENT,
        r"not found, try again|temporar\w+ (failure|locked|unavail|defer)|try again later"
        r"|gr[ae]y ?list",
    ),
    (
        DEAD,
        r"no such (user|recipient|mail ?box|account|address|person|local user|name|e?-?mail|host"
        r"|domain|id\b)|(unknown|invalid|bad|non-?existent|inexistent|unroutea?ble|undeliverable)"
        r" (or illegal )?(e-?mail )?(final delivery )?(virtual )?(user|recipient|address|mail ?box"
        r"|local.?part|account|destination|addressee|alias|mail domain|domain|host|login)"
        r"|no mail ?box|has (moved|left)|not our (user|customer)|not a (known|registered|valid) "
        r"|nxdomain|null ?mx|no mx (record )?found|no smtp service|not accepting network messages"
        r"|find (a mail exchanger|any host)|illegal host|domain is not reachable"
        r"|no valid recipients?"
        rf"|{NOUN}(\(?s\)?)?{GAP}(\bunknown|\bnot (be )?(found|known|listed|exist|valid"
        r"|recogni[sz]ed|local|our)|n['’o]?t (exist|have)|isn['’]t|couldn['’]t be found"
        r"|wasn['’]t found|no longer|non-?exist|\binvalid|\bmoved|disabled|discontinued"
        r"|suspended|inactive|deactivated|frozen|blocked|bloque|nie istnieje|n['’]existe"
        r"|existiert nicht"
        r"|unbekannt|inconnu|не (существует|існує))"
        r"|unknown (user|host|domain)|bad destination|n[o'’]t (accept|receive) (any )?(e?-?mail)"
        r"|recipient address rejected(: access denied|\W{0,3}(\(in reply to rcpt|$))"
        r"|mail ?box unavailable|(nie ma|brak|nieznany) (takie(go|j) )?(użytkownik|adres"
        r"|odbiorc|kont|skrzynk)",
    ),
)

STATUSES = (
    (OURS, ("5.1.7", "5.1.8", "5.7.", "5.5.")),
    (DEAD, ("5.1.", "5.2.1")),
    (FULL, ("5.2.2", "4.2.2")),
    (SILENT, ("4.4.", "5.4.", "4.1.")),
)


def kind_of_words(words: str) -> str:
    """The kind of failure these words describe; "" if unknown."""
    words = " ".join(words[:LONGEST].split())
    return next((kind for kind, pattern in WORDS if _compiled(pattern).search(words)), "")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # Not at import time: an import of billing data needs none of them.
    return re.compile(pattern, re.IGNORECASE)


def kind_of_status(status: str) -> str:
    """The kind of failure of this status (RFC 3463); REFUSED if it is unspecific."""
    found = (kind for kind, starts in STATUSES if status.startswith(starts))
    return next(found, REFUSED)
