"""What is left to pay of one invoice, and until when, as one sentence; and why sums differ."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from ebok.invoices.models import Invoice
from ebok.invoices.states import payable, state_of
from ebok.invoices.words import day
from ebok.money import zloty


def owed(invoice: Invoice, today: date) -> str:
    """The one thing that somebody wants to know first."""
    told_sum = zloty(abs(invoice.outstanding_grosze))
    state = state_of(invoice, today)
    if state == "paid":
        return _("Paid. Nothing is left to pay.")
    if state == "settled":
        return _("Settled. Nothing is left to pay.")
    if state == "credit":
        return _(
            "%(sum)s in your favour: to be given back, or taken off the next invoice", sum=told_sum
        )
    if not invoice.due_on:
        return _("%(sum)s to pay", sum=told_sum)
    return _until(invoice, (invoice.due_on - today).days, told_sum)


def _until(invoice: Invoice, left: int, told_sum: str) -> str:
    names = {"sum": told_sum, "day": day(invoice.due_on)}
    if left > 0:
        return ngettext(
            "%(sum)s by %(day)s, %(num)s day left",
            "%(sum)s by %(day)s, %(num)s days left",
            left,
            **names,
        )
    if left == 0:
        return _("%(sum)s, today is the last day", **names)
    return ngettext(
        "%(sum)s, due on %(day)s, %(num)s day ago",
        "%(sum)s, due on %(day)s, %(num)s days ago",
        -left,
        **names,
    )


def differences(invoice: Invoice) -> list[str]:
    """Why what is left to pay is not what stands on the invoice; a sentence for each reason."""
    asked, left, gross = payable(invoice), invoice.outstanding_grosze, invoice.gross_grosze
    found = []
    if asked != gross:
        found.append(
            _(
                "The invoice comes to %(gross)s and asks for %(asked)s:"
                " earlier payments or debts are reckoned in.",
                gross=zloty(gross),
                asked=zloty(asked),
            )
        )
    if 0 < left < asked:
        paid = {"paid": zloty(asked - left), "asked": zloty(asked)}
        found.append(_("%(paid)s of %(asked)s is paid or taken off already.", **paid))
    if left > asked and left > 0:
        more = zloty(left - asked)
        found.append(_("%(more)s came on top: a correction, or a payment taken back.", more=more))
    return found
