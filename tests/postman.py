"""A worker that does nothing but send mails, and the letters that it can write.

It is a process of its own, forked from one that has read the code; so this file loads no more than
it needs.
"""

import hashlib
import secrets
import signal
import threading
from collections.abc import Callable, Mapping

from flask import Flask
from flask_babel import Babel
from peewee import CharField, IntegerField

from ebok import database, parts
from ebok.languages import CATALOGUES
from ebok.mail import bell, lanes, worker
from ebok.mail.kinds import Letter
from ebok.mail.letters import alert
from ebok.mail.models import Mail
from ebok.notifications.letters import BILL
from ebok.notifications.operations_facts import SLOTS
from ebok.settings import Settings


class Minted(database.Table):
    """Hashes of generated secrets, as a feature stores them."""

    about = IntegerField()
    secret_hash = CharField()


def bare_app(settings: Settings) -> Flask:
    """A Flask application with nothing but languages."""
    app = Flask("mailroom")
    app.config.update(EBOK=settings, BABEL_TRANSLATION_DIRECTORIES=str(CATALOGUES))
    Babel(app, default_locale="pl", default_timezone=settings.timezone)
    return app


LETTERS: dict[str, Letter] = {}


def letter(kind: str, **more) -> Callable[[Callable], Callable]:
    """Register the letter of this writer; no other parts are registered."""

    def declare(write: Callable) -> Callable:
        LETTERS[kind] = Letter(kind, kind, Mail, write, example={}, **more)
        parts.register_parts(only(LETTERS))
        return write

    return declare


def only(letters: Mapping[str, Letter]) -> parts.LookUp:
    """Finds these letters, and no other parts."""

    def look_up(part: str, name: str) -> list[Letter]:
        wanted = [name] if name else letters
        return [letters[each] for each in wanted] if part == "letters" else []

    return look_up


def declare_letters() -> None:
    """The writers of some letters, as a feature would declare them."""
    LETTERS.clear()
    LETTERS["alert"] = alert

    @letter("registration_code", urgent=True)
    def write_code(subject_id: int, _settings) -> dict:
        code = f"{secrets.randbelow(1_000_000):06}"
        token = secrets.token_urlsafe(16)
        for secret in (code, token):
            Minted.create(about=subject_id, secret_hash=hash_of(secret))
        masked = "39-…01"
        return {"code": code, "minutes": 10, "link_token": token, "customer_code_masked": masked}

    @letter("invoice_issued", slots=SLOTS)
    def write_invoice(subject_ids: list[int], _settings) -> dict:
        return {about: BILL | {"number": f"FV/{about}"} for about in subject_ids}

    @letter("password_changed")
    def write_changed(_about: int, _settings) -> dict:
        return {"customer_code_masked": "39-…01", "changed_at": database.now()}


ENDING = "ending"
"""File of a worker that knows that it must end."""


def hash_of(secret: str) -> str:
    """A hash as good as a test needs."""
    return hashlib.sha256(secret.encode()).hexdigest()


def work(settings: Settings, look_seconds: float, poll_seconds: float) -> None:
    """Run the worker until SIGTERM, with these polling intervals.

    `poll_seconds`: between two looks while it is busy.
    """
    bell.LOOK_SECONDS = look_seconds
    worker.POLL_SECONDS = lanes.POLL_SECONDS = poll_seconds
    declare_letters()
    database.connect(settings.database_url)
    stop = threading.Event()

    def end(*_signal: object) -> None:
        stop.set()
        # Some time after the signal on a busy machine: a test may wait for it.
        (settings.data_dir / ENDING).touch()

    signal.signal(signal.SIGTERM, end)
    worker.run(settings, bare_app(settings), stop)
