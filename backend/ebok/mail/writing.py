"""A row becomes a message: its letter's templates, in the recipient's language."""

import time
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime as format_date

import css_inline
import flask_mail
from babel.units import format_unit
from flask_babel import force_locale, format_datetime, get_locale, gettext, ngettext
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from ebok.mail.models import Mail
from ebok.mail.outbox import sender_address
from ebok.settings import Settings
from ebok.tokens import shown_short_code


class Message(flask_mail.Message):
    """Flask-Mail's message as `multipart/alternative`, text first, in lines that any server takes.

    Flask-Mail wraps the two in `multipart/mixed` and sends 8-bit lines of any length; RFC 5321
    allows 998 octets a line, and 8 bits only where the server has said so.
    """

    def _message(self) -> EmailMessage:
        message = EmailMessage(policy=policy.SMTP)
        message["Subject"] = self.subject
        message["From"] = Address(self.sender[0], addr_spec=self.sender[1])
        message["To"] = flask_mail.sanitize_address(self.recipients[0])
        message["Date"] = format_date(datetime.fromtimestamp(self.date, UTC))
        message["Message-ID"] = self.msgId
        message.set_content(self.body, cte="quoted-printable")
        message.add_alternative(self.html, subtype="html", cte="quoted-printable")
        # Last, because setting the content clears every header that begins with "Content-".
        for name, value in self.extra_headers.items():
            message[name] = value
        return message


def write(mail: Mail, context: dict, settings: Settings) -> Message:
    """The message of this row, from what the letter's writer returned."""
    with force_locale(mail.language):
        told = {
            "utility": settings.utility,
            "base_url": settings.base_url.rstrip("/"),
            "language": mail.language,
            "short_code": shown_short_code(mail.short_code),
            **context,
        }
        parts = {
            kind: _render(f"{mail.letter}.{kind}", told) for kind in ("subject.txt", "txt", "html")
        }
    message = Message(
        subject=" ".join(parts["subject.txt"].split()),
        recipients=[mail.recipient],
        body=parts["txt"],
        html=_inline(parts["html"]),
        date=time.time(),
        extra_headers=_headers(mail),
    )
    # As a pair: glued together by Flask-Mail, a comma in the name would break the address.
    message.sender = (settings.utility.name, sender_address(settings))
    message.msgId = mail.message_id
    return message


def _headers(mail: Mail) -> dict[str, str]:
    return {
        # RFC 3834: no out-of-office answers, please; Outlook's word for it is its own.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": mail.language,
    }


def _render(template: str, context: dict) -> str:
    return templates.get_template(template).render(context).strip() + "\n"


def _inline(html: str) -> str:
    # Mail programs that drop <style> still show the rules inlined; those that keep it find the
    # dark ones there.
    return css_inline.inline(html, keep_at_rules=True, load_remote_stylesheets=False)


def moment(instant) -> str:
    """An instant as a person writes it, in the office's time zone."""
    return format_datetime(instant, "d MMMM y, HH:mm")


def minutes(count: int) -> str:
    """`10 minut`, `10 minutes`: in the language's own plural."""
    return format_unit(count, "duration-minute", locale=get_locale())


def hours(count: int) -> str:
    """`24 godziny`, `24 hours`."""
    return format_unit(count, "duration-hour", locale=get_locale())


def days(count: int) -> str:
    """`30 dni`, `30 days`."""
    return format_unit(count, "duration-day", locale=get_locale())


def keep(text: str) -> Markup:
    """In HTML: a number that must not be broken at the end of a line."""
    return Markup('<span class="keep">{}</span>').format(text)


def without_scheme(address: str) -> str:
    """An address as people say it: without https://."""
    return address.partition("://")[2]


def _environment() -> Environment:
    # Apart from the application's own templates: a letter must never depend on a page, and an
    # unknown name in one is a fault that is found before the mail leaves, not a gap in it.
    environment = Environment(
        loader=PackageLoader("ebok.mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)
    environment.filters |= {
        f.__name__: f for f in (moment, minutes, hours, days, keep, without_scheme)
    }
    return environment


templates = _environment()
