"""What mails said of an invoice, and posting replacements when that is no longer true.

It is stored twice: when the mail is written (`written_…`), and when the mail server has accepted it
(`told_…`). In between an import may change the invoice or move it to another customer, so `told_…`
is copied from `written_…`, not from the invoice, and then compared with the invoice.
"""

from ebok.database import all_rows, placeholders, rows_changed
from ebok.mail.outbox import post_many
from ebok.notifications.models import INVOICE, Notification

ISSUED, REPLACED, NOT_YOURS = "invoice_issued", "invoice_replaced", "invoice_not_yours"
WRITTEN = """
UPDATE notification SET written_gross_grosze = i.gross_grosze, written_due_on = i.due_on,
written_account = coalesce(nullif(i.bank_account, ''), c.bank_account)
FROM invoice AS i, customer AS c, account AS a
WHERE a.id = notification.account_id AND i.number = notification.invoice_number
AND i.customer_code = a.customer_code AND c.code = i.customer_code
AND notification.id IN ({ids})
"""
NOTE_TOLD = """
UPDATE notification SET told_gross_grosze = written_gross_grosze, told_due_on = written_due_on,
told_account = written_account
WHERE written_gross_grosze IS NOT NULL AND id IN (SELECT about FROM mail WHERE id IN ({ids}))
"""
# For a paid invoice a changed account or due date does not matter.
DIFFERS = """
(i.gross_grosze <> n.told_gross_grosze OR (i.outstanding_grosze > 0 AND (
  i.due_on IS DISTINCT FROM n.told_due_on
  OR coalesce(nullif(i.bank_account, ''), c.bank_account) <> n.told_account)))
"""
NONE_WAITS = """
NOT EXISTS (SELECT 1 FROM mail AS m WHERE m.letter = '{letter}' AND m.about = n.id
  AND m.sent_at IS NULL AND m.failed_at IS NULL)
"""
TOUCHED = f"""
SELECT a.email, a.language, n.id FROM notification AS n
JOIN account AS a ON a.id = n.account_id
JOIN invoice AS i ON i.number = n.invoice_number AND i.customer_code = a.customer_code
JOIN customer AS c ON c.code = i.customer_code
WHERE {{which}} AND n.kind = '{INVOICE}' AND n.accepted_at IS NOT NULL
AND a.closed_at IS NULL AND a.frozen_at IS NULL AND a.bounced_at IS NULL AND {DIFFERS}
AND {NONE_WAITS.format(letter=REPLACED)} ORDER BY n.id
"""
STRAYED = f"""
FROM notification AS n JOIN account AS a ON a.id = n.account_id
JOIN invoice AS i ON i.number = n.invoice_number AND i.customer_code <> a.customer_code
WHERE n.kind = '{INVOICE}' AND n.accepted_at IS NOT NULL AND n.told_gross_grosze IS NOT NULL
AND a.closed_at IS NULL AND a.frozen_at IS NULL AND a.bounced_at IS NULL
"""
NOT_THEIRS = f"""
SELECT a.email, a.language, n.id {STRAYED} AND {{which}}
AND {NONE_WAITS.format(letter=NOT_YOURS)} ORDER BY n.id
"""
RETURNED = f"""
SELECT a.email, a.language, n.id FROM notification AS n
JOIN account AS a ON a.id = n.account_id
JOIN invoice AS i ON i.number = n.invoice_number AND i.customer_code = a.customer_code
WHERE {{which}} AND n.kind = '{INVOICE}' AND n.accepted_at IS NOT NULL
AND n.told_gross_grosze IS NULL
AND EXISTS (SELECT 1 FROM mail AS m WHERE m.letter = '{NOT_YOURS}' AND m.about = n.id
  AND m.sent_at IS NOT NULL)
AND {NONE_WAITS.format(letter=ISSUED)} ORDER BY n.id
"""
CHANGED = f"""
SELECT n.id FROM mail AS m JOIN notification AS n ON n.id = m.about
JOIN account AS a ON a.id = n.account_id JOIN invoice AS i ON i.number = n.invoice_number
JOIN customer AS c ON c.code = i.customer_code
WHERE m.id IN ({{ids}}) AND n.kind = '{INVOICE}'
AND (i.customer_code <> a.customer_code OR n.told_gross_grosze IS NULL OR {DIFFERS})
"""


def note_written(ids: list[int]) -> None:
    """Store what these mails say, before they are sent."""
    if ids:
        rows_changed(WRITTEN.format(ids=placeholders(ids)), *ids)


def note_told(mail_ids: list[int]) -> None:
    """Store what these mails, now accepted by the mail server, have told."""
    rows_changed(NOTE_TOLD.format(ids=placeholders(mail_ids)), *mail_ids)
    tell_changed(mail_ids)


def note_taken_back(mail_ids: list[int]) -> None:
    """Store that these accepted mails took back what was told before."""
    rows_changed(
        "UPDATE notification SET told_gross_grosze = NULL"
        f" WHERE id IN (SELECT about FROM mail WHERE id IN ({placeholders(mail_ids)}))",
        *mail_ids,
    )
    tell_changed(mail_ids)


def tell_changed(mail_ids: list[int]) -> None:
    """Post replacements for invoices that changed between the writing and sending of these mails.

    The import that changed them could not, as these were still in the outbox. Only for these mails:
    those sent at the same time are not stored yet.
    """
    ids = [row[0] for row in all_rows(CHANGED.format(ids=placeholders(mail_ids)), *mail_ids)]
    if ids:
        _post(f"n.id IN ({placeholders(ids)})", *ids)


def post_replaced(numbers: str) -> int:
    """Post replacing mails to customers who were told something else of these invoices.

    `numbers` is SQL that selects them. Runs in the transaction that changed them; returns how many.
    None is posted if one is already waiting, as it will say what is true when sent.
    """
    if not Notification.select().where(Notification.accepted_at.is_null(False)).limit(1).exists():
        return 0
    return _post(f"n.invoice_number IN ({numbers})")


def _post(which: str, *values: int) -> int:
    wanted = ((NOT_YOURS, NOT_THEIRS), (REPLACED, TOUCHED), (ISSUED, RETURNED))
    return sum(
        post_many(letter, all_rows(sql.format(which=which), *values)) for letter, sql in wanted
    )
