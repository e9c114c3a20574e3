"""Mails that came back: read from a maildir, believed only about what we sent to whom."""

import mailbox
import os
from datetime import timedelta

import pytest

from ebok import settings as house
from ebok.accounts import operations_closing as closing
from ebok.accounts.models import Account
from ebok.accounts.operations_contacts import note_bounce
from ebok.actor import customer
from ebok.database import now, transaction
from ebok.exports.models import Outgoing
from ebok.mail import undelivered
from ebok.mail.alerts import Alert
from ebok.mail.models import Mail
from ebok.notifications.models import Bounce
from ebok.notifications.operations_bounces import take
from ebok.notifications.operations_unreached import (
    alert_unreached,
    end_mended_alerts,
    find_unreached,
)
from notifications.dsn import HOLIDAY, IN_WORDS, RFC_3464, report


@pytest.fixture
def sent(town, announce):
    """Anna, and the mail that was sent to her."""
    anna = town.subscriber()
    town.invoice(anna)
    announce()
    town.turn()
    return anna, town.mail()


def close(account: Account) -> None:
    """The owner closes the account."""
    closing.close(customer(account.id), account)


def move(account: Account) -> None:
    """The owner has another address."""
    account.change(email="anna.nowa@poczta.example")


@pytest.mark.shows("P48")
@pytest.mark.dialect
@pytest.mark.parametrize("form", [RFC_3464, IN_WORDS])
def test_final_report_marks_the_account_and_tells_billing(sent, form):
    anna, mail = sent
    assert take(report(mail, form)) == "marked"
    assert Account.get_by_id(anna.id).bounced_at is not None
    assert (Bounce.get().status, Bounce.get().is_final) == ("5.1.1", True)
    told = Outgoing.select().where(Outgoing.feed == "contacts")
    assert ["bounced" in row.facts for row in told] == [True]


@pytest.mark.dialect
def test_one_report_counts_once(sent):
    _anna, mail = sent
    assert [take(report(mail)) for _ in range(3)] == ["marked", "repeated", "repeated"]
    assert Bounce.select().count() == 1


@pytest.mark.shows("P45")
@pytest.mark.parametrize(
    ("action", "status", "outcome"),
    [
        ("delayed", "4.4.1", "delayed"),
        ("failed", "4.4.1", "counted"),
        ("failed", "5.2.2", "counted"),
        ("failed", "5.3.4", "counted"),
        ("failed", "5.7.26", "told"),
        ("failed", "5.1.8", "told"),
        ("failed", "5.2.1", "marked"),
        ("failed", "5.1.2", "marked"),
    ],
)
def test_only_proof_that_the_address_is_dead_marks_it_at_once(sent, action, status, outcome):
    anna, mail = sent
    assert take(report(mail, action=action, status=status)) == outcome
    assert Bounce.get().is_final is (action == "failed")
    assert (Account.get_by_id(anna.id).bounced_at is not None) is (outcome == "marked")
    assert Alert.open().exists() is (outcome == "told")


def full(mail: Mail, name: str) -> str:
    """The box is full, as one more report says."""
    return take(report(mail, report=name, status="5.2.2"))


def days_pass(days: int) -> None:
    """What came back so far came back so many days earlier."""
    for row in list(Bounce.select()):
        row.change(at=row.at - timedelta(days=days), mail_id=row.id - 1_000_000)


@pytest.mark.shows("P45")
@pytest.mark.dialect
def test_full_box_marks_the_address_on_the_third_day(town, sent):
    anna, mail = sent
    outcomes = [full(mail, "a"), full(mail, "b")]
    for name in "cd":
        days_pass(1)
        outcomes.append(full(mail, name))
    assert outcomes == ["counted", "counted", "counted", "marked"]
    assert Account.get_by_id(anna.id).bounce_kind == "full"


