"""A wrong invoice was told of by mail, and now the right one is here: a mail that corrects that.

What a mail told is kept with its notification as it is written: when an import, or its undoing,
touches that invoice and says something else, the customer gets a letter that replaces it; and when
the invoice has become another customer's, one that says that it was not theirs. When it comes back
after that, it is told of like a new one.
"""

from datetime import UTC, date
from zoneinfo import ZoneInfo

from ebok.database import all_rows, placeholders, rows_changed
from ebok.invoices.models import Invoice
from ebok.mail.kinds import letter
from ebok.mail.masking import mask_code
from ebok.mail.outbox import post_many
from ebok.mail.render import day
from ebok.notifications import letters
from ebok.notifications.models import INVOICE, Notification
from ebok.values.money import zloty

REPLACED, NOT_YOURS = "invoice_replaced", "invoice_not_yours"
SLOTS = letters.SLOTS | {"issued_on": day, "told_on": day, "told_gross": zloty}
# What is paid is not asked for any more, wherever and by whatever day.
DIFFERS = """
(i.gross_grosze <> n.told_gross_grosze OR (i.outstanding_grosze > 0 AND (
  i.due_on IS DISTINCT FROM n.told_due_on
  OR coalesce(nullif(i.bank_account, ''), c.bank_account) <> n.told_account)))
"""
TOUCHED = f"""
SELECT a.email, a.language, n.id FROM notification AS n
JOIN account AS a ON a.id = n.account_id
JOIN invoice AS i ON i.number = n.invoice_number AND i.customer_code = a.customer_code
JOIN customer AS c ON c.code = i.customer_code
WHERE n.invoice_number IN ({{numbers}}) AND n.kind = '{INVOICE}' AND n.accepted_at IS NOT NULL
AND a.closed_at IS NULL AND a.frozen_at IS NULL AND a.bounced_at IS NULL AND {DIFFERS}
AND NOT EXISTS (SELECT 1 FROM mail AS m WHERE m.letter = '{REPLACED}' AND m.about = n.id
  AND m.sent_at IS NULL AND m.failed_at IS NULL)
ORDER BY n.id
"""
TOLD = f"""
SELECT n.id, n.accepted_at, n.told_gross_grosze, i.issued_on FROM notification AS n
JOIN account AS a ON a.id = n.account_id
JOIN invoice AS i ON i.number = n.invoice_number AND i.customer_code = a.customer_code
JOIN customer AS c ON c.code = i.customer_code
WHERE n.id IN ({{ids}}) AND {DIFFERS}
"""
NOT_YOURS_SLOTS = {"customer_code_masked": str, "number": str, "told_on": day, "told_gross": zloty}
STRAYED = f"""
FROM notification AS n JOIN account AS a ON a.id = n.account_id
JOIN invoice AS i ON i.number = n.invoice_number AND i.customer_code <> a.customer_code
WHERE n.kind = '{INVOICE}' AND n.accepted_at IS NOT NULL AND n.told_gross_grosze IS NOT NULL
AND a.closed_at IS NULL AND a.frozen_at IS NULL AND a.bounced_at IS NULL
"""
NOT_THEIRS = f"""
SELECT a.email, a.language, n.id {STRAYED} AND n.invoice_number IN ({{numbers}})
AND NOT EXISTS (SELECT 1 FROM mail AS m WHERE m.letter = '{NOT_YOURS}' AND m.about = n.id
  AND m.sent_at IS NULL AND m.failed_at IS NULL)
ORDER BY n.id
"""
RETURNED = f"""
SELECT a.email, a.language, n.id FROM notification AS n
JOIN account AS a ON a.id = n.account_id
JOIN invoice AS i ON i.number = n.invoice_number AND i.customer_code = a.customer_code
WHERE n.invoice_number IN ({{numbers}}) AND n.kind = '{INVOICE}' AND n.accepted_at IS NOT NULL
AND n.told_gross_grosze IS NULL
AND EXISTS (SELECT 1 FROM mail AS m WHERE m.letter = '{NOT_YOURS}' AND m.about = n.id
  AND m.sent_at IS NOT NULL)
AND NOT EXISTS (SELECT 1 FROM mail AS m WHERE m.letter = '{letters.ISSUED}' AND m.about = n.id
  AND m.sent_at IS NULL AND m.failed_at IS NULL)
ORDER BY n.id
"""
TOLD_OTHERS = f"""
SELECT n.id, a.customer_code, n.invoice_number, n.accepted_at, n.told_gross_grosze
{STRAYED} AND n.id IN ({{ids}})
"""


def post_replaced(numbers: str) -> int:
    """Post the letters to whom a mail told something else of these invoices; how many.

    `numbers` is SQL that selects them. Runs inside the transaction that has changed them. One that
    waits already is not posted twice: it tells what is true when it leaves.
    """
    if not Notification.select().where(Notification.accepted_at.is_null(False)).limit(1).exists():
        return 0
    wanted = ((NOT_YOURS, NOT_THEIRS), (REPLACED, TOUCHED), (letters.ISSUED, RETURNED))
    return sum(
        post_many(letter, all_rows(which.format(numbers=numbers))) for letter, which in wanted
    )


def note_replaced(mail_ids: list[int]) -> None:
    """The mail server has taken these: what they said is what the customer was told last."""
    rows_changed(
        letters.NOTE_TOLD.format(
            where="notification.id IN "
            f"(SELECT about FROM mail WHERE id IN ({placeholders(mail_ids)}))"
        ),
        *mail_ids,
    )


@letter(REPLACED, slots=SLOTS, attach=letters.attach_document, sent=note_replaced)
def write_replaced(abouts: list[int], settings) -> dict[int, dict | None]:
    """A right invoice after a wrong one that was told of, unless it is as it was told by now."""
    told = {id_: rest for id_, *rest in all_rows(TOLD.format(ids=placeholders(abouts)), *abouts)}
    rows = letters.rows_of(list(told), INVOICE) if told else []
    return {
        about: facts | _before(facts, *told[about], settings)
        for about, facts in letters.told_with_pdf(rows, settings)
    }


def _before(facts: dict, told_at, told_gross_grosze: int, issued_on, settings) -> dict:
    return {
        "issued_on": Invoice.issued_on.python_value(issued_on),
        "told_on": _told_on(told_at, settings),
        "told_gross": told_gross_grosze,
        "is_other_sum": told_gross_grosze != facts["gross"],
    }


def _told_on(told_at, settings) -> date:
    told_at = Notification.accepted_at.python_value(told_at).replace(tzinfo=UTC)
    return told_at.astimezone(ZoneInfo(settings.timezone)).date()


def note_not_yours(mail_ids: list[int]) -> None:
    """The mail server has taken these: what was told before is taken back, and that only once."""
    rows_changed(
        "UPDATE notification SET told_gross_grosze = NULL"
        f" WHERE id IN (SELECT about FROM mail WHERE id IN ({placeholders(mail_ids)}))",
        *mail_ids,
    )


@letter(NOT_YOURS, slots=NOT_YOURS_SLOTS, sent=note_not_yours)
def write_not_yours(abouts: list[int], settings) -> dict[int, dict | None]:
    """An invoice that was told of is another customer's, unless it is theirs again by now."""
    found = all_rows(TOLD_OTHERS.format(ids=placeholders(abouts)), *abouts)
    return {
        id_: {
            "customer_code_masked": mask_code(code),
            "number": number,
            "told_on": _told_on(told_at, settings),
            "told_gross": gross,
        }
        for id_, code, number, told_at, gross in found
    }
