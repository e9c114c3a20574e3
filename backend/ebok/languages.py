"""Chooses the language of a request (Polish, English, Ukrainian) and translates sentences."""

import io
import re
from collections.abc import Generator, Iterable
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, has_app_context, has_request_context, request
from flask_babel import Babel, Domain, LazyString, force_locale, format_datetime, get_locale

from ebok.files import kept
from ebok.files.folders import compiled_folder
from ebok.headers import keep_cookie, kept_cookie
from ebok.settings import Settings
from ebok.values.language import in_use

LANGUAGES = ("pl", "en", "uk")
CATALOGUES = Path(__file__).parent / "locale"
COOKIE = "ebok_language"

# A one-letter word does not end a line. `<` keeps the tag <a …> as it is.
LONELY = {
    "pl": re.compile(r"(?<![\w<&'’-])([aiouwzAIOUWZ]) "),
    "uk": re.compile(r"(?<![\w<&'’-])([авзійоуєяАВЗІЙОУЄЯ]) "),
}
# e-mail, e-BOK, e-faktura: no line ends behind the e.
LONGEST_LABEL = 30
HYPHENATED = re.compile(r"\b([eEеЕ])-(?=\w)")
# Not in an address, which is copied: e-bok@example.pl, https://e-bok.example.pl/.
HYPHENATED_WORD = re.compile(r"(?<![\w./@-])([eEеЕ])-(?=\w+\b(?![\w.-]*@|[./-]\w))")
BETWEEN_TAGS = re.compile(r">[^<]+")


class Sentences(Translations):
    """One language's catalogue, with no-break spaces and hyphens by its typographic rules."""

    def __init__(self, file: io.BytesIO):
        super().__init__(file)
        self.language = self.info()["language"]
        # Cached: one invoice needs fifty sentences.
        self.gettext = self.ugettext = lru_cache(4096)(self._set)
        self.ngettext = self.ungettext = lru_cache(4096)(self._set_counted)

    def _set(self, message: str) -> str:
        """The sentence in this language."""
        return keep_together(super().gettext(message), self.language)

    def _set_counted(self, msgid1: str, msgid2: str, num: int) -> str:
        """The sentence for this count."""
        return keep_together(super().ngettext(msgid1, msgid2, num), self.language)


def keep_together(text: str, language: str) -> str:
    """The text with a no-break space after one-letter words, which must not end a line."""
    return LONELY[language].sub("\\1\u00a0", text) if language in LONELY else text


@lru_cache(4096)
def unbroken(text: str, longest_label: int = LONGEST_LABEL) -> str:
    """The text with no-break hyphens (`e-mail`); short labels are unchanged."""
    is_label = len(text) <= longest_label or "<" in text
    return text if is_label else HYPHENATED.sub("\\1\u2011", text)


def unbroken_html(html: str) -> str:
    """The same for a whole text in HTML, whose tags and addresses are unchanged."""
    return BETWEEN_TAGS.sub(lambda words: HYPHENATED_WORD.sub("\\1\u2011", words[0]), html)


def moment(instant: datetime) -> str:
    """Day and time in the office's time zone; in Polish 13.05, otherwise 13:05."""
    point = "." if get_locale().language == "pl" else ":"
    return format_datetime(instant, f"d MMMM y, HH{point}mm")


@cache
def catalogue(language: str) -> Sentences:
    """The catalogue of this language, compiled from its .po file when needed."""
    source = (CATALOGUES / language / "LC_MESSAGES" / "messages.po").read_bytes()
    folder = _folders[0] if _folders else None
    compiled = kept.once(folder, f"{language}.mo", source, lambda: _compile(language, source))
    return Sentences(io.BytesIO(compiled))


_folders: list[Path] = []


def keep_in(data_dir: Path) -> None:
    """Cache compiled catalogues in the data directory: compiling takes ten times as long."""
    _folders[:] = filter(None, [compiled_folder(data_dir)])


