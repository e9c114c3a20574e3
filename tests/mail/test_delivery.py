"""The way of one mail: from the commit to the mailbox, in time and in order."""

from datetime import timedelta

import pytest

from ebok import database
from ebok.database import now, transaction
from ebok.mail.models import Mail
from ebok.mail.outbox import post
from ebok.notifications.operations_facts import SLOTS
from patience import until
from postman import BILL, hash_of, letter
from smtp import MailServer


@pytest.fixture
def server(mailroom):
    with MailServer() as server:
        mailroom.use(server)
        yield server


@pytest.mark.dialect
def test_mail_leaves_by_itself_after_its_commit(mailroom, server):
    with mailroom.worker():
        mailroom.post()
        server.wait_for(1)
        mailroom.post()
        server.wait_for(2)


@pytest.mark.shows("V2.3.3", "V16.5.3")
@pytest.mark.dialect
def test_mail_of_a_cause_that_failed_is_not_sent(mailroom, server):
    def fail_after_posting():
        with transaction():
            post("password_changed", "anna@poczta.example", "pl", 1)
            raise RuntimeError("the cause failed")

    with mailroom.app.app_context(), database.connection(), pytest.raises(RuntimeError):
        fail_after_posting()
    mailroom.turn(2)
    assert not server.mails
    assert not mailroom.rows()


@pytest.mark.dialect
def test_codes_leave_before_all_others(mailroom, server):
    for _number in range(20):
        mailroom.post("password_changed", to="later@poczta.example")
    mailroom.post("registration_code", to="first@poczta.example")
    mailroom.turn(21)
    assert [mail.to for mail in server.mails[:2]] == [
        "first@poczta.example",
        "later@poczta.example",
    ]


def test_one_connection_carries_all_mails(mailroom, server):
    for _number in range(5):
        mailroom.post()
    mailroom.turn(5)
    assert [mail.session for mail in server.mails] == [1] * 5


@pytest.mark.dialect
def test_sent_mail_is_noted_and_not_sent_again(mailroom, server):
    mailroom.post()
    mailroom.turn(3)
    row = mailroom.row()
    assert (row.sent_at is not None, row.claimed_by, row.fault) == (True, "", "")
    assert len(server.mails) == 1


def test_mail_that_is_no_longer_wanted_is_dropped(mailroom, server):
    letter("password_changed")(lambda _about, _settings: None)
    mailroom.post()
    mailroom.turn(2)
    assert not server.mails
    assert mailroom.row().fault == "not wanted"


def test_mail_that_is_worth_nothing_any_more_is_not_sent(mailroom, server):
    mailroom.post(ttl=timedelta(seconds=-1))
    mailroom.turn(2)
    assert not server.mails
    assert mailroom.row().fault == "expired"
    assert mailroom.row().failed_at is not None


def test_mail_is_worth_as_long_as_its_letter_says(mailroom):
    letter("password_changed", ttl=lambda s: timedelta(minutes=s.code_minutes))(lambda *_: {})
    mailroom.post()
    row = mailroom.row()
    assert row.expires_at - row.created_at == timedelta(minutes=mailroom.settings.code_minutes)


def test_letter_that_cannot_be_written_does_not_stop_the_others(mailroom, server, caplog):
    @letter("password_reset", urgent=True)
    def write_badly(_about, _settings):
        raise LookupError("anna@poczta.example")

    mailroom.post("password_reset")
    mailroom.post("password_changed")
    mailroom.turn(2)
    assert len(server.mails) == 1
    assert mailroom.rows()[0].fault == "LookupError"
    assert mailroom.rows()[0].due_at > now()
    assert "anna@" not in caplog.text


@pytest.mark.dialect
def test_lost_claim_is_not_sent(mailroom, server):
    """The lease ran out, and another worker took the mail, while this one was held up."""

    @letter("password_changed")
    def steal(_about, _settings):
        raise AssertionError("nothing is generated for a mail that is another's")

    mailroom.post()
    with mailroom.one_worker() as worker, database.connection():
        worker.sender.open()
        mine = Mail.claim(worker.worker_lock.name, now(), now() + timedelta(minutes=2))
        Mail.update(claimed_by="another").execute()
        worker.deliver(mine)
    assert not server.mails
    assert mailroom.row().claimed_by == "another"


@pytest.mark.shows("T9.1")
def test_no_secret_lies_in_any_row(mailroom, server):
    server.door.answers_data = ["451 4.3.0 later"]
    for number in range(3):
        mailroom.post("registration_code", subject_id=number)
    mailroom.turn(3)
    mailroom.make_due()
    mailroom.turn(3)
    dump = mailroom.dump()
    assert len(server.mails) == 3
    for mail in server.mails:
        token = mail.text.partition("przeniesienie#")[2].split()[0]
        assert hash_of(mail.code) in dump
        assert hash_of(token) in dump
        assert mail.code not in dump
        assert token not in dump


@pytest.mark.shows("T9.3")
def test_log_names_no_address(mailroom, server, caplog):
    caplog.set_level("INFO", logger="ebok")
    server.door.answer_recipient = {
        "nobody@poczta.example": "550 5.1.1 <nobody@poczta.example> unknown"
    }
    mailroom.post()
    mailroom.post(to="nobody@poczta.example")
    mailroom.turn(2)
    told = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("ebok"))
    assert "outcome=sent" in told
    assert "outcome=refused" in told
    assert "poczta.example" not in told


@pytest.mark.dialect
def test_code_leaves_in_the_middle_of_a_mailing_that_runs(mailroom, server):
    """At 50 ms a mail, one batch alone takes five seconds, and a code comes within two."""
    server.door.slow_seconds = 0.05
    mailroom.post_town(300)
    with mailroom.worker():
        server.wait_for(20)
        before = len(server.mails)
        mailroom.post("registration_code", to="celina@poczta.example")
        until(lambda: "celina@poczta.example" in [mail.to for mail in list(server.mails)])
        places = [mail.to for mail in server.mails].index("celina@poczta.example") - before
        server.door.slow_seconds = 0
    assert places < 2 / 0.05
    sent = sum(row.sent_at is not None for row in mailroom.rows())
    assert sent == len(server.mails)


def test_what_a_mailing_cannot_write_does_not_stop_it(mailroom, server):
    @letter("invoice_issued", slots={"number": str})
    def write(subject_ids, _settings):
        return {about: BILL | {"number": f"FV/{about}"} for about in subject_ids if about != 2}

    def attach(context, _language, _settings):
        if context["number"] == "FV/1":
            raise LookupError("no such thing")
        return context

    letter("invoice_issued", slots=SLOTS, attach=attach)(write)
    mailroom.post_town(4)
    mailroom.turn()
    assert sorted(mail.to for mail in server.mails) == ["c0@poczta.example", "c3@poczta.example"]
    faults = [row.fault for row in mailroom.rows()]
    assert faults == ["", "LookupError", "not wanted", ""]
    assert [row.claimed_by for row in mailroom.rows()] == [""] * 4
