"""The mails about invoices, and related ones to the office.

Writers are in `operations_facts.py`, `operations_replaced.py`, `operations_samples.py` and
`operations_strays.py`.
"""

from datetime import date, timedelta

from flask_babel import lazy_gettext as lazy

from ebok.mail.kinds import EXAMPLE, Letter
from ebok.notifications import (
    operations_facts as facts,
    operations_replaced as replaced,
    operations_samples as samples,
    operations_strays as strays,
    operations_told as told,
)
from ebok.notifications.models import Notification

BILL = EXAMPLE | {
    "number": "FV/2026/11/04417",
    "corrects": "",
    "ksef_number": "",
    "invoice_id": "0f" * 16,
    "account": "61 1090 1014 0000 0712 1981 2874",
    "file_name": "FV-2026-11-04417.pdf",
    "gross": 14569,
    "left": 14569,
    "due_on": date(2026, 11, 20),
    "parts": [],
    "paid": 0,
    "paid_on": None,
    "lost": 0,
    "lost_on": None,
    "is_owed": True,
    "is_correction": False,
    "has_corrected": False,
    "has_due_day": True,
    "has_account": True,
    "has_ksef_number": False,
    "has_ksef_title": False,
    "has_parts": False,
    "is_divided": False,
    "is_paid": False,
    "is_covered": False,
    "is_lost": False,
    "document": "link",
}
"""Example of the template values of a letter about an invoice."""

invoice_issued = Letter(
    told.ISSUED,
    lazy("Message about an invoice"),
    Notification,
    facts.write_issued,
    example=BILL,
    slots=facts.SLOTS,
    attach=facts.attach_document,
    sent=facts.note_accepted,
)
invoice_due = Letter(
    facts.DUE_SOON,
    lazy("Reminder that an invoice is due soon"),
    Notification,
    facts.write_due,
    example=BILL,
    slots=facts.SLOTS,
    sent=facts.note_accepted,
    off="remind_due",
)
invoice_overdue = Letter(
    facts.LATE,
    lazy("Reminder that an invoice is overdue"),
    Notification,
    facts.write_overdue,
    example=BILL,
    slots=facts.SLOTS,
    sent=facts.note_accepted,
    off="remind_overdue",
)
invoice_replaced = Letter(
    told.REPLACED,
    lazy("Correction of our message about an invoice"),
    Notification,
    replaced.write_replaced,
    example=BILL
    | {
        "issued_on": date(2026, 10, 31),
        "told_on": date(2026, 11, 2),
        "told_gross": 1_080_00,
        "is_other_sum": True,
    },
    slots=replaced.SLOTS,
    attach=facts.attach_document,
    sent=told.note_told,
)
invoice_not_yours = Letter(
    told.NOT_YOURS,
    lazy("Message that an invoice was not yours"),
    Notification,
    replaced.write_not_yours,
    example=EXAMPLE
    | {"number": "FV/2026/10/1", "told_on": date(2026, 11, 2), "told_gross": 1_080_00},
    slots=replaced.NOT_YOURS_SLOTS,
    sent=told.note_taken_back,
)
invoice_sample = Letter(
    samples.SAMPLE,
    lazy("Sample of an e-mail to customers, for the office"),
    samples.Sample,
    samples.write_sample,
    example=BILL,
    slots=dict.fromkeys(facts.SLOTS, str),
    attach=facts.attach_document,
    to_office=True,
)
passed_on = Letter(
    "passed_on",
    lazy("A message passed on to the office"),
    strays.Stray,
    strays.write_passed_on,
    example={
        "sender": "anna@poczta.example",
        "topic": "Re: faktura",
        "lines": ["Dzień dobry,", "mam pytanie o fakturę."],
        "reply_to": "anna@poczta.example",
    },
    ttl=lambda _settings: timedelta(days=7),
    to_office=True,
)
