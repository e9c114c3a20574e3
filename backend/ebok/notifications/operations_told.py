"""What the mail of an invoice said, and the mails that must follow when that is true no longer.

It is kept twice: as it is written, and, once the mail server has taken it, as what the customer was
told. Between the two lies a moment in which an import may change the invoice or move it to another
customer; so what was told is never read off the invoice again, and when it comes to be known it is
compared with the invoice as it is by then.
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
# What is paid is not asked for any more, wherever and by whatever day.
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
    """Keep what these mails are about to tell: should it turn out wrong, another must say so."""
    if ids:
        rows_changed(WRITTEN.format(ids=placeholders(ids)), *ids)


def note_told(mail_ids: list[int]) -> None:
    """The mail server has taken these: what they said is what the customer was told last."""
    rows_changed(NOTE_TOLD.format(ids=placeholders(mail_ids)), *mail_ids)
    tell_changed(mail_ids)


def note_taken_back(mail_ids: list[int]) -> None:
    """The mail server has taken these: what was told before is taken back, and that only once."""
    rows_changed(
        "UPDATE notification SET told_gross_grosze = NULL"
        f" WHERE id IN (SELECT about FROM mail WHERE id IN ({placeholders(mail_ids)}))",
        *mail_ids,
    )
    tell_changed(mail_ids)


def tell_changed(mail_ids: list[int]) -> None:
    """Post what must follow these mails, for what changed between their writing and their leaving.

    The import that changed it could not: it saw these still in the outbox. Only of these mails'
    own: what others that left with them have told is not noted yet.
    """
    ids = [row[0] for row in all_rows(CHANGED.format(ids=placeholders(mail_ids)), *mail_ids)]
    if ids:
        _post(f"n.id IN ({placeholders(ids)})", *ids)


def post_replaced(numbers: str) -> int:
    """Post the letters to whom a mail told something else of these invoices; how many.

    `numbers` is SQL that selects them. Runs inside the transaction that has changed them. One that
    waits already is not posted twice: it tells what is true when it leaves.
    """
    if not Notification.select().where(Notification.accepted_at.is_null(False)).limit(1).exists():
        return 0
    return _post(f"n.invoice_number IN ({numbers})")


def _post(which: str, *values: int) -> int:
    wanted = ((NOT_YOURS, NOT_THEIRS), (REPLACED, TOUCHED), (ISSUED, RETURNED))
    return sum(
        post_many(letter, all_rows(sql.format(which=which), *values)) for letter, sql in wanted
    )
