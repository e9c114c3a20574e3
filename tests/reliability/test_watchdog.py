"""A process that lives and does nothing is ended, and another does its work."""

import os
import signal
import subprocess
from contextlib import contextmanager

import psycopg
import pytest
from peewee import OperationalError

from cast import new_code, new_email
from command import Bounds
from ebok import database
from ebok.mail.models import Mail
from office import Office
from patience import until
from smtp import MailServer
from visitor import Visitor

OFTEN = Bounds(beat_seconds=1)


@pytest.fixture
def own_office(database_url, tmp_path):
    """An office of this test alone, whose processes are missed in seconds."""
    with MailServer() as post:
        office = Office(database_url, tmp_path, post)
        office.bounds = OFTEN
        office.start()
        database.connect(database_url)
        database.database.connect(reuse_if_open=True)
        yield office
        database.database.close_all()
        office.stop()


def process(office: Office, name: str) -> int:
    """The number of the process of this name; 0 as long as there is none."""
    command = ["pgrep", "-P", str(office.process.pid), f"^ebok {name}$"]
    return int(subprocess.run(command, capture_output=True, text=True).stdout or 0)


def stop(office: Office, name: str) -> int:
    """Have it do nothing any more, as if it hung, at a moment when nobody waits for its lock."""
    pid = until(lambda: process(office, name), office.process, office.log)
    until(lambda: is_stopped_without_a_lock(pid), office.process, office.log)
    return pid


def is_stopped_without_a_lock(pid: int) -> bool:
    """Whether it stands still, and others can write; else it goes on."""
    os.kill(pid, signal.SIGSTOP)
    if can_write():
        return True
    os.kill(pid, signal.SIGCONT)
    return False


def can_write() -> bool:
    """Whether the lock of SQLite is free; on Postgres nothing locks the whole database."""
    if database.is_postgres():
        return True
    database.database.execute_sql("PRAGMA busy_timeout = 200")
    try:
        with database.transaction():
            return True
    except OperationalError:
        return False


def until_replaced(office: Office, name: str, pid: int) -> None:
    until(lambda: process(office, name) not in (0, pid), office.process, office.log)
    assert f"process={name} outcome=silent" in office.log()


def ask_for_a_code(office: Office, email: str) -> None:
    with Visitor(office) as visitor:
        visitor.start(new_code(), email)


@pytest.mark.parametrize("name", ["web-1", "printing", "worker"])
def test_process_that_does_nothing_is_ended_and_another_started(own_office, name):
    pid = stop(own_office, name)
    until_replaced(own_office, name, pid)
    assert not os.path.exists(f"/proc/{pid}")


@pytest.mark.shows("P30")
def test_what_a_stopped_worker_left_lying_is_sent_once_by_the_next(own_office):
    pid, email = stop(own_office, "worker"), new_email()
    ask_for_a_code(own_office, email)
    own_office.mail_to(email)
    until_replaced(own_office, "worker", pid)
    assert len(own_office.mails_to(email)) == 1


@pytest.mark.shows("P30")
def test_mail_that_was_taken_while_the_worker_stood_still_is_not_sent_again(own_office):
    """The server's answer waits where the worker finds it, when it is asked to end."""
    own_office.post.door.is_held = True
    email, next_email = new_email(), new_email()
    ask_for_a_code(own_office, email)
    until(lambda: email in own_office.post.door.held, own_office.process, own_office.log)
    pid = stop(own_office, "worker")
    own_office.post.door.is_held = False
    own_office.mail_to(email)
    until_replaced(own_office, "worker", pid)
    ask_for_a_code(own_office, next_email)
    own_office.mail_to(next_email)
    assert Mail.get(Mail.recipient == email).sent_at
    assert len(own_office.mails_to(email)) == 1


@contextmanager
def nobody_may_give_a_sign(url: str):
    """The table of the signs is locked: who writes one hangs until the block ends."""
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE beat")
        yield


@pytest.mark.shows("P30")
@pytest.mark.dialect
def test_worker_that_cannot_even_end_is_killed(own_office, kind):
    if kind != "postgres":
        pytest.skip("SQLite lets nobody wait for ever")
    with nobody_may_give_a_sign(own_office.database_url):
        until(lambda: "process=worker outcome=died exit=-9" in own_office.log(), own_office.process)
    email = new_email()
    ask_for_a_code(own_office, email)
    own_office.mail_to(email)
    assert len(own_office.mails_to(email)) == 1
