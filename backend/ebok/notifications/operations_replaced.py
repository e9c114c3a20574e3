"""Mails that correct an earlier mail about an invoice that has changed since.

What a mail said is stored with its notification. If an import or undo then changes that invoice,
the customer gets a replacing mail; if the invoice became another customer's, a mail that it was not
theirs. If it comes back after that, it is announced like a new one.
"""

from datetime import UTC, date
from typing import Any
from zoneinfo import ZoneInfo

from ebok.database import all_rows, placeholders
from ebok.invoices.models import Invoice
from ebok.mail.masking import mask_code
from ebok.mail.render import day
from ebok.notifications import operations_facts as facts_of
from ebok.notifications.models import INVOICE, Notification
from ebok.notifications.operations_told import DIFFERS, STRAYED, note_written
from ebok.settings import Settings
from ebok.values.money import zloty

SLOTS = facts_of.SLOTS | {"issued_on": day, "told_on": day, "told_gross": zloty}
TOLD = f"""
SELECT n.id, n.accepted_at, n.told_gross_grosze, i.issued_on FROM notification AS n
JOIN account AS a ON a.id = n.account_id
JOIN invoice AS i ON i.number = n.invoice_number AND i.customer_code = a.customer_code
JOIN customer AS c ON c.code = i.customer_code
WHERE n.id IN ({{ids}}) AND {DIFFERS}
"""
NOT_YOURS_SLOTS = {"customer_code_masked": str, "number": str, "told_on": day, "told_gross": zloty}
TOLD_OTHERS = f"""
SELECT n.id, a.customer_code, n.invoice_number, n.accepted_at, n.told_gross_grosze
{STRAYED} AND n.id IN ({{ids}})
"""


def write_replaced(subject_ids: list[int], settings: Settings) -> dict[int, dict[str, Any] | None]:
    """The changed invoice, unless by now it is again as the customer was told."""
    told = {
        id_: rest
        for id_, *rest in all_rows(TOLD.format(ids=placeholders(subject_ids)), *subject_ids)
    }
    rows = facts_of.rows_of(list(told), INVOICE) if told else []
    note_written([row.id for row in rows])
    return {
        subject_id: facts | _before(facts, *told[subject_id], settings)  # pyright: ignore[reportCallIssue]
        for subject_id, facts in facts_of.template_values_with_pdf(rows, settings)
    }


def _before(
    facts: dict[str, Any], told_at: Any, told_gross_grosze: int, issued_on: Any, settings: Settings
) -> dict[str, Any]:
    return {
        "issued_on": Invoice.issued_on.python_value(issued_on),
        "told_on": _told_on(told_at, settings),
        "told_gross": told_gross_grosze,
        "is_other_sum": told_gross_grosze != facts["gross"],
    }


def _told_on(told_at: Any, settings: Settings) -> date:
    told_at = Notification.accepted_at.python_value(told_at).replace(tzinfo=UTC)
    return told_at.astimezone(ZoneInfo(settings.timezone)).date()


def write_not_yours(subject_ids: list[int], settings: Settings) -> dict[int, dict[str, Any] | None]:
    """The invoice became another customer's, unless it is theirs again by now."""
    found = all_rows(TOLD_OTHERS.format(ids=placeholders(subject_ids)), *subject_ids)
    return {
        id_: {
            "customer_code_masked": mask_code(code),
            "number": number,
            "told_on": _told_on(told_at, settings),
            "told_gross": gross,
        }
        for id_, code, number, told_at, gross in found
    }
