"""A letter to a whole town, while workers are killed, race, and find the disk full."""

import os
import resource
import time

import pytest

from ebok import database
from mailroom import mailroom  # noqa: F401
from patience import ended, until
from smtp import MailServer

pytestmark = pytest.mark.dialect

KILLS = 200 if os.environ.get("TORTURE") else 4
MAILS_EACH = 40


@pytest.fixture
def server(mailroom):  # noqa: F811
    with MailServer() as server:
        mailroom.use(server)
        yield server


@pytest.mark.shows("P29")
def test_kill_in_the_middle_of_a_mailing_loses_none_and_doubles_one_at_most(mailroom, server):  # noqa: F811
    count = (KILLS + 1) * MAILS_EACH
    mailroom.post_town(count)
    for kill in range(1, KILLS + 1):
        worker = mailroom.start_process()
        try:
            server.wait_for(kill * MAILS_EACH, worker)
            # Each kill meets another moment of a mail's way.
            time.sleep(kill % 10 * 0.0005)
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
    # One that the server had taken at the very moment of a death, and no other.
    assert sum(counts.values()) - count <= KILLS
    assert max(counts.values()) <= 2
    assert all(row.sent_at for row in mailroom.rows())


def test_what_a_dead_worker_had_sent_is_noted_and_not_sent_again(mailroom, server):  # noqa: F811
    mailroom.post_town(60)
    worker = mailroom.start_process()
    server.wait_for(30, worker)
    worker.kill()
    worker.wait()
    assert sum(row.sent_at is not None for row in mailroom.rows()) < 30
    mailroom.turn(2)
    assert len(server.mails) in (60, 61)
    assert all(row.sent_at for row in mailroom.rows())


def test_kill_while_several_connections_wait_loses_none(mailroom, server):  # noqa: F811
    server.door.is_held = True
    for number in range(3):
        mailroom.post(to=f"c{number}@poczta.example")
    worker = mailroom.start_process()
    until(lambda: len(server.door.held) == 3, worker)
    worker.kill()
    worker.wait()
    assert {bool(row.claimed_by) for row in mailroom.rows()} == {True}
    server.door.is_held = False
    # The kernel has let go of each connection's lock: the next worker has them at once.
    mailroom.turn(3)
    assert mailroom.is_all_sent()
    assert set(server.count_by_message_id()) == {row.message_id for row in mailroom.rows()}
    assert max(server.count_by_message_id().values()) <= 2


@pytest.mark.shows("P29")
def test_two_workers_share_a_mailing(mailroom, server):  # noqa: F811
    mailroom.post_town(300)
    workers = [mailroom.start_process() for _worker in range(2)]
    try:
        until(mailroom.is_all_sent, workers[0])
    finally:
        assert [ended(worker) for worker in workers] == [0, 0]
    assert len(server.mails) == 300
    assert set(server.count_by_message_id().values()) == {1}


@pytest.mark.shows("P76")
def test_full_disk_stops_a_mailing_and_an_emptied_one_lets_it_go_on(mailroom, server):  # noqa: F811
    if database.is_postgres():
        pytest.skip("the disk that fills is the database server's, which then refuses as in others")
    log = mailroom.settings.data_dir / "log"
    mailroom.post_town(400)
    worker = mailroom.start_process()
    try:
        server.wait_for(50, worker)
        # No file may grow, or be written, beyond this: what a full disk does to the database.
        _soft, hard = resource.prlimit(worker.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (16_384, hard))
        until(lambda: "not-noted-yet" in log.read_text(), worker)
        assert len(server.mails) < 400
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (hard, hard))
        until(mailroom.is_all_sent, worker)
    finally:
        assert ended(worker) == 0
    assert set(server.count_by_message_id().values()) == {1}
    assert all(row.sent_at for row in mailroom.rows())
    with database.connection():
        assert database.first_row("PRAGMA integrity_check")[0] == "ok"
