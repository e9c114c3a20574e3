"""Reminders: for who asked, once each, and never of what has been paid."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ebok.invoices.models import Invoice
from ebok.invoices.states import today
from ebok.notifications.models import Notification
from ebok.notifications.reminders import post_reminders, remind


def due_in(days: int, **columns) -> dict:
    return {"due_on": today() + timedelta(days=days), **columns}


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


@pytest.mark.parametrize(("hour", "count"), [(3, 0), (12, 1), (21, 0)])
def test_nobody_is_woken_for_a_bill(town, hour, count):
    anna = town.subscriber(remind_overdue=True)
    town.invoice(anna, **due_in(-10))
    ahead = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    # POSIX counts westwards: Etc/GMT-3 is three hours ahead of Greenwich.
    zone = f"Etc/GMT{-ahead:+}" if ahead else "Etc/GMT"
    remind(replace(town.settings, timezone=zone))
    assert Notification.select().count() == count
