"""Checks of the mail server, and of all letters."""

import secrets
import smtplib
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy

import flask_mail

from ebok.doctor import Finding, checkup, fail, fine
from ebok.languages import LANGUAGES, say as _
from ebok.mail.addresses import is_international
from ebok.mail.connection import Connection, Relay
from ebok.mail.kinds import Letter, letters
from ebok.mail.models import Mail
from ebok.mail.render import write
from ebok.mail.sender import envelope_sender
from ebok.mail.verdicts import answer
from ebok.settings import Settings

SECONDS = 20
WANTS_LOGIN = (530, 534, 535)
"""RFC 4954: authentication missing, unsuitable or wrong."""


@checkup("mail_server", database=False)
def look_at_the_relay(settings: Settings) -> Iterator[Finding]:
    """Check that it answers, with verified TLS, and accepts our login, sender and a recipient."""
    if not settings.mail_server:
        if not settings.demo:
            todo = _("Set `mail_server`.")
            yield fail(_("None is set, so no code can be e-mailed."), todo)
        return
    yield from _speak(Relay.of(settings), settings)
    if settings.alert_relay:
        yield from _speak(Relay.of_alerts(settings), settings)


def _speak(relay: Relay, settings: Settings) -> Iterator[Finding]:
    """Run a session without handing over a mail: EHLO, MAIL, RCPT, RSET."""
    where = f"{relay.host}:{relay.port}"
    connection = Connection(flask_mail.Mail().init_mail({}), replace(relay, most_seconds=SECONDS))
    sender = envelope_sender(settings, secrets.token_hex(10))
    try:
        connection.__enter__()
        connection.rehearse(sender, settings.utility.email)
        takes_international = connection.takes_international
    except (OSError, smtplib.SMTPException) as fault:
        yield _fault(where, fault, sender, settings)
        return
    finally:
        if connection.host:
            connection.end()
    if relay.is_tls:
        yield fine(_("%(where)s answers, with verified TLS, and accepts our e-mails", where=where))
    else:
        yield fine(_("%(where)s answers and accepts our e-mails", where=where))
    yield _offer(where, takes_international, settings)


def _offer(where: str, takes_international: bool, settings: Settings) -> Finding:
    """Whether the server offers SMTPUTF8, and the consequence."""
    if takes_international:
        what = _(
            "%(where)s offers SMTPUTF8: addresses with any letters before the @ are accepted",
            where=where,
        )
        return fine(what)
    ours = [a for a in (settings.utility.email, *settings.alert_addresses) if is_international(a)]
    if ours:
        what = _(
            "%(where)s does not offer SMTPUTF8: the office itself cannot be written to", where=where
        )
        todo = _("Set addresses with the letters a to z before the @ (`email`, `alert_emails`).")
        return fail(what, todo)
    what = _(
        "%(where)s does not offer SMTPUTF8: an address with letters other than a to z "
        "before the @ is refused when it is entered",
        where=where,
    )
    return fine(what)


def _fault(where: str, fault: Exception, sender: str, settings: Settings) -> Finding:
    code, words = answer(fault)
    said = f"{code} {words}" if code else str(fault)
    if code in WANTS_LOGIN:
        what = _("%(where)s requires a login, or a different one: %(said)s", where=where, said=said)
        return fail(
            what,
            _(
                "Set `mail_username` and `mail_password` to what the provider of the relay "
                "gave you."
            ),
        )
    if isinstance(fault, smtplib.SMTPSenderRefused | smtplib.SMTPRecipientsRefused):
        what = _("%(where)s does not accept e-mails from us: %(said)s", where=where, said=said)
        todo = _(
            "Let the relay accept e-mails from %(sender)s to %(to)s for our login; if "
            "it cannot accept tagged senders, set `mail_bounce_tag` to false.",
            sender=sender,
            to=settings.utility.email,
        )
        return fail(what, todo)
    todo = _("Check whether it is running, and whether the settings `mail_…` are right.")
    return fail(f"{where}: {type(fault).__name__}: {said}", todo)


@checkup("letters", database=False)
def look_at_the_letters(settings: Settings) -> Iterator[Finding]:
    """Check that each letter can be rendered and parsed in each language."""
    for each in letters().values():
        for language in LANGUAGES:
            try:
                _write(each, language, settings)
            except Exception as fault:
                name = f"{each.kind} ({language})"
                what = _("The e-mail %(name)s cannot be written", name=name)
                todo = _("Reinstall this release of e-BOK, and check `[utility]`.")
                yield fail(f"{what}: {type(fault).__name__}: {fault}", todo)
    count = len(letters())
    yield fine(_("%(count)s kinds of e-mail can be written in each language", count=count))


def _write(letter: Letter, language: str, settings: Settings) -> None:
    mail = Mail(
        message_id="<0@localhost>",
        letter=letter.kind,
        recipient=settings.utility.email,
        language=language,
        subject_id=0,
        short_code="",
    )
    read = message_from_bytes(
        write(mail, dict(letter.example), settings).wire, policy=policy.default
    )
    (sender,) = read["From"].addresses
    if not (sender.display_name and sender.addr_spec and read["Subject"] and read["To"].addresses):
        raise ValueError("a header is empty")
