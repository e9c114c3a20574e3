"""How the relay is spoken to: by our name, over TLS at once, with mails no larger than it takes."""

import ssl
from dataclasses import replace

import pytest
import trustme

from ebok.mail.alerts import Alert
from ebok.mail.connection import Relay as Way, hello
from ebok.notifications.letters import BILL
from ebok.notifications.operations_facts import SLOTS, attach_document
from postman import letter
from relay import Relay


def use(mailroom, relay, **settings) -> None:
    mailroom.settings = replace(mailroom.settings, **relay.settings() | settings)


def test_relay_is_greeted_with_our_host(mailroom):
    with Relay() as relay:
        use(mailroom, relay)
        mailroom.post()
        mailroom.turn()
        use(mailroom, relay, mail_hello="mail.wodociagi.example")
        mailroom.post()
        mailroom.turn()
        assert relay.hellos == {"ebok.example", "mail.wodociagi.example"}


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://ebok.example.pl/Town", "ebok.example.pl"),
        ("http://localhost:8000", "localhost"),
        ("http://192.0.2.7:8000", "[192.0.2.7]"),
        ("http://[2001:db8::7]/", "[IPv6:2001:db8::7]"),
    ],
)
def test_name_of_this_host(mailroom, base_url, name):
    assert hello(replace(mailroom.settings, base_url=base_url)) == name


def test_tls_is_spoken_from_the_first_byte(mailroom, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Relay(tls=context) as relay:
        told = {"mail_tls_at_once": True, "mail_ca_file": str(tmp_path / "ca.pem")}
        use(mailroom, relay, **told)
        mailroom.post()
        mailroom.turn()
        assert len(relay.taken) == 1
        # Another authority's certificate is told nothing.
        use(mailroom, relay, mail_tls_at_once=True, mail_ca_file="")
        mailroom.post()
        mailroom.turn()
        assert len(relay.taken) == 1


def test_port_465_means_tls_at_once(mailroom):
    assert Way.of(replace(mailroom.settings, mail_port=465)).is_tls_at_once
    assert not Way.of(replace(mailroom.settings, mail_port=587)).is_tls_at_once


@pytest.fixture
def large(mailroom):
    """A town's letter with a PDF of 100 kB, or a link."""

    @letter("invoice_issued", slots=SLOTS, attach=attach_document)
    def write(subject_ids, _settings):
        return {about: BILL | {"pdf": lambda _language: b"%PDF" * 25_000} for about in subject_ids}

    mailroom.post_town(3)
    return mailroom


def test_mail_that_is_too_large_for_the_server_goes_with_a_link(large):
    with Relay(extensions=["SIZE 60000"]) as relay:
        use(large, relay)
        large.turn()
        assert len(relay.taken) == 3
        assert max(map(len, relay.taken)) < 60_000
    assert all(row.sent_at and row.tries == 1 for row in large.rows())


@pytest.mark.parametrize("step", ["mail", "content"])
def test_mail_that_is_refused_as_too_large_goes_with_a_link(large, step):
    with Relay(faults=[(step, "552 5.3.4 message size exceeds fixed limit")]) as relay:
        use(large, relay)
        large.turn(2)
        assert sorted(len(mail) > 60_000 for mail in relay.taken) == [False, True, True]
    assert all(row.sent_at for row in large.rows())
    assert not Alert.select().exists()
