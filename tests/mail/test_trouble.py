"""What the relay does not take for a reason of ours is told once a cause, whatever way is left."""

from datetime import timedelta
from pathlib import Path

import pytest

from ebok import database
from ebok.database import now
from ebok.mail import lanes, trouble
from ebok.mail.alerts import Alert
from patience import until
from smtp import MailServer

ADMIN = "admin@wodociagi.example"
OURS = "553 5.7.1 <biuro@wodociagi.example>: Sender address rejected: not owned by user"


@pytest.fixture
def server(mailroom):
    with MailServer() as server:
        set_up(mailroom, server)
        yield server


def set_up(mailroom, server, **settings) -> None:
    mailroom.use(server, alert_emails=ADMIN, **settings)
    mailroom.app.config["EBOK"] = mailroom.settings


def alerts() -> list[tuple[str, str]]:
    with database.connection():
        return [(each.cause, each.about) for each in Alert.open()]


def look_back(mailroom, minutes: int) -> None:
    """As if so much time had passed since the alerts."""
    with mailroom.app.app_context(), database.connection():
        for alert in list(Alert.select()):
            alert.change(told_at=now() - timedelta(minutes=minutes))
        trouble.end_passed_alerts(mailroom.settings)


@pytest.mark.shows("P33")
def test_refusals_of_one_kind_are_one_alert_and_lose_no_mail(mailroom, server):
    server.door.answer_recipient = {f"c{n}@poczta.example": OURS for n in range(3)}
    for number in range(3):
        mailroom.post(to=f"c{number}@poczta.example")
    with mailroom.one_worker() as worker:
        # The first may be about the mail; from the second on all wait, as if nobody were there.
        assert [worker.turn_safely() for _turn in range(3)] == [0, 1, 2]
    assert alerts() == [("mail-refused", "553 5.7.1 SMTPRecipientsRefused")]
    assert [row.failed_at for row in mailroom.rows()] == [None] * 4
    assert [row.tries for row in mailroom.rows()] == [1, 0, 0, 0]
    server.door.answer_recipient = {}
    mailroom.make_due()
    mailroom.turn(4)
    assert [mail.to for mail in server.mails].count(ADMIN) == 1
    text = (mailroom.settings.data_dir / "alerts.txt").read_text("utf-8")
    assert text.count("553 5.7.1") == 1
    assert "poczta.example" not in text


@pytest.mark.shows("P33")
@pytest.mark.parametrize(
    "answer", ["550 5.7.1 blocked by policy", "421 4.7.0 too many", "530 5.7.0 log in first"]
)
def test_mails_that_are_always_refused_keep_no_other_from_leaving(mailroom, server, answer):
    """Two codes, which go first, to a domain that the relay never takes mails for."""
    refused = [f"{name}@blocked.example" for name in ("anna", "bartek")]
    server.door.answer_recipient = dict.fromkeys(refused, answer)
    for number, to in enumerate(refused):
        mailroom.post("registration_code", to=to, subject_id=number)
    mailroom.post(to="celina@poczta.example")
    with mailroom.worker():
        until(lambda: [mail.to for mail in server.mails if mail.to != ADMIN])
    assert "celina@poczta.example" in [mail.to for mail in server.mails]


@pytest.mark.parametrize("answer", ["550 5.1.1 unknown", "451 4.7.1 greylisted", "552 5.2.2 full"])
def test_what_is_the_recipients_matter_or_the_moments_is_no_alert(mailroom, server, answer):
    server.door.answer_recipient = {"anna@poczta.example": answer}
    mailroom.post()
    mailroom.turn(2)
    assert alerts() == []


def test_second_cause_within_the_hour_is_mailed_after_it(mailroom, server):
    server.door.answer_recipient = {"anna@poczta.example": OURS}
    mailroom.post()
    mailroom.turn()
    server.door.answer_recipient = {"anna@poczta.example": "550 5.7.26 unauthenticated"}
    mailroom.make_due()
    mailroom.turn(3)
    assert len(alerts()) == 2
    assert [mail.to for mail in server.mails] == [ADMIN]
    late = mailroom.rows()[-1]
    assert late.due_at - late.created_at == timedelta(hours=1)
    # It is not sent when it has passed by then.
    server.door.answer_recipient = {}
    mailroom.make_due()
    with database.connection():
        late.change(due_at=now() + timedelta(minutes=1))
    mailroom.turn()
    look_back(mailroom, 51)
    assert alerts() == []
    mailroom.make_due()
    mailroom.turn(2)
    assert [mail.to for mail in server.mails] == [ADMIN, "anna@poczta.example"]


def test_alert_lasts_as_long_as_a_mail_waits_for_its_cause(mailroom, server):
    server.door.answer_recipient = {"anna@poczta.example": OURS}
    mailroom.post()
    mailroom.turn()
    look_back(mailroom, 51)
    assert len(alerts()) == 1


def test_server_that_is_away_is_told_after_ten_minutes_and_ends_with_the_next_mail(
    mailroom, server, monkeypatch
):
    mailroom.post()
    server.stop()
    mailroom.turn()
    assert alerts() == []
    monkeypatch.setattr(trouble, "AWAY_SECONDS", 0)
    mailroom.turn()
    assert alerts() == [("mail-stopped", "")]
    server.start()
    mailroom.turn(2)
    look_back(mailroom, 1)
    assert alerts() == []


def test_alert_leaves_by_the_second_relay_while_the_first_takes_nothing(mailroom, monkeypatch):
    monkeypatch.setattr(lanes, "LOOK_SECONDS", 0)
    with MailServer() as first, MailServer() as second:
        first.door.answer_mail = "550 denied"
        both = mailroom.settings.data_dir / "both.pem"
        both.write_text("".join(Path(each.ca_file).read_text() for each in (first, second)))
        relay = f"smtp://127.0.0.1:{second.port}"
        set_up(mailroom, first, alert_relay=relay, mail_ca_file=str(both))
        mailroom.post()
        with mailroom.worker(alert_relay=relay):
            (mail,) = second.wait_for(1)
        assert mail.to == ADMIN
        assert "550 SMTPSenderRefused" in mail.subject
        assert not first.mails


def test_alert_leaves_by_the_first_relay_when_the_second_is_away(mailroom, monkeypatch):
    monkeypatch.setattr(lanes, "LOOK_SECONDS", 0)
    with MailServer() as server:
        set_up(mailroom, server, alert_relay="smtp://127.0.0.1:9")
        server.door.answer_recipient = {"anna@poczta.example": OURS}
        mailroom.post()
        with mailroom.worker():
            (mail,) = server.wait_for(1)
        assert mail.to == ADMIN
