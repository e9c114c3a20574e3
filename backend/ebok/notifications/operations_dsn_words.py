"""Classifies mails without DSN fields: a textual DSN, an automatic reply, or a person's mail."""

import re
from email.message import Message

from ebok.notifications import operations_dsn_fields as dsn_fields

DAEMON = re.compile(
    r"mailer-?daemon|post_?master|sns\.amazonaws|mail ?delivery|mail (admin|system|gateway)|bounce"
    r"|undeliver|<>",
    re.I,
)
SUBJECT = re.compile(
    r"undeliver|not delivered|non-? ?deliver|delivery (status|fail|notif|error|problem|has failed"
    r"|report)|deliver\w* (mail|message) fail|mail (delivery|could not|failure|error)|returned mail"
    r"|failure notice|fail(ed|ure) (to|mail|deliver|notif)|undelivered|returned to sender"
    r"|(mail|message) (delivery )?(failed|fail|failure|status)|nie dostarczon|zwrot|nicht zu?stell"
    r"|unzustellbar|non remis|nondeliverable|error sending|mail system error|user unknown",
    re.I,
)
DELAY = re.compile(
    r"delay(ed)?\b|warning: (message|could not)|still being retried|will (be )?(re)?tr(y|ied)"
    r"|not yet been delivered|could not be delivered for|temporarily|do not need to resend"
    r"|has not been delivered to",
    re.I,
)
FINAL = re.compile(
    r"permanent|giv(e|en|ing) up|fatal|not be (re)?tried|no longer attempt|failed permanently"
    r"|has been (returned|removed)|time ?out|too long|retry time|expired",
    re.I,
)
COPY = re.compile(
    r"^[- =]*(this is a copy of|below this line is a copy|the (original|following) message (follows"
    r"|was)|original message|returned message|message text follows|unsent message|start of returned"
    r"|a copy of the (original )?message|included is a copy|headers? of (the|your)|received: "
    r"|return-path: ).*",
    re.I | re.M,
)
CHALLENGE = re.compile(
    r"(confirm|verify|prove|authenticate) (that )?(you|your (message|mail|address|e-?mail))"
    r"|challenge.?response|click (on )?(the|this) link|potwierd\w+, że|one-time verification",
    re.I,
)
TAKEN_FIRST = re.compile(r"in reply to end of data|after end of data|smtp command data", re.I)


def is_not_dsn(message: Message, parts: list[Message]) -> bool:
    """Whether it is certainly no DSN: a complaint (RFC 5965), receipt (RFC 8098), or reply."""
    kinds = {part.get_content_type() for part in parts}
    if kinds & {"message/feedback-report", "message/disposition-notification"}:
        return True
    told = {str(message.get_param("report-type") or "").lower()}
    return bool(told & {"feedback-report", "disposition-notification"})


def is_from_a_daemon(message: Message) -> bool:
    """Whether a mail server wrote it; false for vacation replies."""
    if message["X-Failed-Recipients"]:
        return True
    if DAEMON.search(dsn_fields.value(message, "From")):
        return True
    is_nobodys = dsn_fields.value(message, "Return-Path").strip() == "<>"
    return is_nobodys and bool(SUBJECT.search(dsn_fields.value(message, "Subject")))


def plain_words(parts: list[Message]) -> str:
    """The text without the returned mail."""
    inside = {id(each) for part in parts if _is_returned(part) for each in part.walk()}
    mine = [part for part in parts if id(part) not in inside and not part.is_multipart()]
    plain = [part for part in mine if part.get_content_type() == "text/plain"]
    shown = plain or [part for part in mine if part.get_content_maintype() in ("text", "multipart")]
    text = "\n".join(dsn_fields.text_of(part) for part in shown)[: dsn_fields.LONGEST_TEXT]
    cut = COPY.search(text)
    return text[: cut.start()] if cut and cut.start() > 40 else text


def _is_returned(part: Message) -> bool:
    return part.get_content_type() in dsn_fields.RETURNED_PARTS


def is_challenge(told: str) -> bool:
    """Whether it is a challenge of a spam filter."""
    return bool(CHALLENGE.search(told))


def is_delay(message: Message, told: str) -> bool:
    """Whether the server keeps trying."""
    text = f"{dsn_fields.value(message, 'Subject')}\n{told}"
    return bool(DELAY.search(text)) and not FINAL.search(text)


def was_taken_first(diagnostic: str, told: str) -> bool:
    """Whether the recipient was accepted, and the mail refused only for its content.

    Such filters may answer "user unknown", too, so that is no proof of a dead address.
    """
    return bool(TAKEN_FIRST.search(diagnostic) or TAKEN_FIRST.search(told))
