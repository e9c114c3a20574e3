"""Fixtures for mail tests: a bare application, letters with secrets, a worker run step by step."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from command import Running, fork
from ebok import database, features
from ebok.mail import bell
from ebok.mail.alerts import Alert
from ebok.mail.delivering import POLL_SECONDS, Worker
from ebok.mail.models import Mail
from ebok.mail.offers import RelayOffer
from ebok.mail.outbox import post, post_many
from ebok.mail.worker import run
from ebok.settings import Settings
from patience import HANG_SECONDS
from postman import Minted, bare_app, declare_letters, work
from smtp import MailServer


class Mailroom:
    """An office that does nothing but send mails."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.app = bare_app(settings)

    def post(self, name: str = "password_changed", to: str = "anna@poczta.example", **more) -> Mail:
        """Leave one letter, in a transaction, as an operation does."""
        more = {"language": "pl", "subject_id": 1} | more
        with self.app.app_context(), database.connection(), database.transaction():
            return post(name, to, **more)

    def rows(self) -> list[Mail]:
        """All mails, as they are stored now."""
        with database.connection():
            return list(Mail.select().order_by(Mail.id))

    def is_all_sent(self) -> bool:
        """Whether every mail has left."""
        with database.connection():
            return not Mail.select().where(Mail.sent_at.is_null()).exists()

    def row(self) -> Mail:
        """The one mail."""
        (mail,) = self.rows()
        return mail

    def post_town(self, count: int) -> None:
        """Post a mailing of `count` mails."""
        wanted = [(f"c{n}@poczta.example", "pl", n) for n in range(count)]
        with self.app.app_context(), database.connection(), database.transaction():
            post_many("invoice_issued", wanted)

    @contextmanager
    def worker(self, **settings) -> Iterator[None]:
        """A worker at work in a thread."""
        stop = threading.Event()
        told = replace(self.settings, **settings)
        thread = threading.Thread(target=run, args=(told, self.app, stop))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(HANG_SECONDS)
            assert not thread.is_alive()

    @contextmanager
    def one_worker(self) -> Iterator[Worker]:
        """A worker that the test runs step by step."""
        one = Worker(self.settings, self.app, threading.Event())
        try:
            yield one
        finally:
            one.leave()

    def turn(self, turns: int = 1) -> None:
        """Run this many steps of a worker."""
        with self.one_worker() as one:
            for _turn in range(turns):
                one.turn_safely()

    def use(self, server: MailServer, **settings) -> None:
        """Send to this server."""
        self.settings = replace(self.settings, **server.settings() | settings)

    def make_due(self) -> None:
        """As if the time to try again had come."""
        with database.connection():
            Mail.update(due_at=database.now()).execute()

    def expire_in(self, time: timedelta) -> None:
        """Make the mails expire after this time."""
        with database.connection():
            Mail.update(expires_at=database.now() + time).execute()

    def generated(self) -> int:
        """How many secrets have been generated."""
        with database.connection():
            return Minted.select().count()

    def dump(self) -> str:
        """Every value of every table, as text."""
        with database.connection():
            tables = database.database.get_tables()
            rows = (
                database.database.execute_sql(f'SELECT * FROM "{t}"').fetchall() for t in tables
            )
            return "\n".join(str(row) for table in rows for row in table)

    def start_process(
        self, look_seconds: float = bell.LOOK_SECONDS, poll_seconds: float = POLL_SECONDS
    ) -> Running:
        """A worker as a process of its own, that can be killed."""
        log = self.settings.data_dir / "log"
        return fork(work, self.settings, look_seconds, poll_seconds, out=log, err=log)


@pytest.fixture
def mailroom(database_url, tmp_path) -> Iterator[Mailroom]:
    """An office with its tables, and with letters that generate."""
    declare_letters()
    settings = Settings(
        database_url=database_url,
        data_dir=tmp_path,
        base_url="https://ebok.example/Town",
        secret_key="not a secret, and long enough for the tests",
        mail_default_sender="Biuro <biuro@wodociagi.example>",
    )
    handle = database.connect(settings.database)
    with database.connection():
        handle.create_tables([Mail, Minted, Alert, RelayOffer])
    yield Mailroom(settings)
    handle.close_all()
    features.register_parts()
