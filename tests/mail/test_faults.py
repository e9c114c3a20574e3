"""What the worker does when the mail server says no, or nothing at all."""

from datetime import timedelta

import pytest

from ebok.database import now
from ebok.mail.delivering import _delay
from ebok.mail.models import LONGEST_RETRY
from smtp import MailServer

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(mailroom):
    with MailServer() as server:
        mailroom.use(server)
        yield server


def test_retries_wait_a_minute_and_then_twice_as_long_each_time(mailroom, server):
    mailroom.post()
    for tries, wait in enumerate((1, 2, 4, 8), start=1):
        server.door.answers_data = ["451 4.3.0 try later"]
        mailroom.make_due()
        mailroom.turn()
        row = mailroom.row()
        assert row.tries == tries
        assert timedelta() <= now() + wait * MINUTE - row.due_at < timedelta(seconds=20)
        assert row.fault == "451 4.3.0 SMTPDataError"
    mailroom.make_due()
    mailroom.turn()
    assert mailroom.row().sent_at is not None


def test_retries_wait_six_hours_at_most():
    assert [_delay(tries) for tries in (1, 9, 10, 500)] == [
        MINUTE,
        256 * MINUTE,
        LONGEST_RETRY,
        LONGEST_RETRY,
    ]


def test_retry_is_the_same_message_with_a_new_secret(mailroom, server):
    server.door.answers_data = ["451 4.3.0 try later"]
    mailroom.post("registration_code")
    mailroom.turn()
    mailroom.make_due()
    mailroom.turn()
    assert [mail.message_id for mail in server.mails] == [mailroom.row().message_id]
    # A code and a link, twice.
    assert mailroom.generated() == 4


def test_code_that_may_have_arrived_is_sent_again_as_it_was(mailroom, server):
    mailroom.post("registration_code")
    server.door.hang_ups_after_data = 1
    mailroom.turn()
    mailroom.make_due()
    mailroom.turn()
    first, second = server.mails
    assert first.message_id == second.message_id == mailroom.row().message_id
    assert first.code == second.code
    assert (mailroom.generated(), mailroom.row().tries) == (2, 2)


def test_code_that_a_newer_one_has_made_void_is_not_sent_again(mailroom, server):
    mailroom.post("registration_code")
    server.door.hang_ups_after_data = 1
    mailroom.turn()
    mailroom.post("registration_code")
    mailroom.make_due()
    mailroom.turn(2)
    assert len({mail.code for mail in server.mails}) == 3


def test_last_retry_comes_before_the_mail_is_worth_nothing(mailroom, server):
    server.door.answers_data = ["451 4.3.0 try later"] * 3
    mailroom.post(ttl=timedelta(minutes=6))
    for waits in (1, 2):
        mailroom.make_due()
        mailroom.turn()
        assert abs(mailroom.row().due_at - now() - waits * MINUTE) < timedelta(seconds=20)
    # The third would be after four minutes, of which two and a half are left.
    mailroom.expire_in(timedelta(seconds=150))
    mailroom.make_due()
    mailroom.turn()
    row = mailroom.row()
    assert abs(row.due_at - now() - 1.5 * MINUTE) < timedelta(seconds=20)
    assert row.failed_at is None


def test_retry_that_would_come_too_late_fails_at_once(mailroom, server):
    server.door.answers_data = ["451 4.3.0 try later"]
    mailroom.post(ttl=timedelta(seconds=50))
    mailroom.turn()
    assert mailroom.row().failed_at is not None
    assert mailroom.row().fault == "expired"


def test_refused_recipient_fails_at_once_and_leaves_no_address(mailroom, server):
    answer = "550 5.1.1 <anna@poczta.example> unknown"
    server.door.answer_recipient = {"anna@poczta.example": answer}
    mailroom.post()
    mailroom.turn(2)
    row = mailroom.row()
    assert (row.tries, row.failed_at is not None) == (1, True)
    assert row.fault == "550 5.1.1 SMTPRecipientsRefused"


def test_refusal_of_one_does_not_harm_the_next(mailroom, server):
    server.door.answer_recipient = {"nobody@poczta.example": "550 5.1.1 unknown"}
    mailroom.post(to="nobody@poczta.example")
    mailroom.post()
    mailroom.turn(2)
    assert [(mail.to, mail.session) for mail in server.mails] == [("anna@poczta.example", 1)]


def test_server_that_is_away_burns_no_try_and_mints_nothing(mailroom, server):
    for _number in range(3):
        mailroom.post("registration_code")
    server.stop()
    mailroom.turn(3)
    assert [(row.tries, row.failed_at, row.claimed_by) for row in mailroom.rows()] == [
        (0, None, "")
    ] * 3
    assert mailroom.generated() == 0
    server.start()
    mailroom.turn(3)
    assert len(server.mails) == 3


@pytest.mark.shows("P33")
def test_mail_that_was_only_claimed_has_not_been_tried(mailroom, server):
    """A mailing claims two hundred at once; the server was asked to take the first alone."""
    mailroom.post_town(5)
    server.door.answer_recipient = {"c0@poczta.example": "450 4.7.1 greylisted"}
    server.door.answers_data = ["421 4.3.2 too busy"]
    mailroom.turn()
    assert [row.tries for row in mailroom.rows()] == [1, 0, 0, 0, 0]
    server.door.answer_recipient = {}
    mailroom.make_due()
    mailroom.turn(2)
    assert [row.tries for row in mailroom.rows()] == [2, 1, 1, 1, 1]


def test_worker_rests_longer_each_time_the_server_is_away(mailroom, server):
    mailroom.post()
    server.stop()
    with mailroom.one_worker() as worker:
        assert [worker.turn_safely() for _try in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_refused_sender_makes_all_mails_wait(mailroom, server):
    server.door.answer_mail = "553 5.7.1 sender not yours"
    for _number in range(2):
        mailroom.post()
    with mailroom.one_worker() as worker:
        assert worker.turn_safely() == 1
    first, second = mailroom.rows()
    assert (first.failed_at, first.tries, first.fault) == (None, 0, "553 5.7.1 SMTPSenderRefused")
    assert second.tries == 0


def test_connection_is_opened_again_after_a_hang_up(mailroom, server):
    mailroom.post()
    mailroom.post()
    server.door.hang_ups_after_data = 1
    mailroom.turn(2)
    assert [mail.session for mail in server.mails] == [1, 2]
    assert [row.sent_at is None for row in mailroom.rows()] == [True, False]


def test_slow_server_is_given_up_after_the_time_limit(mailroom, server, monkeypatch):
    monkeypatch.setattr("ebok.mail.connection.TAKEN", 1)
    server.door.is_held = True
    mailroom.post()
    with mailroom.one_worker() as worker:
        assert worker.turn_safely() == 1
        assert worker.sender.connection is None
    server.door.is_held = False
    assert mailroom.row().fault == "SMTPServerDisconnected"
    assert mailroom.row().sent_at is None


@pytest.mark.usefixtures("server")
def test_idle_connection_is_closed(mailroom):
    mailroom.post()
    with mailroom.one_worker() as worker:
        worker.turn_safely()
        worker.turn_safely()
        assert worker.sender.connection is not None
        worker.sender.used -= 31
        worker.turn_safely()
        assert worker.sender.connection is None