def _compile(language: str, source: bytes) -> bytes:
    # Imported here, because only the first process needs it.
    from babel.messages import mofile, pofile

    file = io.BytesIO()
    mofile.write_mo(file, pofile.read_po(io.BytesIO(source), locale=language))
    return file.getvalue()


class Catalogues(Domain):
    """Gives Flask-Babel our catalogues."""

    def get_translations(self) -> Sentences:
        """The catalogue of the current language."""
        return catalogue(get_locale().language)


class Languages(Babel):
    """Flask-Babel with our catalogues."""

    domain_instance = Catalogues()


def register(app: Flask, timezone: str) -> None:
    """Choose the language of each request, and store the choice made by `?lang=`."""
    Languages(app, default_locale="pl", default_timezone=timezone, locale_selector=_locale)
    app.before_request(_keep_choice)


def _locale() -> Locale:
    return locale(language())


@cache
def locale(lang: str) -> Locale:
    """Babel's locale, cached: Babel would check its file for each request."""
    return Locale(lang)


def language() -> str:
    """The language of the request: `?lang=`, else the cookie, else Accept-Language.

    Polish wins wherever the browser lists it.
    """
    if not has_request_context():
        return "pl"
    for choice in (request.args.get("lang"), kept_cookie(COOKIE)):
        if choice in LANGUAGES:
            return choice
    return _preferred(request.accept_languages.values())


def _preferred(wanted: Iterable[str]) -> str:
    heads = [tag.split("-")[0].lower() for tag in wanted]
    if "pl" in heads:
        return "pl"
    return next((head for head in heads if head in LANGUAGES), "pl")


def _keep_choice() -> None:
    choice = request.args.get("lang") if request.query_string else None
    if choice in LANGUAGES:
        keep_cookie(COOKIE, choice)


def gettext(message: str, **values: object) -> str:
    """Translate a sentence and fill in `values`, as Flask-Babel's gettext.

    Views that customers wait for use this one: Flask-Babel's finds its catalogue again for each
    sentence, which takes three times as long.
    """
    text = _sentences().gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Translate a sentence that depends on `num`, available as `%(num)s`; see `gettext`."""
    return _sentences().ngettext(one, many, num) % {"num": num, **values}


def lazy(message: str) -> LazyString:
    """A sentence that is translated when it is displayed; see `gettext`."""
    return LazyString(gettext, message)


def _sentences() -> NullTranslations:
    spoken = in_use()
    return catalogue(spoken) if spoken else NullTranslations()


class Sentence(str):
    """A translated sentence; `kind` is its English pattern, used for grouping."""

    __slots__ = ("kind",)

    kind: str


def _sentence(text: str, kind: str) -> Sentence:
    sentence = Sentence(text)
    sentence.kind = kind
    return sentence


def say(message: str, **values: object) -> Sentence:
    """Translate a sentence for reports. Import it as `_`, so that `make catalogue` finds it."""
    text = _searchable(gettext(message))
    return _sentence(text % values if values else text, message)


def count(one: str, many: str, num: int, **values: object) -> Sentence:
    """Translate a sentence that depends on `num`. Import it as `ngettext`."""
    return _sentence(_searchable(ngettext(one, many, num, **values)), one)


def _searchable(text: str) -> str:
    """The text without no-break spaces, which would spoil a search in a text file."""
    return text.replace("\u00a0", " ")


def kind_of(text: str) -> str:
    """The key for grouping a text: the pattern of a Sentence, else the text itself."""
    return text.kind if isinstance(text, Sentence) else text


@contextmanager
def in_report_language(settings: Settings) -> Generator[None]:
    """Translate sentences in the block into the language of reports.

    Outside an application it makes a minimal one: a complete one would render every page.
    """
    with ExitStack() as stack:
        if not has_app_context():
            keep_in(settings.data_dir)
            app = Flask("ebok")
            app.config.update(EBOK=settings, SECRET_KEY=settings.secret_key)
            register(app, settings.timezone)
            stack.enter_context(app.app_context())
        stack.enter_context(force_locale(settings.report_language))
        yield
