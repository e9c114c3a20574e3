"""The application around an import: its reports have a language, and it can post letters."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask import Flask, has_app_context
from flask_babel import force_locale

from ebok import languages
from ebok.settings import Settings


@contextmanager
def office(settings: Settings) -> Iterator[None]:
    """Within the block sentences are in the language of reports, whoever asks for the import.

    A command has no application of its own, and a whole one would compose every page.
    """
    with ExitStack() as stack:
        if not has_app_context():
            app = Flask("ebok")
            app.config.update(EBOK=settings, SECRET_KEY=settings.secret_key)
            languages.register(app, settings.timezone)
            stack.enter_context(app.app_context())
        stack.enter_context(force_locale(settings.report_language))
        yield