def test_full_boxes_of_long_ago_count_no_more(town, sent):
    anna, mail = sent
    for name in "abcd":
        full(mail, name)
        days_pass(7 * town.settings.bounce_weeks // 2 + 1)
    assert Account.get_by_id(anna.id).bounced_at is None


@pytest.mark.shows("P45")
def test_what_is_our_own_doing_is_told_once_and_marks_nobody(town, sent):
    anna, mail = sent
    town.set(alert_emails="dorota@wodociagi.example")
    for name in "abcdef":
        take(report(mail, report=name, status="5.7.26"))
        days_pass(1)
    assert Account.get_by_id(anna.id).bounced_at is None
    assert [row.cause for row in Alert.select()] == ["mails-refused-as-ours"]
    end_mended_alerts(town.settings)
    assert Alert.open().exists()
    days_pass(8)
    Alert.update(told_at=now() - timedelta(days=8)).execute()
    end_mended_alerts(town.settings)
    assert not Alert.open().exists()


def test_relay_that_knows_no_such_address_marks_it_in_the_same_session(sent):
    """What the worker calls when RCPT is refused with 5.1.1."""
    anna, mail = sent
    with transaction():
        assert undelivered.note(mail, undelivered.DEAD, "5.1.1", "rcpt-1") == "marked"
        assert undelivered.note(mail, undelivered.DEAD, "5.1.1", "rcpt-1") == "repeated"
    assert Account.get_by_id(anna.id).bounce_kind == "dead"


def test_report_is_found_by_the_message_id_where_the_tag_is_missing(sent):
    anna, mail = sent
    assert take(report(mail).replace(f"+b{mail.tag}".encode(), b"")) == "marked"
    assert Account.get_by_id(anna.id).bounced_at is not None


def test_mailbox_that_hands_mails_on_is_recognised(sent):
    anna, mail = sent
    assert take(report(mail, recipient="anna.private@elsewhere.example")) == "marked"


@pytest.mark.shows("P112", "T6.11")
@pytest.mark.parametrize(
    "forged",
    [
        {"tag": "0" * 20, "message_id": "<none@wodociagi.example>"},
        {"recipient": "bartek@poczta.example", "original": "bartek@poczta.example"},
        {"action": "delivered", "status": "2.0.0"},
        {"action": "relayed", "status": "2.0.0"},
    ],
)
def test_report_that_does_not_fit_what_we_sent_changes_nothing(sent, forged):
    anna, mail = sent
    assert take(report(mail, **forged)) in ("unknown", "no-report")
    assert Account.get_by_id(anna.id).bounced_at is None
    assert not Bounce.select().exists()


@pytest.mark.dialect
@pytest.mark.parametrize("meanwhile", [close, move])
def test_account_that_changes_as_the_report_is_read_is_left_as_it_is(sent, meanwhile):
    anna, _mail = sent
    before = Account.get_by_id(anna.id)
    with transaction():
        meanwhile(before)
        Outgoing.delete().execute()
        note_bounce(anna)
    assert Account.get_by_id(anna.id).bounced_at is None
    assert not Outgoing.select().exists()


def test_answer_from_a_holiday_is_no_report(sent):
    _anna, mail = sent
    assert take(report(mail, HOLIDAY)) == "no-report"


def test_mailbox_is_read_and_what_is_no_report_left_for_a_person(town, sent, tmp_path):
    anna, mail = sent
    box = mailbox.Maildir(tmp_path / "bounces", create=True)
    box.add(report(mail))
    box.add(b"From: ewa@poczta.example\n\nDzien dobry, mam pytanie.\n")
    town.set(bounce_maildir=str(tmp_path / "bounces"))
    town.read_bounces()
    assert Account.get_by_id(anna.id).bounced_at is not None
    assert {(m.get_subdir(), m.get_flags()) for m in box} == {("cur", "S"), ("cur", "")}


def test_bounced_address_gets_no_invoice_but_mails_about_the_account(town, sent, announce):
    from ebok.mail.outbox import post

    anna, mail = sent
    take(report(mail))
    town.server.mails.clear()
    town.invoice(anna, import_id=2)
    assert announce(2) == 0
    post("password_reset", anna.email, "pl", anna.id)
    assert len(town.turn(3)) == 1
    (unreached,) = find_unreached()
    assert (unreached.account, unreached.status, unreached.not_sent) == (anna, "5.1.1", 1)


def test_folder_that_is_no_maildir_is_a_wrong_setting(tmp_path):
    with pytest.raises(house.WrongSettings, match="bounce_maildir"):
        house.load({"EBOK_DATA_DIR": str(tmp_path), "EBOK_BOUNCE_MAILDIR": str(tmp_path)})


@pytest.mark.shows("T6.11")
def test_what_is_no_mail_does_not_keep_the_reports_behind_it(town, sent, tmp_path):
    anna, mail = sent
    box = mailbox.Maildir(tmp_path / "bounces", create=True)
    new = tmp_path / "bounces" / "new"
    os.mkfifo(new / "0-pipe")
    (new / "0-folder").mkdir()
    (tmp_path / "secret").write_bytes(report(mail))
    (new / "0-link").symlink_to(tmp_path / "secret")
    town.set(bounce_maildir=str(tmp_path / "bounces"))
    town.read_bounces()
    assert Account.get_by_id(anna.id).bounced_at is None
    box.add(report(mail))
    town.read_bounces()
    assert Account.get_by_id(anna.id).bounced_at is not None
    assert list(new.iterdir()) == []


@pytest.mark.shows("P54")
@pytest.mark.dialect
def test_office_is_told_of_the_first_at_once_and_of_more_a_day_later(town):
    town.set(alert_emails="dorota@wodociagi.example")
    first, second = town.subscriber(), town.subscriber()

    def turn() -> list[str]:
        with town.app.app_context():
            alert_unreached(town.settings)
            return [row.text.splitlines()[0] for row in Alert.select().order_by(Alert.id)]

    assert turn() == []
    note_bounce(first)
    assert turn() == ["Wiadomości do 1 klienta wracają"]
    note_bounce(second)
    assert len(turn()) == 1
    Alert.update(told_at=now() - timedelta(hours=25)).execute()
    assert turn()[1:] == ["Wiadomości do 2 klientów wracają"]
    assert len(turn()) == 2
    Account.update(bounced_at=None).execute()
    assert len(turn()) == 2
    assert not Alert.open().exists()
