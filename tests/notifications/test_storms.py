"""A mail server that calls everybody dead is not believed: nobody stays marked for it."""

from datetime import timedelta

import pytest

from cast import new_email
from ebok.accounts.models import Account
from ebok.database import now
from ebok.exports.models import Outgoing
from ebok.mail import bulk, retrying, trouble
from ebok.mail.alerts import Alert
from ebok.mail.models import Mail
from ebok.mail.outbox import post
from ebok.notifications.models import Bounce, Notification
from ebok.notifications.operations_bounces import take
from ebok.notifications.operations_unreached import end_mended_alerts
from notifications.dsn import report

UNKNOWN = "550 5.1.1 <{}>: Recipient address rejected: User unknown in relay recipient table"
CAUSE = "addresses-called-dead"
ADMIN = "admin@wodociagi.example"


@pytest.fixture
def street(town, announce):
    """Twelve customers, and the notices of their invoices."""
    town.set(alert_emails=ADMIN)
    accounts = [town.subscriber() for _ in range(12)]
    for account in accounts:
        town.invoice(account)
    announce()
    return accounts


def call_dead(town, accounts) -> None:
    """Have the relay say of these, and of nobody else, that there is no such mailbox."""
    addresses = [getattr(each, "email", each) for each in accounts]
    town.server.door.answer_recipient = {to: UNKNOWN.format(to) for to in addresses}


def marked() -> list[int]:
    """The accounts that are marked now."""
    rows = Account.select(Account.id).where(Account.bounced_at.is_null(False))
    return [row.id for row in rows.order_by(Account.id)]


def turn_until_all_was_tried(town, turns: int = 20) -> None:
    """What was put off is tried at once, as if the time had passed, in the order it would be."""
    for _turn in range(turns):
        for mail in list(Mail.select().where(Mail.sent_at.is_null())):
            mail.change(due_at=mail.due_at - timedelta(hours=1))
        town.turn()


def causes() -> list[str]:
    return [each.cause for each in Alert.open()]


def got(town) -> list[str]:
    """To whom the notices went."""
    return sorted(mail.to for mail in town.server.mails if mail.to != ADMIN)


@pytest.mark.shows("P46")
def test_relay_that_calls_everybody_dead_marks_nobody_and_loses_no_mail(town, street, monkeypatch):
    # All mails wait for longer than is told of where nobody knows why: one alert says it all.
    monkeypatch.setattr(trouble, "AWAY_SECONDS", 0)
    call_dead(town, [*street, ADMIN])
    turn_until_all_was_tried(town)
    assert marked() == []
    assert causes() == [CAUSE]
    assert not list(Mail.select().where(Mail.failed_at.is_null(False)))
    told = (town.settings.data_dir / "alerts.txt").read_text("utf-8")
    assert told.count("5.1.1") == 1
    assert "ebok mails retry" in told
    assert "poczta.example" not in told
    call_dead(town, [])
    turn_until_all_was_tried(town)
    assert got(town) == sorted(account.email for account in street)
    assert [mail.to for mail in town.server.mails].count(ADMIN) == 1
    # Billing, which was told to send paper to the first of them, knows better.
    facts = [row.facts for row in Outgoing.select().where(Outgoing.feed == "contacts")]
    told = [sum(f'"{event}"' in each for each in facts) for event in ("bounced", "reached")]
    assert told == [4, 4]
    assert not list(Account.select().where(Account.wants_paper))


def test_alert_of_it_ends_after_a_day_without(town, street):
    call_dead(town, street)
    turn_until_all_was_tried(town)
    Alert.update(told_at=now() - timedelta(days=2)).execute()
    end_mended_alerts(town.settings)
    assert causes() == [CAUSE]
    Bounce.update(at=now() - timedelta(days=2)).execute()
    end_mended_alerts(town.settings)
    assert causes() == []


@pytest.mark.shows("P46")
@pytest.mark.parametrize("count", [4, 5])
def test_dead_addresses_among_living_ones_are_believed(town, street, count, monkeypatch):
    """Five of twelve are less than half of them, though the worker has not noted the others yet."""
    monkeypatch.setattr(bulk, "NOTE_SECONDS", 3600)
    dead = street[-count:]
    call_dead(town, dead)
    town.turn(6)
    assert marked() == [account.id for account in dead]
    assert causes() == []


def test_relay_that_turns_bad_in_the_middle_of_the_night(town, announce):
    town.set(dead_to_doubt=3)
    street = [town.subscriber() for _ in range(10)]
    for account in street:
        town.invoice(account)
    announce()
    call_dead(town, street[4:])
    turn_until_all_was_tried(town)
    assert (marked(), causes()) == ([], [CAUSE])
    call_dead(town, [])
    turn_until_all_was_tried(town)
    assert got(town) == sorted(account.email for account in street)


