"""What each letter may be about, invented: for who tries whether all of them can be written."""

from datetime import date, datetime

from ebok.mail.masking import mask_code

AT = datetime(2026, 11, 20, 9, 30)
MASK = mask_code("39-29001")
MASKED = {"customer_code_masked": MASK}
BILL = {
    "customer_code_masked": MASK,
    "number": "FV/2026/11/04417",
    "corrects": "",
    "ksef_number": "",
    "invoice_id": "0f" * 16,
    "account": "61 1090 1014 0000 0712 1981 2874",
    "file_name": "FV-2026-11-04417.pdf",
    "gross": 14569,
    "left": 14569,
    "due_on": date(2026, 11, 20),
    "late_since": date(2026, 11, 21),
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
"""What the writer of a letter about an invoice returns."""
BILLS = {
    "invoice_issued": BILL,
    "invoice_due": BILL,
    "invoice_overdue": BILL,
    "invoice_sample": BILL,
    "invoice_replaced": BILL
    | {
        "issued_on": date(2026, 10, 31),
        "told_on": date(2026, 11, 2),
        "told_gross": 1_080_00,
        "is_other_sum": True,
    },
    "invoice_not_yours": MASKED
    | {"number": "FV/2026/10/1", "told_on": date(2026, 11, 2), "told_gross": 1_080_00},
}
CONTEXTS = {
    "registration_code": MASKED | {"code": "012345", "minutes": 10, "link_token": "l-token"},
    "temporary_password": MASKED | {"password": "Kx7<m2&pQ>9t", "hours": 24},
    "account_opened": MASKED
    | {
        "email_masked": "h…a@poczta.example",
        "opened_at": AT,
        "token": "f-token",
        "freeze_days": 30,
    },
    "password_changed": MASKED | {"changed_at": AT},
    "password_reset": MASKED | {"token": "r-token", "minutes": 30},
    "login_warning": MASKED | {"wait_minutes": 15},
    "review_received": MASKED,
    "review_office": {"review_id": 17},
    "review_refused": MASKED | {"reason": "data-differ"},
    "e_invoice_given": MASKED | {"given_at": AT, "waits_until": AT, "by_ksef": False},
    "e_invoice_withdrawn": MASKED | {"withdrawn_at": AT, "by_ksef": True},
    "email_code": MASKED | {"code": "530217", "minutes": 10, "is_new": True},
    "email_changed": MASKED
    | {"changed_at": AT, "email_masked": "h…a@poczta.example", "token": "t", "freeze_days": 30},
    "phone_changed": MASKED | {"phone_end": "123"},
    "account_closed": MASKED | {"closed_at": AT},
    "alert": {"heading": "The import was refused", "paragraphs": ["A file is cut short."]},
    "passed_on": {
        "sender": "anna@poczta.example",
        "topic": "Re: faktura",
        "lines": ["Dzień dobry,", "mam pytanie o fakturę."],
        "reply_to": "anna@poczta.example",
    },
    "audit_head": {"head": "5c0e" * 16, "rows": 2841, "noted_at": AT},
    **BILLS,
}
