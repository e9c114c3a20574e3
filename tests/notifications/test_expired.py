"""Mails that may last and were not sent in time: told once, with how they are posted again."""

from datetime import timedelta

import pytest

from ebok.accounts.models import Account
from ebok.database import now
from ebok.mail.alerts import Alert
from ebok.mail.expiring import alert_expired
from ebok.mail.models import Mail
from ebok.mail.outbox import post
from ebok.notifications.models import Bounce
from notifications.test_retrying import retry

ADMIN = "admin@wodociagi.example"


def days_pass(town) -> None:
    """Until nothing that waits is worth sending."""
    waits = Mail.sent_at.is_null() & Mail.failed_at.is_null() & (Mail.letter != "alert")
    Mail.update(expires_at=now() - timedelta(seconds=1)).where(waits).execute()
    town.turn()
    alert_expired(town.settings)


def alerts() -> list[str]:
    """The causes of those that are open."""
    return [each.cause for each in Alert.open()]


@pytest.mark.shows("P47")
def test_notices_that_expired_are_told_once_and_end_when_they_are_posted_again(town, announce):
    town.set(alert_emails=ADMIN)
    for _ in range(3):
        town.invoice(town.subscriber())
    announce()
    post("password_changed", "anna@poczta.example", "pl", Account.select().first().id)
    town.server.stop()
    days_pass(town)
    assert alerts() == ["mails-expired"]
    told = (town.settings.data_dir / "alerts.txt").read_text("utf-8").replace("\xa0", " ")
    assert "4 wiadomości nie wysłano na czas" in told
    assert "Zawiadomienia o fakturach wśród nich: 3." in told
    assert "ebok mails retry" in told
    days_pass(town)
    assert Alert.select().count() == 1
    town.server.start()
    assert ADMIN in [mail.to for mail in town.turn(3)]
    assert retry(town) == "4 to be sent"
    alert_expired(town.settings)
    assert alerts() == []
    assert len(town.turn(5)) == 5


def test_code_that_expired_is_nobody_s_matter_any_more(town):
    town.set(alert_emails=ADMIN)
    account = town.subscriber()
    post("password_reset", account.email, "pl", account.id)
    town.server.stop()
    days_pass(town)
    assert Mail.get().fault == "expired"
    assert alerts() == []


def test_box_that_was_full_all_the_while_is_counted_and_no_alert(town, announce):
    town.set(alert_emails=ADMIN)
    account = town.subscriber()
    town.invoice(account)
    announce()
    town.server.door.answer_recipient = {account.email: "452 4.2.2 mailbox full"}
    town.turn()
    days_pass(town)
    assert alerts() == []
    assert [(row.kind, row.recipient) for row in Bounce.select()] == [("full", account.email)]
    assert Account.get_by_id(account.id).bounced_at is None
    town.server.door.answer_recipient = {}
    assert retry(town) == "1 to be sent"


def test_last_answer_before_it_expires_is_counted_too(town, announce):
    account = town.subscriber()
    town.invoice(account)
    announce()
    Mail.update(expires_at=now() + timedelta(seconds=30)).execute()
    town.server.door.answer_recipient = {account.email: "552 5.2.2 mailbox full"}
    town.turn()
    assert [row.kind for row in Bounce.select()] == ["full"]
    assert Mail.get().failed_at is not None
