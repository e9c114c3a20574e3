"""Renders a mail from its letter's templates, in the recipient's language."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime as format_date
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import css_inline
from babel import Locale
from babel.dates import format_date as format_day
from babel.units import format_unit
from flask_babel import force_locale, get_locale, gettext, ngettext
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from ebok.languages import moment, unbroken
from ebok.mail import mime, unsubscribing
from ebok.mail.kinds import Attachment, letters
from ebok.mail.models import Mail
from ebok.mail.outbox import sender_address
from ebok.settings import Settings
from ebok.tokens import shown_short_code


@dataclass(frozen=True)
class Message:
    """A rendered mail; `text` and `html` are quoted-printable."""

    to: str
    headers: dict[str, str]
    text: bytes
    html: bytes
    attachment: Attachment | None = None

    @cached_property
    def wire(self) -> bytes:
        """The assembled mail as bytes."""
        return mime.assemble(self.headers, self.text, self.html, self.attachment)

    def put_together(self) -> "Message":
        """Assemble the mail now, so that its faults are not taken for the server's."""
        _ = self.wire
        return self


def write(mail: Mail, context: dict[str, Any], settings: Settings) -> Message:
    """Render this mail with the template values from the letter's writer."""
    # Answers go to the office, whatever the sender address is.
    slots = letters()[mail.letter].slots
    if slots:
        slots = {**slots, "short_code": str}
    context = {**context, "short_code": shown_short_code(mail.short_code)}
    attachment = context.pop("attachment", None)
    reply_to = context.pop("reply_to", settings.utility.email)
    with force_locale(mail.language):
        shape = {name: value for name, value in context.items() if name not in slots}
        form = _form(mail, shape, slots, settings)
        told = {name: how(context[name]) for name, how in slots.items()}
    return Message(
        mail.recipient,
        _headers(mail, " ".join((form.subject % told).split()), settings)
        | {"Reply-To": mime.address(reply_to)},
        _filled(form.text, told),
        _filled(form.html, {name: escape(value) for name, value in told.items()}),
        attachment,
    )


def _headers(mail: Mail, subject: str, settings: Settings) -> dict[str, str]:
    return {
        "Subject": mime.words(subject),
        "From": mime.mailbox(settings.utility.name, sender_address(settings)),
        "To": mime.address(mail.recipient),
        "Date": format_date(datetime.now(UTC)),
        "Message-ID": mail.message_id,
        # RFC 3834: suppresses out-of-office answers; Outlook wants a header of its own.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": mail.language,
        **unsubscribing.headers(mail, settings),
    }


@dataclass(frozen=True)
class Form:
    """A rendered letter with open slots, as `%(name)s`.

    Lines without slots, the greater part, are encoded already.
    """

    settings: Settings
    subject: str
    text: list[bytes | str]
    html: list[bytes | str]


FORMS: dict[tuple[Any, ...], Form] = {}
"""Rendered letters of mailings: rendering, with its styles, takes twenty times as long as
filling in. Other letters hold secrets, which must not be cached."""


def _form(mail: Mail, shape: dict[str, Any], slots: Mapping[str, Any], settings: Settings) -> Form:
    if not letters()[mail.letter].is_bulk:
        return _render_form(mail, shape, slots, settings)
    key = (mail.letter, mail.language, *sorted(shape.items()))
    form = FORMS.get(key)
    if form is None or form.settings is not settings:
        form = FORMS[key] = _render_form(mail, shape, slots, settings)
    return form


def _render_form(
    mail: Mail, shape: dict[str, Any], slots: Mapping[str, Any], settings: Settings
) -> Form:
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
    return Form(settings, _open(subject), _lines(text), _lines(_inline(html)))


OPEN, CLOSE = "\ue000", "\ue001"
"""Private-use characters, which occur in no sentence and no name."""
SLOT = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


def _open(rendered: str) -> str:
    """The text as a format string in which `%(name)s` stands for a slot."""
    return SLOT.sub(r"%(\1)s", rendered.replace("%", "%%"))


def _lines(rendered: str) -> list[bytes | str]:
    lines: list[bytes | str] = []
    for has_slots, some in groupby(rendered.splitlines(), lambda line: OPEN in line):
        block = "".join(f"{line}\n" for line in some)
        lines.append(_open(block) if has_slots else mime.quoted(block))
    return lines


def _filled(lines: list[bytes | str], told: dict[str, str]) -> bytes:
    return b"".join(line if isinstance(line, bytes) else mime.quoted(line % told) for line in lines)


def _render(template: str, context: dict[str, Any]) -> str:
    templates = pages if template.endswith(".html") else texts
    return templates.get_template(template).render(context).strip() + "\n"


def _inline(html: str) -> str:
    # Mail programs that drop <style> show the inlined rules; the others find the dark theme in
    # it.
    return css_inline.inline(html, keep_at_rules=True, load_remote_stylesheets=False)


def day(on: date | None) -> str:
    """The day in words; "" for None."""
    return _day(on, get_locale()) if on else ""


@lru_cache(256)
def _day(on: date, locale: Locale) -> str:
    # Cached: the invoices of a mailing are due on few days.
    return format_day(on, "d MMMM y", locale=locale)


def minutes(count: int) -> str:
    """`10 minut`, `10 minutes`: with the language's plural."""
    return format_unit(count, "duration-minute", locale=get_locale())


def hours(count: int) -> str:
    """`24 godziny`, `24 hours`."""
    return format_unit(count, "duration-hour", locale=get_locale())


def days(count: int) -> str:
    """`30 dni`, `30 days`."""
    return format_unit(count, "duration-day", locale=get_locale())


def keep(text: str) -> Markup:
    """The text in a span that is not broken between lines."""
    return Markup('<span class="keep">{}</span>').format(text)


def without_scheme(address: str) -> str:
    """The address without https://."""
    return address.partition("://")[2]


def host(address: str) -> str:
    """The host of the address."""
    return urlsplit(address).hostname or ""


def _sentence(message: str) -> str:
    return unbroken(gettext(message), longest_label=0)


def _environment(sentence: Callable[[str], str]) -> Environment:
    # Separate from the pages' environment: a letter depends on no page. An unknown name in a
    # template raises before the mail is sent, instead of leaving a gap in it.
    environment = Environment(
        loader=PackageLoader("ebok.mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(sentence, ngettext, newstyle=True)  # pyright: ignore[reportAttributeAccessIssue]
    environment.filters |= {
        f.__name__: f for f in (moment, minutes, hours, days, keep, without_scheme, host)
    }
    return environment


# For HTML, and for plain text.
pages, texts = _environment(_sentence), _environment(gettext)
