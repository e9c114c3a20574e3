"""Template values on what is left to pay of an invoice, and what covers the rest."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from ebok.invoices.operations_dues import Share
from ebok.invoices.operations_states import today
from ebok.mail.render import day
from ebok.notifications.models import DUE, INVOICE
from ebok.settings import Settings
from ebok.values.money import zloty


def instalment_list(shares: list[Share]) -> str:
    """An invoice's instalments with their due dates, as text."""
    return "; ".join(
        _("%(sum)s by %(day)s", sum=zloty(share.left_grosze), day=day(share.due_on))
        if share.due_on
        else zloty(share.left_grosze)
        for share in shares
    )


def is_to_remind(kind: str, share: Share | None, on: date) -> bool:
    """Whether something of the share is left, and it is due soon or overdue, as `kind` says."""
    if share is None or share.due_on is None:
        return False
    return share.due_on >= on if kind == DUE else share.is_late(on)


def asked(row: Any, settings: Settings) -> dict[str, Any]:
    """What is left to pay of the invoice; for a reminder, of its share."""
    about_all = row.about == INVOICE
    of_it, first = row.asked, row.asked.first() if about_all else row.share
    left = of_it.left_grosze if about_all else first.left_grosze
    due_on = first.due_on if first else row.due_on
    parts = [share for share in of_it.shares if share.left_grosze]
    return {
        "left": left,
        "due_on": due_on,
        "parts": parts,
        "paid": of_it.waiting_grosze,
        "paid_on": of_it.paid_on,
        "lost": of_it.lost_grosze,
        "lost_on": of_it.lost_on,
        "is_owed": left > 0,
        "has_due_day": due_on is not None,
        "has_parts": len(parts) > 1,
        "is_divided": of_it.is_divided,
        "is_paid": of_it.waiting_grosze > 0 and of_it.paid_on is not None,
        "is_covered": of_it.credited_grosze > 0 and not of_it.left_grosze,
        "is_lost": of_it.lost_on is not None and left > 0,
        "has_ksef_title": bool(
            row.nip and row.ksef_number and today() >= settings.ksef_number_in_title_from
        ),
    }
