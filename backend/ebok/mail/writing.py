"""A row becomes a message: its letter's templates, in the recipient's language."""

import re
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime as format_date

import css_inline
import flask_mail
from babel.units import format_unit
from flask_babel import force_locale, format_datetime, get_locale, gettext, ngettext
from flask_babel import format_date as format_day
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from ebok.mail import mime
from ebok.mail.letters import LETTERS, Attachment
from ebok.mail.models import Mail
from ebok.mail.outbox import sender_address
from ebok.settings import Settings


class Message(flask_mail.Message):
    """Flask-Mail's message, put together by `mime.py`: text first, in lines that any server takes.

    Flask-Mail wraps text and HTML in `multipart/mixed` and sends 8-bit lines of any length; RFC
    5321 allows 998 octets a line, and 8 bits only where the server has said so.
    """

    attachment: Attachment | None = None
    wire = b""

    def as_bytes(self) -> bytes:
        """The mail as it goes over the wire."""
        self.wire = self.wire or self._assembled()
        return self.wire

    def _assembled(self) -> bytes:
        named = {
            "Subject": mime.words(self.subject),
            "From": mime.mailbox(*self.sender),
            "To": mime.address(self.recipients[0]),
            "Date": format_date(datetime.fromtimestamp(self.date, UTC)),
            "Message-ID": self.msgId,
            **self.extra_headers,
        }
        return mime.assemble(named, self.body, self.html, self.attachment)


def write(mail: Mail, context: dict, settings: Settings) -> Message:
    """The message of this row, from what the letter's writer returned."""
    slots = {**LETTERS[mail.letter].slots, "short_code": str}
    context = {**context, "short_code": mail.short_code}
    attachment = context.pop("attachment", None)
    with force_locale(mail.language):
        shape = {name: value for name, value in context.items() if name not in slots}
        form = _form(mail, shape, slots, settings)
        told = {name: how(context[name]) for name, how in slots.items()}
    message = Message(
        subject=" ".join(fill(form.subject, told).split()),
        recipients=[mail.recipient],
        body=fill(form.text, told),
        html=fill(form.html, {name: escape(value) for name, value in told.items()}),
        date=time.time(),
        extra_headers=_headers(mail),
    )
    # As a pair: glued together by Flask-Mail, a comma in the name would break the address.
    message.sender = (settings.utility.name, sender_address(settings))
    message.msgId = mail.message_id
    message.attachment = attachment
    return message


@dataclass(frozen=True)
class Form:
    """A letter with its slots still open: text and names of slots by turns."""

    settings: Settings
    subject: list[str]
    text: list[str]
    html: list[str]


FORMS: dict[tuple, Form] = {}
"""Those of letters to a whole town: rendering one, and its styles, takes twenty times as long as
filling it in. Any other letter carries secrets in its text, which nothing may keep."""


def _form(mail: Mail, shape: dict, slots: dict, settings: Settings) -> Form:
    if not LETTERS[mail.letter].is_bulk:
        return _render_form(mail, shape, slots, settings)
    key = (mail.letter, mail.language, *sorted(shape.items()))
    form = FORMS.get(key)
    if form is None or form.settings is not settings:
        form = FORMS[key] = _render_form(mail, shape, slots, settings)
    return form


def _render_form(mail: Mail, shape: dict, slots: dict, settings: Settings) -> Form:
    told = {
        "utility": settings.utility,
        "base_url": settings.base_url.rstrip("/"),
        "language": mail.language,
        **{name: f"{OPEN}{name}{CLOSE}" for name in slots},
        **shape,
    }
    subject, text, html = (
        _render(f"{mail.letter}.{kind}", told) for kind in ("subject.txt", "txt", "html")
    )
    return Form(settings, _parted(subject), _parted(text), _parted(_inline(html)))


OPEN, CLOSE = "\ue000", "\ue001"
"""Of Unicode's private use: no sentence and no name holds them."""


def _parted(rendered: str) -> list[str]:
    return re.split(f"{OPEN}([^{CLOSE}]*){CLOSE}", rendered)


def fill(parts: list[str], told: dict[str, str]) -> str:
    """The text with its slots filled in; every second part is the name of one."""
    return "".join(told.get(part, part) if n % 2 else part for n, part in enumerate(parts))


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


def day(on: date | None) -> str:
    """A day as a person writes it; nothing for none."""
    return format_day(on, "d MMMM y") if on else ""


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
    environment.filters |= {f.__name__: f for f in (moment, minutes, hours, days, keep)}
    return environment


templates = _environment()
