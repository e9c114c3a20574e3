"""Workers that race, and workers that are killed: nothing is lost, and hardly anything doubled."""

import os
import threading
import time
from datetime import timedelta

import psycopg
import pytest

from ebok import database
from ebok.database import now
from ebok.mail.models import Mail
from mailroom import mailroom  # noqa: F401
from patience import HANG_SECONDS, ended, until
from postman import ENDING
from smtp import MailServer

pytestmark = pytest.mark.dialect
KILLS = 6
MANY = 500 if os.environ.get("BOTH") else 147
"""Mails between which a worker is killed: in CI, and in `make test`."""


@pytest.fixture
def server(mailroom):  # noqa: F811
    with MailServer() as server:
        mailroom.use(server)
        yield server


def fill(mailroom, count):  # noqa: F811
    """So many mails, all at once."""
    with mailroom.app.app_context(), database.connection(), database.transaction():
        for number in range(count):
            name = "registration_code" if number % 5 == 0 else "password_changed"
            mailroom.post(name, subject_id=number)


def wait_for_workers(mailroom, count):  # noqa: F811
    directory = mailroom.settings.data_dir / "workers"
    until(lambda: len(list(directory.glob("*"))) >= count)


def wait_for_claim(mailroom, worker=None):  # noqa: F811
    until(lambda: mailroom.rows()[0].claimed_by, worker)


def rename(old, new):
    with database.connection():
        database.database.execute_sql(f'ALTER TABLE "{old}" RENAME TO "{new}"')


def test_two_workers_send_each_of_200_mails_once(mailroom, server):  # noqa: F811
    workers = [mailroom.start_process() for _worker in range(2)]
    try:
        wait_for_workers(mailroom, 2)
        # Neither has sent all before the other looks: else there were no race to win.
        server.door.is_held = True
        fill(mailroom, 200)
        until(lambda: len({row.claimed_by for row in mailroom.rows()} - {""}) == 2, workers[0])
        server.door.is_held = False
        until(mailroom.is_all_sent, workers[0])
    finally:
        assert [ended(worker) for worker in workers] == [0, 0]
    assert len(server.mails) == 200
    counts = server.count_by_message_id()
    assert set(counts) == {row.message_id for row in mailroom.rows()}
    assert set(counts.values()) == {1}
    assert len({mail.session for mail in server.mails}) >= 2


def test_kill_in_the_middle_of_many_mails_loses_none(mailroom, server):  # noqa: F811
    fill(mailroom, MANY)
    for kill in range(1, KILLS + 1):
        worker = mailroom.start_process()
        try:
            server.wait_for(kill * MANY // (KILLS + 1), worker)
            # One mail takes about 8 ms: each kill meets another moment of its way.
            time.sleep(kill * 0.0015)
        finally:
            worker.kill()
            worker.wait()
    worker = mailroom.start_process()
    try:
        until(mailroom.is_all_sent, worker)
    finally:
        assert ended(worker) == 0
    counts = server.count_by_message_id()
    assert set(counts) == {row.message_id for row in mailroom.rows()}
    assert sum(counts.values()) - MANY <= KILLS
    assert all(row.sent_at for row in mailroom.rows())


def test_mail_that_the_database_does_not_know_of_yet_is_not_sent_again(mailroom, server):  # noqa: F811
    server.door.is_held = True
    mailroom.post()
    worker = mailroom.start_process()
    until(lambda: server.door.held, worker)
    with database.connection(), database.transaction():
        if database.is_postgres():
            database.database.execute_sql("LOCK TABLE mail IN EXCLUSIVE MODE")
        server.door.is_held = False
        server.wait_for(1, worker)
        (path,) = (mailroom.settings.data_dir / "workers").iterdir()
        until(lambda: path.read_bytes().strip(b"\0"), worker)
        worker.kill()
        worker.wait()
    mailroom.turn(2)
    assert len(server.mails) == 1
    assert (mailroom.row().sent_at is not None, mailroom.row().tries) == (True, 1)


def test_what_a_killed_worker_held_is_sent_at_once_by_the_next(mailroom, server):  # noqa: F811
    server.door.is_held = True
    mailroom.post()
    worker = mailroom.start_process()
    wait_for_claim(mailroom, worker)
    worker.kill()
    worker.wait()
    assert mailroom.row().claimed_by
    server.door.is_held = False
    mailroom.turn()
    assert mailroom.row().sent_at is not None


def test_what_a_living_worker_holds_is_left_to_it(mailroom, server):  # noqa: F811
    server.door.is_held = True
    mailroom.post()
    with mailroom.worker():
        wait_for_claim(mailroom)
        held_by = mailroom.row().claimed_by
        mailroom.turn(2)
        assert mailroom.row().claimed_by == held_by != ""
        server.door.is_held = False
        server.wait_for(1)
    assert len(server.mails) == 1


def test_mail_in_hand_is_finished_before_the_stop(mailroom, server):  # noqa: F811
    mailroom.use(server, mail_connections=1)
    server.door.is_held = True
    mailroom.post()
    mailroom.post()
    worker = mailroom.start_process()
    wait_for_claim(mailroom, worker)
    worker.terminate()
    until((mailroom.settings.data_dir / ENDING).exists, worker)
    server.door.is_held = False
    assert worker.wait(HANG_SECONDS) == 0
    assert [row.sent_at is not None for row in mailroom.rows()] == [True, False]
    assert [row.claimed_by for row in mailroom.rows()] == ["", ""]
    assert not list((mailroom.settings.data_dir / "workers").iterdir())


def test_claim_that_had_to_wait_for_another_takes_nothing(mailroom):  # noqa: F811
    """The loser's subquery was read before the winner's claim was committed."""
    mailroom.post()
    until = now() + timedelta(minutes=2)
    taken = []

    def claim_too():
        with database.connection():
            taken.append(Mail.claim("loser", now(), until))

    loser = threading.Thread(target=claim_too)
    with database.connection(), database.transaction():
        assert Mail.claim("winner", now(), until) is not None
        loser.start()
        time.sleep(0.3)
    loser.join()
    assert taken == [None]
    assert mailroom.row().claimed_by == "winner"


def test_mail_that_left_is_noted_even_if_the_database_went_away(mailroom, server):  # noqa: F811
    if not database.is_postgres():
        pytest.skip("SQLite has no connection that could break")
    server.door.is_held = True
    mailroom.post()
    worker = mailroom.start_process()
    try:
        wait_for_claim(mailroom, worker)
        database.database.close_idle()
        server_url, _slash, name = mailroom.settings.database_url.rpartition("/")
        with psycopg.connect(f"{server_url}/postgres", autocommit=True) as administrator:
            cut_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            administrator.execute(cut_all, [name])
        server.door.is_held = False
        until(mailroom.is_all_sent, worker)
    finally:
        assert ended(worker) == 0
    assert mailroom.row().sent_at is not None
    assert len(server.mails) == 1


@pytest.mark.shows("V16.5.2")
def test_worker_waits_for_a_database_that_is_not_there(mailroom, server):  # noqa: F811
    mailroom.post()
    with mailroom.one_worker() as worker:
        rename("mail", "gone")
        assert worker.turn_safely() == 1
        rename("gone", "mail")
        worker.turn_safely()
    assert len(server.mails) == 1
