"""Composes each page in every language and frame at start, and serves pages and static files.

Each address is a complete, static HTML page: nothing of a person stands in it, so the same bytes
answer everybody, and the browser fills in what it may see through the API.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

from flask import Blueprint, Response, abort
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from ebok.access import CUSTOMER, anyone, requires, signed_in
from ebok.files.folders import compiled_folder
from ebok.languages import LANGUAGES, catalogue, keep_together, language, unbroken, unbroken_html
from ebok.logs import request_id
from ebok.pages import visited
from ebok.pages.frames import Frame, Page
from ebok.pages.keeping import Key, keep
from ebok.pages.outlines import outline
from ebok.pages.static import FRONTEND, Document, Static, layout_hash, open_static
from ebok.settings import Settings
from ebok.values import days

NAMES = {"pl": "Polski", "en": "English", "uk": "Українська"}

shown_to_staff = requires(CUSTOMER, shown_to_staff=True)
# Our own pages; features list further ones in `features.py`.
PAGES = (
    Page("/", "index", anyone),
    Page("/rejestracja", "rejestracja", anyone),
    Page("/rejestracja/potwierdzenie", "rejestracja/potwierdzenie", anyone),
    Page("/rejestracja/gotowe", "rejestracja/gotowe", anyone),
    Page("/rejestracja/przeniesienie", "rejestracja/przeniesienie", anyone),
    Page("/logowanie", "logowanie", anyone),
    Page("/nie-pamietam-hasla", "nie-pamietam-hasla", anyone),
    Page("/nowe-haslo", "nowe-haslo", anyone),
    Page("/blokada-konta", "blokada-konta", anyone),
    # Its links are in mail headers; a POST to them is answered in `notifications/`.
    Page("/rezygnacja/<token>", "rezygnacja", anyone),
    Page("/rezygnacja/gotowe", "rezygnacja/gotowe", anyone),
    Page("/pomoc", "pomoc", anyone),
    Page("/regulamin", "regulamin", anyone),
    Page("/polityka-prywatnosci", "polityka-prywatnosci", anyone),
    Page("/deklaracja-dostepnosci", "deklaracja-dostepnosci", anyone),
    Page("/zmiana-hasla", "zmiana-hasla", signed_in(CUSTOMER), Frame.CUSTOMER),
    Page("/start", "start", shown_to_staff, Frame.CUSTOMER),
    Page("/faktury", "faktury", shown_to_staff, Frame.CUSTOMER),
    # One page for all invoices: the script reads the id from the address.
    Page("/faktury/<invoice_id>", "faktury/faktura", shown_to_staff, Frame.CUSTOMER),
    Page("/platnosci", "platnosci", shown_to_staff, Frame.CUSTOMER),
    Page("/zuzycie", "zuzycie", shown_to_staff, Frame.CUSTOMER),
    Page("/moje-dane", "moje-dane", shown_to_staff, Frame.CUSTOMER),
    # Also with a temporary password, because it has the logout button.
    Page("/wiecej", "wiecej", signed_in(CUSTOMER), Frame.CUSTOMER),
    Page("/czy-to-od-nas", "czy-to-od-nas", anyone),
)
DEMO_PAGES = (Page("/demo/poczta", "demo/poczta", anyone),)
REQUEST = b"REQUEST-NUMBER"
"""Placeholder for the request number in the error page, which customers quote to the office."""
ERRORS = {404: "errors/404", 500: "errors/500"}


@dataclass(frozen=True)
class Composed:
    """All composed pages by name, language and frame, and the blueprint that serves them."""

    static: Static
    routes: Blueprint = field(default_factory=lambda: Blueprint("pages", __name__))
    pages: dict[Key, Document] = field(default_factory=dict)

    def page(self, name: str, status: int = 200) -> Response:
        """Respond with this page in the visitor's language and frame."""
        return self._document(name).answer(
            status, "no-cache", "Accept-Encoding, Cookie, Accept-Language"
        )

    def error_page(self, status: int) -> Response:
        """Respond with the page for this error status, for addresses outside the API."""
        name = ERRORS.get(status, ERRORS[500])
        kept = self._document(name)
        if REQUEST not in kept.body:
            return self.page(name, status)
        body = kept.body.replace(REQUEST, request_id().encode())
        return Document(body, kept.kind).answer(status, "no-store", "Accept-Encoding")

    def _document(self, name: str) -> Document:
        lang, here = language(), visited.frame_here()
        own = self.pages.get((name, lang, here)) or self.pages.get((name, lang, Frame.PUBLIC))
        found = own or self.pages[name, lang, Frame.STAFF]
        return visited.of_visit(found) if here is Frame.VISITED else found


def compose(settings: Settings, more: Iterable[Page] = ()) -> Composed:
    """Compose our pages and `more` in every language, and register their addresses."""
    compiled.keep_in(settings.data_dir)
    static = open_static(settings)
    result = Composed(static)
    shown = [*PAGES, *(DEMO_PAGES if settings.demo else ()), *more]
    wanted = [(page.name, page.folder, page.frames, page.is_open) for page in shown]
    used = tuple({frame: None for page in shown for frame in page.frames})
    wanted += [(name, FRONTEND, used, False) for name in ERRORS.values()]
    pages = keep(
        settings.data_dir,
        {FRONTEND, *(page.folder for page in shown)},
        (settings, static.names, static.integrity, wanted),
        lambda: _compose_all(settings, static, wanted),
    )
    for key, html in pages.items():
        result.pages[key] = Document(html.encode(), "text/html; charset=utf-8")
    for page in shown:
        view = page.mark(_page_view(result, page.name))
        result.routes.add_url_rule(page.address, page.name, view)
    result.routes.add_url_rule("/static/<file>", "static", anyone(_static_view(static)))
    return result