def test_who_was_marked_before_stays_so(town, street):
    dead, full = street[:2]
    for account, kind, status in ((dead, "dead", "5.1.1"), (full, "full", "5.2.2")):
        for day in range(3, 6):
            before = now() - timedelta(days=day)
            told = {"recipient": account.email, "status": status, "is_final": True, "at": before}
            Bounce.create(report_id=f"{kind}-{day}", kind=kind, mail_id=-day, **told)
    # They are called dead as they ask for a new password: no notice goes to them.
    assert dead.note_bounce(now() - timedelta(days=3), "dead")
    assert full.note_bounce(now() - timedelta(days=3), "full")
    for account in (dead, full):
        post("email_changed", account.email, "pl", 0)
        post("password_reset", account.email, "pl", account.id)
    call_dead(town, street)
    turn_until_all_was_tried(town)
    assert marked() == [dead.id, full.id]
    assert [Account.get_by_id(each.id).bounce_kind for each in (dead, full)] == ["dead", "full"]


def test_what_was_withheld_from_who_was_wrongly_marked_is_sent(town, street, announce):
    call_dead(town, street)
    # The first four are marked by their own mails, one at a time.
    Mail.update(due_at=now() + timedelta(hours=1)).execute()
    first = Mail.select(Mail.id).order_by(Mail.id).limit(4)
    Mail.update(due_at=now()).where(Mail.id.in_([row.id for row in first])).execute()
    town.turn(4)
    assert len(marked()) == 4
    second = town.invoice(street[0], import_id=2)
    announce(2)
    town.turn(2)
    dropped = Mail.get_by_id(Notification.get(invoice_number=second.number).mail_id)
    assert dropped.fault == "not wanted"
    turn_until_all_was_tried(town)
    assert marked() == []
    call_dead(town, [])
    turn_until_all_was_tried(town)
    assert got(town) == sorted([*(account.email for account in street), street[0].email])


@pytest.mark.shows("P46")
def test_server_behind_the_relay_that_sends_everything_back(town, street):
    turn_until_all_was_tried(town, 3)
    mails = list(Mail.select().order_by(Mail.id))
    town.server.mails.clear()
    outcomes = [take(report(mail, report=f"r{mail.id}")) for mail in mails]
    # Half of those that were taken, and at least five, are called dead.
    assert outcomes == ["marked"] * 4 + ["doubted"] * 8
    assert (marked(), causes()) == ([], [CAUSE])
    assert take(report(mails[0], report=f"r{mails[0].id}")) == "repeated"
    assert retrying.retry_all() == 12
    assert not list(Notification.select().where(Notification.accepted_at.is_null(False)))
    turn_until_all_was_tried(town)
    assert got(town) == sorted(account.email for account in street)
    assert retrying.retry_all() == 0


def test_mails_sent_back_as_our_doing_are_posted_again(town, street):
    turn_until_all_was_tried(town, 3)
    town.server.mails.clear()
    assert take(report(Mail.select().order_by(Mail.id).first(), status="5.7.26")) == "told"
    assert retrying.retry_all() == 1
    turn_until_all_was_tried(town, 2)
    assert got(town) == [street[0].email]


def test_who_is_dead_indeed_is_marked_when_the_storm_is_over(town, street):
    call_dead(town, street)
    turn_until_all_was_tried(town)
    call_dead(town, street[:1])
    turn_until_all_was_tried(town)
    assert marked() == [street[0].id]
    assert got(town) == sorted(account.email for account in street[1:])


@pytest.mark.usefixtures("street")
def test_addresses_that_somebody_typed_are_no_storm(town):
    """Who registers may type anything: only an address that proved itself once speaks for the
    relay's fault."""
    Mail.delete().execute()
    typed = [new_email() for _ in range(6)]
    for address in typed:
        post("password_changed", address, "pl", 0)
    (last,) = Account.select().order_by(Account.id.desc()).limit(1)
    post("password_changed", last.email, "pl", last.id)
    for mail in list(Mail.select()):
        Bounce.create(
            report_id=str(mail.id),
            mail_id=mail.id,
            recipient=mail.recipient,
            status="5.1.1",
            is_final=True,
            at=now(),
            kind="dead",
        )
    call_dead(town, [last.email])
    Mail.update(failed_at=now(), fault="550 5.1.1 x").where(Mail.recipient.in_(typed)).execute()
    town.turn(2)
    assert marked() == [last.id]
    assert causes() == []
