"""What was given up for the relay's sake is posted again: by command, and by what comes again."""

from datetime import timedelta

import pytest

from billing.bundles import as_csv, as_zip, invoice
from cast import today
from command import run_ebok
from ebok.billing.operations import import_bundle
from ebok.database import now
from ebok.mail import retrying
from ebok.mail.models import Mail
from ebok.notifications.models import Bounce, Notification

OURS = "553 5.7.1 <{}>: Sender address rejected: not owned by user ebok"
DEAD = "550 5.1.1 <{}>: User unknown"


def give_up(town, account, answer: str) -> None:
    """Have the relay say so for as long as the mail is worth sending."""
    town.server.door.answer_recipient = {account.email: answer.format(account.email)}
    town.turn()
    Mail.update(expires_at=now() - timedelta(seconds=1)).execute()
    town.turn()
    assert town.mail().failed_at is not None
    town.server.door.answer_recipient = {}


def retry(town) -> str:
    """`ebok mails retry`, as whoever has mended the relay types it."""
    told = town.settings
    done = run_ebok(
        {"EBOK_DATABASE_URL": told.database_url, "EBOK_DATA_DIR": str(told.data_dir)},
        "mails",
        "retry",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.shows("P34")
def test_retry_posts_what_the_relay_did_not_want(town, announce):
    account = town.subscriber()
    town.invoice(account)
    announce()
    give_up(town, account, OURS)
    assert account.get_by_id(account.id).bounced_at is None
    assert retry(town) == "1 to be sent"
    (mail,) = town.turn()
    assert mail.to == account.email
    assert town.note().accepted_at is not None
    assert (town.mail().tries, town.mail().failed_at) == (1, None)


def test_retry_leaves_what_a_dead_address_refused_and_what_was_withdrawn(town, announce):
    account = town.subscriber()
    town.invoice(account)
    announce()
    give_up(town, account, DEAD)
    assert account.get_by_id(account.id).bounced_at is not None
    assert [row.status for row in Bounce.select()] == ["5.1.1"]
    assert retrying.retry_all() == 0
    Mail.update(fault="withdrawn").execute()
    assert retrying.retry_all() == 0
    assert town.turn() == []


def test_retry_makes_what_waits_due_at_once(town, announce):
    account = town.subscriber()
    town.invoice(account)
    announce()
    town.server.door.answer_recipient = {account.email: "451 4.7.1 greylisted"}
    assert town.turn() == []
    town.server.door.answer_recipient = {}
    assert town.turn() == []
    assert retrying.retry_all() == 1
    assert len(town.turn()) == 1


def test_import_that_is_announced_again_posts_what_was_given_up(town, announce):
    account = town.subscriber()
    town.invoice(account)
    announce()
    give_up(town, account, OURS)
    announce()
    assert len(town.turn()) == 1
    announce()
    assert len(town.turn()) == 1


@pytest.mark.shows("P34")
@pytest.mark.usefixtures("town")
def test_bundle_that_comes_again_posts_what_was_given_up(town, tmp_path):
    account = town.subscriber()
    row = invoice(
        invoice_number="FV/1",
        customer_code=account.customer_code,
        issued_on=str(today()),
        due_on=str(today() + timedelta(days=20)),
    )
    night = as_zip(tmp_path / "night.zip", {"invoices.csv": as_csv([row])})
    report = import_bundle(night, town.settings)
    assert not report.is_refused, str(report)
    assert Notification.select().count() == 1
    give_up(town, account, OURS)
    report = import_bundle(night, town.settings)
    assert "1 mail" in str(report) or "1 wiadomość" in str(report)
    assert len(town.turn()) == 1