def _compose_all(
    settings: Settings, static: Static, wanted: list[tuple[str, Path, tuple[Frame, ...], bool]]
) -> dict[Key, str]:
    return {
        (name, lang, frame): _compose(
            settings, static, name, folder, lang, frame, frame.styles(is_open)
        )
        for name, folder, frames, is_open in wanted
        for lang in LANGUAGES
        for frame in frames
    }


def text(name: str, lang: str, settings: Settings) -> str:
    """A legal or help text as an HTML fragment; its exact words are what people consent to."""
    template = environment(lang).get_template(f"texts/{name}.{lang}.html")
    return keep_together(template.render(values(settings, lang)), lang)


def _compose(
    settings: Settings,
    static: Static,
    name: str,
    folder: Path,
    lang: str,
    frame: Frame,
    styles: tuple[str, ...],
) -> str:
    template = environment(lang, folder).get_template(f"pages/{name}.html")
    return template.render(
        around(settings, static, name, lang, frame, styles),
        text=lambda name: Markup(unbroken_html(text(name, lang, settings))),  # noqa: S704 our own
        outlined=lambda name: outline(unbroken_html(text(name, lang, settings))),
    )


def around(
    settings: Settings,
    static: Static,
    name: str,
    lang: str,
    frame: Frame,
    styles: tuple[str, ...],
) -> dict[str, Any]:
    """Template values of the layout and the frame around the page `name`."""
    part = f"{frame.parts}/{name}.js"
    of_visit = visited.VALUES if frame is Frame.VISITED else {}
    return (
        values(settings, lang)
        | of_visit
        | {
            "frame": frame.template,
            "entry": frame.entry,
            "part": part if part in static.names else None,
            "styles": [style for style in (*styles, f"pages/{name}.css") if style in static.names],
            "lang": lang,
            "languages": [(code, NAMES[code]) for code in LANGUAGES],
            "layout": layout_hash(static, lang, frame),
            "asset": lambda file: f"{settings.prefix}/static/{static.names[file]}",
            "integrity": lambda file: static.integrity[file],
        }
    )


def values(settings: Settings, lang: str) -> dict[str, Any]:
    """Template values of every page and text in this language."""
    return {
        "settings": settings,
        "utility": settings.utility,
        "base": settings.prefix,
        "door_hours": [line.in_language(lang) for line in settings.utility.hours],
        "notices": [(notice.in_language(lang), notice) for notice in settings.notices],
    }


def _page_view(composed: Composed, name: str) -> Callable[..., Any]:
    def view(**_in_address: str) -> Response:
        return composed.page(name)

    return view


def _static_view(static: Static) -> Callable[..., Any]:
    def view(file: str) -> Response:
        if file not in static.files:
            abort(404)
        # The file's name contains a hash of its content, so it never changes.
        return static.files[file].answer(
            200, "public, max-age=31536000, immutable", "Accept-Encoding"
        )

    return view


class Compiled(FileSystemBytecodeCache):
    """Cache of compiled templates, shared by all languages and kept for the next start.

    Compiling takes half of the composing time.
    """

    def __init__(self):
        super().__init__("")
        self.codes: dict[tuple[str, str], CodeType] = {}

    def keep_in(self, data_dir: Path) -> None:
        """Keep the cache in the data directory."""
        if folder := compiled_folder(data_dir):
            self.directory = str(folder)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the template's code if its source has not changed."""
        bucket.code = self.codes.get((bucket.key, bucket.checksum))
        if not bucket.code and self.directory:
            super().load_bytecode(bucket)
            self._note(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the template's code."""
        self._note(bucket)
        # A full disk must not stop the start.
        with suppress(OSError):
            if self.directory:
                super().dump_bytecode(bucket)

    def _note(self, bucket: Bucket) -> None:
        if bucket.code:
            self.codes[bucket.key, bucket.checksum] = bucket.code


compiled = Compiled()


@lru_cache
def environment(lang: str, folder: Path = FRONTEND) -> Environment:
    """The templates below `folder` and of the front end, with the sentences of this language."""
    environment = Environment(
        loader=FileSystemLoader([folder, FRONTEND]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=compiled,
    )
    sentences = catalogue(lang)
    environment.install_gettext_callables(  # pyright: ignore[reportAttributeAccessIssue]
        lambda message: unbroken(sentences.gettext(message)),
        lambda one, many, count: unbroken(sentences.ngettext(one, many, count)),
        newstyle=True,
    )
    environment.globals.update(drawing=_drawing, icon=lambda name: _drawing(name, "icon"))
    environment.filters.update(day=lambda value: days.text(value, lang))
    environment.filters.update(tel=_tel, number=lambda value: value.replace(" ", "\u00a0"))
    return environment


@lru_cache
def _drawing(name: str, style: str) -> Markup:
    """An SVG of frontend/icons for inlining, so that it takes the colours of the text around it."""
    svg = (FRONTEND / "icons" / f"{name}.svg").read_text("utf-8").strip()
    viewbox = re.search(r'viewBox="([^"]+)"', svg)[1]  # pyright: ignore[reportOptionalSubscript]
    inside = svg[svg.index(">") + 1 :]
    head = f'<svg class="{style}" viewBox="{viewbox}" aria-hidden="true" focusable="false">'
    return Markup(head + inside)  # noqa: S704 our own file


def _tel(number: str) -> str:
    digits = re.sub(r"[^\d+]", "", number)
    return f"tel:+48{digits}" if re.fullmatch(r"\d{9}", digits) else f"tel:{digits}"
