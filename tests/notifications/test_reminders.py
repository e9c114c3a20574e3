"""Reminders: for who asked, once each, and never of what has been paid."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cast import add_invoice, today
from ebok import database
from ebok.consents.models import Consent
from ebok.database import now
from ebok.invoices.models import FA2, JPK_FA, Instalment, Invoice
from ebok.notifications.models import Notification
from ebok.notifications.operations_reminders import post_reminders, remind
from ebok.payments.models import OrderedInvoice, PaymentOrder


def due_in(days: int, **columns) -> dict:
    return {"due_on": today() + timedelta(days=days), **columns}


@pytest.mark.shows("P43")
@pytest.mark.dialect
def test_reminders_are_for_who_asked_and_come_once(town):
    both = town.subscriber(remind_due=True, remind_overdue=True)
    nobody = town.subscriber()
    for account in (both, nobody):
        town.invoice(account, **due_in(3))
        town.invoice(account, **due_in(4))
        town.invoice(account, **due_in(-3))
        town.invoice(account, **due_in(-2))
    post_reminders(town.settings)
    post_reminders(town.settings)
    assert sorted(note.kind for note in Notification.select()) == ["due", "overdue"]
    town.turn(3)
    post_reminders(town.settings)
    mails = town.turn(3)
    assert [mail.to for mail in mails] == [both.email] * 2
    assert Notification.select().where(Notification.accepted_at.is_null(False)).count() == 2


@pytest.mark.shows("P43")
@pytest.mark.dialect
@pytest.mark.parametrize("days", [3, -3])
def test_what_was_paid_before_the_mail_left_is_not_reminded_of(town, days):
    anna = town.subscriber(remind_due=True, remind_overdue=True)
    town.invoice(anna, **due_in(days, outstanding_grosze=0))
    town.invoice(anna, **due_in(days))
    post_reminders(town.settings)
    assert Notification.select().count() == 1
    Invoice.update(outstanding_grosze=0).execute()
    assert not town.turn(2)


@pytest.mark.parametrize("state", ["closed_at", "frozen_at", "bounced_at"])
def test_nobody_is_reminded_who_cannot_or_should_not_be_reached(town, state):
    anna = town.subscriber(remind_due=True, **{state: datetime(2026, 11, 1)})
    town.invoice(anna, **due_in(1))
    post_reminders(town.settings)
    assert not Notification.select().exists()


def test_old_debts_and_interest_notes_are_not_reminded_of(town):
    anna = town.subscriber(remind_overdue=True)
    town.invoice(anna, **due_in(-100))
    town.invoice(anna, **due_in(-5, kind="note"))
    post_reminders(town.settings)
    assert not Notification.select().exists()


@pytest.mark.shows("P43")
@pytest.mark.dialect
@pytest.mark.parametrize("days", [3, -3])
@pytest.mark.parametrize("source", [FA2, JPK_FA])
def test_what_came_as_history_is_not_reminded_of(town, days, source):
    """It says what was left to pay when it was written, and nothing of what was paid since."""
    anna = town.subscriber(remind_due=True, remind_overdue=True)
    town.invoice(anna, **due_in(days, history_from=source))
    post_reminders(town.settings)
    assert not Notification.select().exists()


@pytest.mark.parametrize("days", [3, -3])
def test_reminder_of_what_turned_out_to_be_history_does_not_leave(town, days):
    anna = town.subscriber(remind_due=True, remind_overdue=True)
    town.invoice(anna, **due_in(days))
    post_reminders(town.settings)
    assert Notification.select().count() == 1
    Invoice.update(history_from=FA2).execute()
    assert not town.turn(2)


@pytest.mark.parametrize(("hour", "count"), [(3, 0), (12, 1), (21, 0)])
def test_nobody_is_woken_for_a_bill(town, hour, count):
    anna = town.subscriber(remind_overdue=True)
    town.invoice(anna, **due_in(-10))
    ahead = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    # POSIX counts westwards: Etc/GMT-3 is three hours ahead of Greenwich.
    zone = f"Etc/GMT{-ahead:+}" if ahead else "Etc/GMT"
    remind(replace(town.settings, timezone=zone))
    assert Notification.select().count() == count


def paid_online(account, invoice, days_ago: int = 0) -> None:
    """The operator has said that it is paid."""
    grosze, at = invoice.outstanding_grosze, now() - timedelta(days=days_ago)
    order = PaymentOrder.create(
        account=account,
        amount_grosze=grosze,
        operator="imoje",
        state="paid",
        created_at=at,
        settled_at=at,
    )
    OrderedInvoice.create(
        order=order,
        invoice_number=invoice.number,
        amount_grosze=grosze,
        outstanding_grosze=grosze,
    )


@pytest.mark.dialect
def test_each_part_of_an_invoice_is_reminded_of_by_itself(town):
    anna = town.subscriber(remind_due=True, remind_overdue=True)
    invoice = town.invoice(anna, gross_grosze=9_000, **due_in(-3))
    for days in (-3, 3, 30):
        part = today() + timedelta(days=days)
        Instalment.create(invoice=invoice.number, due_on=part, amount_grosze=3_000)
    post_reminders(town.settings)
    post_reminders(town.settings)
    kinds = {note.kind: note.part_due_on for note in Notification.select()}
    assert kinds == {name: str(due_in(n)["due_on"]) for name, n in (("due", 3), ("overdue", -3))}
    mails = town.turn(3)
    assert len(mails) == 2
    assert all("30,00" in mail.text and "90,00" in mail.text for mail in mails)
    # The part that was paid is not reminded of: the oldest is covered first.
    Notification.delete().execute()
    invoice.change(outstanding_grosze=6_000)
    post_reminders(town.settings)
    assert [note.kind for note in Notification.select()] == ["due"]


@pytest.mark.dialect
@pytest.mark.parametrize("days", [3, -3])
def test_what_credit_covers_or_was_paid_online_is_not_reminded_of(town, days):
    covered = town.subscriber(remind_due=True, remind_overdue=True)
    town.invoice(covered, gross_grosze=4_000, **due_in(days))
    correction = {"kind": "correction", "due_on": None}
    add_invoice(covered.customer_code, "Ktoś", 0, -5_000, **correction)
    waiting = town.subscriber(remind_due=True, remind_overdue=True)
    paid_online(waiting, town.invoice(waiting, **due_in(days)))
    post_reminders(town.settings)
    assert not Notification.select().exists()


@pytest.mark.dialect
def test_what_was_paid_online_before_the_mail_left_is_not_reminded_of(town):
    anna = town.subscriber(remind_overdue=True)
    invoice = town.invoice(anna, **due_in(-3))
    post_reminders(town.settings)
    assert Notification.select().count() == 1
    paid_online(anna, invoice)
    assert not town.turn(2)


def test_money_that_never_came_is_reminded_of_with_a_word(town):
    anna = town.subscriber(remind_overdue=True)
    paid_online(anna, town.invoice(anna, **due_in(-20)), days_ago=15)
    post_reminders(town.settings)
    (mail,) = town.turn(2)
    assert "nie dotarły" in mail.text
    assert "nie dotarły" in mail.html


def move_clock(monkeypatch, moment: datetime) -> None:
    """It is this instant, in UTC, in this process."""

    class Moved(datetime):
        @classmethod
        def now(cls, tz=None):
            return moment.replace(tzinfo=UTC).astimezone(tz) if tz else moment

    monkeypatch.setattr(database, "datetime", Moved)


# 23.30 and 00.30 in Warsaw; UTC has the day before until one o'clock in winter, two in summer.
LATE_EVENING, NIGHT = datetime(2026, 11, 17, 22, 30), datetime(2026, 11, 17, 23, 30)


@pytest.mark.shows("P38")
@pytest.mark.parametrize(("moment", "kinds"), [(LATE_EVENING, []), (NIGHT, ["due", "overdue"])])
def test_day_of_reminders_is_the_towns_and_not_the_one_of_greenwich(
    town, monkeypatch, moment, kinds
):
    anna = town.subscriber(remind_due=True, remind_overdue=True)
    issued = {"issued_on": date(2026, 11, 1)}
    town.invoice(anna, due_on=date(2026, 11, 15), **issued)
    town.invoice(anna, due_on=date(2026, 11, 21), **issued)
    move_clock(monkeypatch, moment)
    post_reminders(town.settings)
    assert sorted(note.kind for note in Notification.select()) == kinds


@pytest.mark.shows("P38")
@pytest.mark.parametrize(("moment", "count"), [(LATE_EVENING, 1), (NIGHT, 0)])
def test_days_for_which_invoices_are_told_of_are_the_towns(
    town, announce, monkeypatch, moment, count
):
    anna = town.subscriber()
    town.set(notify_within_days=10)
    town.invoice(anna, issued_on=date(2026, 11, 7))
    Consent.update(effective_at=datetime(2026, 11, 1)).execute()
    move_clock(monkeypatch, moment)
    assert announce() == count
