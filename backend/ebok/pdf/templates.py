"""Renders a template to HTML for the renderer, in one language."""

import base64
import mimetypes
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from flask_babel import force_locale, get_locale, gettext, ngettext
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from ebok import settings
from ebok.pdf.client import renderer
from ebok.settings import Utility
from ebok.values import figures, language, money


def render(name: str, lang: str, **context: Any) -> bytes:
    """The PDF (tagged, PDF/UA-1, fonts embedded) of `templates/<name>.html` in this language.

    Needs the application's context. Templates extend `paper.html` and get `utility` and `lang`
    besides the context. Equal input gives equal bytes. Raises CannotPrint if libraries are missing.
    """
    return renderer.print(html(name, lang, **context).encode())


def html(name: str, lang: str, **context: Any) -> str:
    """The HTML of a template."""
    utility = settings.current().utility
    told = {"utility": utility, "mark": _logo(utility), "lang": lang, **context}
    with force_locale(lang):
        return templates.get_template(f"{name}.html").render(told)


@cache
def _logo(utility: Utility) -> Markup:
    """The utility's logo, else our water tower in its colour, as a data: URL."""
    if utility.logo:
        kind = mimetypes.guess_type(utility.logo)[0] or "image/png"
        drawn = Path(utility.logo).read_bytes()
    else:
        kind = "image/svg+xml"
        drawn = templates.get_template("tower.svg").render(hue=utility.hue_water).encode()
    # Base64 needs no escaping in CSS or HTML.
    return Markup(f"data:{kind};base64,{base64.b64encode(drawn).decode()}")


def day(value: date | None) -> str:
    """`6 listopada 2026`; a dash for None."""
    pattern = "d MMMM y" if get_locale().language == "en" else "long"
    return _kept(format_date(value, pattern, locale=get_locale())) if value else "–"


def period(first: date, last: date) -> str:
    """`1–31 października 2026`, or both days without repeating what they share."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last)}" if first.day != last.day else day(last)
    if first.year == last.year:
        return f"{_kept(format_date(first, 'd MMMM', locale=get_locale()))} – {day(last)}"
    return f"{day(first)} – {day(last)}"


def _kept(text: str) -> str:
    """Words joined by no-break spaces."""
    return text.replace(" ", "\u00a0")


def short_day(value: date | None) -> str:
    """`6.11.2026`, for columns; a dash for None."""
    return format_date(value, "d.MM.y", locale=get_locale()) if value else "–"


def decimal(value: Decimal | None) -> str:
    """A number with as many decimals as it has; a dash for None."""
    if value is None:
        return "–"
    return figures.decimal(value, language.in_use())


def price(value: Decimal | None) -> str:
    """A price with two or more decimals; a dash for None."""
    if value is None:
        return "–"
    return figures.decimal(value, language.in_use(), least=2)


def _environment() -> Environment:
    # As for letters: an undefined name raises in a test instead of leaving a gap in the document.
    environment = Environment(
        loader=PackageLoader("ebok.pdf"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # pyright: ignore[reportAttributeAccessIssue]
    shown = (day, period, short_day, decimal, price, money.zloty, money.number)
    environment.filters |= {f.__name__: f for f in shown}
    return environment


templates = _environment()
