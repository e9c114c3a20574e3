"""Nothing is said to a mail server that has not proved who it is."""

import socket
from dataclasses import replace

import pytest

from smtp import MailServer


@pytest.mark.shows("V12.3.2", "V16.3.4")
def test_certificate_that_is_not_trusted_is_told_nothing(mailroom):
    with MailServer() as server, MailServer() as other:
        mailroom.use(server, mail_ca_file=other.ca_file)
        mailroom.post("registration_code")
        mailroom.turn(2)
        assert not server.mails
        assert mailroom.row().tries == 0
        assert mailroom.generated() == 0


@pytest.mark.shows("V12.3.2")
def test_certificate_of_another_name_is_told_nothing(mailroom):
    with MailServer(names=("mail.elsewhere.example",)) as server:
        mailroom.use(server)
        mailroom.post()
        mailroom.turn()
        assert not server.mails


@pytest.mark.shows("V12.3.4")
def test_system_certificates_count_when_no_file_is_named(mailroom):
    with MailServer() as server:
        mailroom.use(server, mail_ca_file="")
        mailroom.post()
        mailroom.turn()
        assert not server.mails


def test_server_without_starttls_is_told_nothing(mailroom):
    with MailServer(starttls=False) as server:
        mailroom.use(server, mail_use_tls=True)
        mailroom.post()
        mailroom.turn()
        assert not server.mails
        assert mailroom.row().tries == 0


def test_mail_and_login_go_over_tls(mailroom):
    with MailServer(login=("biuro", "pass word")) as server:
        mailroom.use(server)
        mailroom.post()
        mailroom.turn()
        (mail,) = server.mails
        assert mail.over_tls
        assert mail.login == "biuro"


@pytest.mark.shows("V16.5.2")
def test_wrong_login_makes_all_mails_wait(mailroom):
    with MailServer(login=("biuro", "pass word")) as server:
        mailroom.use(server, mail_password="wrong")
        mailroom.post()
        mailroom.turn()
        assert not server.mails
        assert (mailroom.row().tries, mailroom.row().failed_at) == (0, None)


def test_delay_of_small_packets_is_off(mailroom):
    with MailServer() as server:
        mailroom.use(server)
        with mailroom.one_worker() as worker:
            worker.sender.open()
            wire = worker.sender.connection.host.sock
            assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert wire.version().startswith("TLS")


def test_relay_on_the_same_machine_may_be_plain(mailroom):
    with MailServer(starttls=False) as server:
        mailroom.use(server)
        mailroom.post()
        mailroom.turn()
        assert len(server.mails) == 1
        assert replace(mailroom.settings).mail_use_tls is False
