"""A mail server that takes its time: it delays nobody, and makes no copies."""

import time

import flask_mail
import pytest

from ebok.mail import lanes
from ebok.mail.connection import Connection, Relay as RelaySettings
from patience import until
from relay import Relay
from smtp import MailServer


@pytest.fixture
def server(mailroom):
    with MailServer() as server:
        mailroom.use(server)
        server.door.is_held = True
        yield server


def sent_once(mailroom, server) -> bool:
    """Whether each mail has left, and none of them twice."""
    return mailroom.is_all_sent() and set(server.count_by_message_id().values()) == {1}


@pytest.mark.shows("P32")
def test_codes_go_over_other_connections_while_one_waits(mailroom, server):
    mailroom.post(to="first@poczta.example")
    with mailroom.worker():
        until(lambda: server.door.held == ["first@poczta.example"])
        for number in range(3):
            mailroom.post("registration_code", to=f"code{number}@poczta.example", subject_id=number)
        # Every one of them is with the server before it has answered the first.
        until(lambda: len(server.door.held) == 4)
        server.door.is_held = False
        until(mailroom.is_all_sent)
    assert sent_once(mailroom, server)
    assert [row.tries for row in mailroom.rows()] == [1] * 4


def test_last_connection_is_for_codes(mailroom, server, monkeypatch):
    monkeypatch.setattr(lanes, "HELD_SECONDS", 0.1)
    for number in range(2):
        mailroom.post(to=f"c{number}@poczta.example")
    with mailroom.worker(mail_connections=2):
        until(lambda: server.door.held)
        # Long enough for another connection to be opened, and for a mail to leave by it.
        time.sleep(2)
        assert server.door.held == ["c0@poczta.example"]
        mailroom.post("registration_code", to="code@poczta.example")
        until(lambda: len(server.door.held) == 2)
        assert server.door.held[-1] == "code@poczta.example"
        server.door.is_held = False
        until(mailroom.is_all_sent)
    assert sent_once(mailroom, server)


@pytest.mark.shows("P32")
def test_what_a_mailing_has_claimed_is_shared_while_it_waits(mailroom, server, monkeypatch):
    monkeypatch.setattr(lanes, "SHARE_SECONDS", 0.2)
    mailroom.post_town(12)
    with mailroom.worker():
        until(lambda: len(server.door.held) == 5)
        server.door.is_held = False
        until(mailroom.is_all_sent)
    assert sent_once(mailroom, server)


def test_claim_is_renewed_as_long_as_the_server_keeps_us_waiting(mailroom, server, monkeypatch):
    monkeypatch.setattr(lanes, "RENEW_SECONDS", 0.1)
    mailroom.post()
    with mailroom.worker():
        until(lambda: mailroom.row().claimed_until)
        before = mailroom.row().claimed_until
        until(lambda: mailroom.row().claimed_until > before)
        server.door.is_held = False
        until(mailroom.is_all_sent)
    assert sent_once(mailroom, server)


def test_stop_waits_for_no_server(mailroom, server, monkeypatch):
    monkeypatch.setattr(lanes, "STOP_SECONDS", 1)
    mailroom.post()
    with mailroom.worker():
        until(lambda: server.door.held)
    # Nobody knows whether it was taken: it is tried again.
    row = mailroom.row()
    assert (row.sent_at, row.failed_at, row.claimed_by, row.tries) == (None, None, "", 1)
    assert not list((mailroom.settings.data_dir / "workers").iterdir())


@pytest.mark.shows("P32")
def test_each_step_waits_as_long_as_rfc_5321_says(mailroom, monkeypatch):
    """Whoever hangs up sooner makes copies (4.5.3.2)."""
    waited, usual = [], Connection._wait
    monkeypatch.setattr(Connection, "_wait", lambda self, s: waited.append(s) or usual(self, s))
    with Relay() as relay:
        mailroom.use(relay)
        told = RelaySettings.of(mailroom.settings)
        session = Connection(flask_mail.Mail().init_mail({}), told)
        session.__enter__()
        assert session.host.timeout == 5 * 60
        session.hand_over("ebok@o.example", "anna@p.example", b"a\r\n", lambda: None)
        session.end()
    minutes = [seconds / 60 for seconds in waited]
    # MAIL, RCPT, DATA, a block of it, and the answer to the whole.
    assert minutes == [5, 5, 2, 3, 10]
