"""`ebok doctor` speaks with the relay up to where a mail would be handed over."""

import re
from dataclasses import replace
from types import MappingProxyType

import pytest

from command import Bounds, run_ebok
from ebok import features, parts
from ebok.mail.kinds import letters
from ebok.mail.relay import look_at_the_letters
from postman import only
from relay import Relay

OFFICE = MappingProxyType({"EBOK_MAIL_DEFAULT_SENDER": "ebok@wodociagi.example"})


def doctor(database_url, tmp_path, relay, checks=("mail_server",), **settings):
    mail = {f"EBOK_{k.upper()}": str(v) for k, v in relay.settings().items()}
    office = {"EBOK_DATABASE_URL": database_url, "EBOK_DATA_DIR": str(tmp_path / "data")}
    environment = {**OFFICE, **office, **mail, **settings}
    return run_ebok(environment, "doctor", bounds=Bounds(checks=checks))


@pytest.fixture
def database_url(tmp_path) -> str:
    """Which database it is makes no difference to the relay."""
    return f"sqlite:///{tmp_path / 'e.sqlite3'}"


def test_doctor_asks_for_the_tagged_sender_and_hands_nothing_over(database_url, tmp_path):
    with Relay() as relay:
        done = doctor(database_url, tmp_path, relay, checks=())
        assert "accepts our e-mails" in done.stdout
        assert "kinds of e-mail can be written in each language" in done.stdout
        said = [line.lower() for line in relay.said]
        assert said[0] == "ehlo localhost"
        assert re.fullmatch(r"mail from:<ebok\+b[0-9a-f]{20}@wodociagi\.example>", said[1])
        assert said[2:] == ["rcpt to:<biuro@wodociagi.example>", "rset", "quit"]
        assert not relay.taken


@pytest.mark.parametrize("step", ["mail", "rcpt"])
def test_doctor_tells_that_the_relay_does_not_take_our_sender(database_url, tmp_path, step):
    answer = "553 5.7.1 Sender address rejected: not owned by user ebok"
    with Relay(faults=[(step, answer)]) as relay:
        done = doctor(database_url, tmp_path, relay)
    assert done.returncode == 1
    assert answer in done.stderr
    assert "mail_bounce_tag" in done.stderr


@pytest.mark.parametrize("step", ["mail", "rcpt"])
def test_doctor_tells_that_the_relay_demands_a_login(database_url, tmp_path, step):
    with Relay(faults=[(step, "530 5.7.0 Authentication required")]) as relay:
        done = doctor(database_url, tmp_path, relay)
    assert done.returncode == 1
    assert "530 5.7.0" in done.stderr
    assert "mail_username" in done.stderr


def test_doctor_says_what_follows_of_smtputf8(database_url, tmp_path):
    with Relay() as relay:
        done = doctor(database_url, tmp_path, relay)
        assert "does not offer SMTPUTF8" in done.stdout
        assert "refused when it is entered" in done.stdout
    with Relay(extensions=["SMTPUTF8"]) as relay:
        done = doctor(database_url, tmp_path, relay)
        assert "offers SMTPUTF8: addresses with any letters" in done.stdout


def test_doctor_finds_that_the_office_itself_cannot_be_written_to(database_url, tmp_path):
    turtle = {"EBOK_ALERT_EMAILS": "żółw@wodociagi.example"}
    with Relay() as relay:
        done = doctor(database_url, tmp_path, relay, **turtle)
        assert done.returncode == 1
        assert "the office itself cannot be written to" in done.stderr
    with Relay(extensions=["SMTPUTF8"]) as relay:
        assert "cannot be written to" not in doctor(database_url, tmp_path, relay, **turtle).stderr


def test_doctor_tries_the_second_relay_too(database_url, tmp_path):
    with Relay() as relay:
        second = "smtp://ebok:secret@127.0.0.1:9"
        done = doctor(database_url, tmp_path, relay, EBOK_ALERT_RELAY=second)
    assert "127.0.0.1:9: ConnectionRefusedError" in done.stderr
    assert "secret" not in done.stdout + done.stderr


def test_letter_that_cannot_be_written_is_found(mailroom):
    features.register_parts()
    known = {**letters(), "phone_changed": replace(letters()["phone_changed"], example={})}
    parts.register_parts(only(known))
    with mailroom.app.app_context():
        found = [each.what for each in look_at_the_letters(mailroom.settings) if each.todo]
    assert [what.split("(")[1][:2] for what in found] == ["pl", "en", "uk"]
