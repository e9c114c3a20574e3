"""A new invoice and a consent make one mail, whatever is repeated."""

from datetime import timedelta

import pytest

from cast import today
from ebok.database import now, transaction
from ebok.invoices.models import Invoice
from ebok.mail.models import Mail
from ebok.notifications import operations
from ebok.notifications.models import Notification

pytestmark = pytest.mark.dialect


@pytest.mark.shows("P28")
def test_new_invoice_and_consent_make_one_mail_however_often_it_is_announced(town, announce):
    anna = town.subscriber()
    invoice = town.invoice(anna)
    assert announce() == 1
    assert announce() == 0
    (mail,) = town.turn(3)
    assert mail.to == anna.email
    assert invoice.number in mail.subject
    note = town.note()
    assert (note.invoice_number, note.mail_id) == (invoice.number, town.mail().id)
    assert note.accepted_at == town.mail().sent_at is not None


def test_only_who_has_the_e_invoice_and_an_open_account_is_told(town, announce):
    told = town.subscriber()
    town.decide(told, False)
    town.decide(told, True)
    silent = [town.subscriber(e_invoice=False) for _ in range(2)]
    town.decide(silent[1], True, days=7)
    gone = town.subscriber()
    town.decide(gone, False)
    closed = town.subscriber(closed_at=now())
    frozen = town.subscriber(frozen_at=now())
    for account in (told, *silent, gone, closed, frozen):
        town.invoice(account)
    assert announce() == 1
    assert [mail.to for mail in town.turn(2)] == [told.email]


def test_notes_old_invoices_and_those_of_other_imports_are_not_told_of(town, announce):
    anna = town.subscriber()
    days = town.settings.notify_within_days
    town.invoice(anna, kind="note")
    town.invoice(anna, import_id=2)
    town.invoice(anna, issued_on=today() - timedelta(days=days + 1))
    edge = town.invoice(anna, issued_on=today() - timedelta(days=days))
    assert announce() == 1
    assert town.note().invoice_number == edge.number


def test_import_taken_back_takes_its_mails_along_and_may_come_again(town, announce):
    anna = town.subscriber()
    sent = town.invoice(anna)
    announce()
    town.turn()
    unsent = town.invoice(anna)
    announce()
    with transaction():
        assert operations.withdraw(1) == 1
    town.turn()
    assert len(town.server.mails) == 1
    Invoice.update(import_id=2).execute()
    assert announce(2) == 1
    mails = town.turn(2)
    assert [n.number in m.subject for n, m in zip((sent, unsent), mails, strict=True)] == [True] * 2


def test_mail_in_a_workers_hand_is_left_to_it(town, announce):
    invoice = town.invoice(town.subscriber())
    announce()
    Mail.update(claimed_by="another", claimed_until=now() + timedelta(minutes=2)).execute()
    with transaction():
        assert operations.withdraw(1) == 0
    # That worker dies, and the next one finds neither invoice nor anything to tell.
    Mail.update(claimed_by="", claimed_until=None).execute()
    Invoice.delete().execute()
    assert not town.turn()
    assert town.mail().fault == "not wanted"
    assert not Notification.select().exists()
    Invoice.insert(invoice.__data__).execute()
    assert announce() == 1
    assert len(town.turn()) == 1


@pytest.mark.parametrize("change", ["closed_at", "frozen_at", "bounced_at", "consent"])
def test_what_changed_between_import_and_sending_counts(town, announce, change):
    anna = town.subscriber()
    town.invoice(anna)
    announce()
    if change == "consent":
        town.decide(anna, False)
    else:
        anna.change(**{change: now()})
    assert not town.turn()
    assert town.mail().fault == "not wanted"
    assert town.note().accepted_at is None


def test_first_opening_is_kept_as_evidence(town, announce):
    anna, bartek = town.subscriber(), town.subscriber()
    invoice = town.invoice(anna)
    announce()
    operations.note_opened(bartek, invoice.number)
    assert town.note().opened_at is None
    operations.note_opened(anna, invoice.number)
    first = town.note().opened_at
    assert first is not None
    operations.note_opened(anna, invoice.number)
    assert town.note().opened_at == first


@pytest.mark.shows("P42")
def test_evidence_outlives_the_mails(town, announce):
    from ebok.jobs import apply_retention

    town.invoice(town.subscriber())
    announce()
    town.turn()
    Mail.update(expires_at=now() - timedelta(days=366)).execute()
    apply_retention(town.settings)
    assert not Mail.select().exists()
    assert town.note().accepted_at is not None
    Notification.update(created_at=now() - operations.KEPT - timedelta(days=1)).execute()
    apply_retention(town.settings)
    assert not Notification.select().exists()
