"""A worker sleeps until somebody rings for it."""

import signal
import time
from pathlib import Path

import pytest

from cast import new_code, new_email
from command import Bounds
from ebok import database
from ebok.mail import bell
from mailroom import mailroom  # noqa: F401
from office import Office, read_proc
from patience import ended, until
from smtp import MailServer
from visitor import Visitor

NEVER, OFTEN = 3600.0, 0.2
"""Seconds between two looks: of a worker that is rung for, and of one that polls."""


@pytest.fixture
def server(mailroom):  # noqa: F811
    with MailServer() as server:
        mailroom.use(server)
        yield server


@pytest.fixture
def rung(monkeypatch) -> list[Path]:
    """Where somebody has rung."""
    found = []
    monkeypatch.setattr(bell, "ring", found.append)
    return found


def wake_ups(pid: int) -> int:
    """How often threads of this process have waited for something."""
    told = map(read_proc, Path(f"/proc/{pid}/task").glob("*/status"))
    return sum(int(text.partition("nonvoluntary")[0].split()[-1]) for text in told if text)


def wait_for_sleep(pid: int) -> None:
    """Until it has done nothing for as long as four looks of a worker that polls."""
    until(lambda: wake_ups(pid) == (time.sleep(4 * OFTEN), wake_ups(pid))[1])


def test_idle_worker_sleeps_and_is_woken_by_each_mail(mailroom, server):  # noqa: F811
    worker = mailroom.start_process(look_seconds=NEVER, poll_seconds=OFTEN)
    try:
        for count in range(1, 3):
            mailroom.post()
            until(lambda count=count: len(server.mails) == count, worker)
            wait_for_sleep(worker.pid)
    finally:
        assert ended(worker) == 0


def test_mail_of_a_killed_worker_is_sent_by_the_next_and_the_bell_still_rings(mailroom, server):  # noqa: F811
    killed = mailroom.start_process(look_seconds=NEVER, poll_seconds=OFTEN)
    mailroom.post()
    until(mailroom.is_all_sent, killed)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    # Nobody listens.
    mailroom.post()
    worker = mailroom.start_process(look_seconds=NEVER, poll_seconds=OFTEN)
    try:
        until(mailroom.is_all_sent, worker)
        wait_for_sleep(worker.pid)
        mailroom.post()
        until(mailroom.is_all_sent, worker)
    finally:
        assert ended(worker) == 0


def test_mail_that_nobody_rang_for_is_found_and_more_are_looked_for(mailroom, server, rung):  # noqa: F811
    worker = mailroom.start_process(look_seconds=1)
    try:
        mailroom.post()
        until(mailroom.is_all_sent, worker)
        assert rung == [mailroom.settings.data_dir]
    finally:
        assert ended(worker) == 0


@pytest.mark.dialect
def test_it_rings_once_and_not_before_the_commit(mailroom, rung):  # noqa: F811
    with mailroom.app.app_context(), database.connection():
        with database.transaction():
            mailroom.post()
            with database.transaction():
                mailroom.post()
            assert rung == []
        assert len(rung) == 1
        with pytest.raises(ZeroDivisionError), database.transaction():
            mailroom.post() and 1 / 0
        assert len(rung) == 1
        with database.transaction():
            pass
        assert len(rung) == 1


@pytest.mark.dialect
def test_code_leaves_when_it_is_asked_for(database_url, tmp_path):
    with MailServer() as post:
        office = Office(database_url, tmp_path, post)
        office.bounds = Bounds(look_seconds=NEVER)
        with office, Visitor(office) as visitor:
            for _time in range(2):
                email = new_email()
                visitor.start(new_code(), email)
                assert office.mail_to(email).code
