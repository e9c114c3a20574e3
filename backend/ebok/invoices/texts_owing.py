"""Sentences on what is left to pay, by when, and why amounts differ."""

from datetime import date, timedelta

from ebok.invoices.models import CALL, Invoice
from ebok.invoices.operations_dues import Asked
from ebok.invoices.operations_states import payable, state_of
from ebok.invoices.texts import day
from ebok.languages import gettext as _, ngettext
from ebok.values.money import zloty


def shown_sum(invoice: Invoice, asked: Asked) -> int | None:
    """The one sum that its page shows, in grosze: what is left to pay, else what it is for.

    None of a demand, which asks for nothing that other documents do not ask for.
    """
    if invoice.kind == CALL:
        return None
    return asked.left_grosze or invoice.gross_grosze


def owed(invoice: Invoice, asked: Asked, today: date) -> str:
    """The sentence below the amount: by when it is due, or why nothing is to be paid."""
    state = state_of(invoice, asked, today)
    if state in ("due", "overdue"):
        return _until(asked, today)
    if state == "settled" and invoice.is_from_jpk:
        return _(
            "From the archive: no payment is requested here, and the archive does not "
            "show what was paid."
        )
    if state in ("waiting", "covered"):
        return covered(asked)[0]
    return {
        "paid": _("Paid. Nothing is left to pay."),
        "call": called(payable(invoice)),
        "settled": _("Settled. Nothing is left to pay."),
        "credit": _(
            "%(sum)s in credit: to be refunded, or taken off your next invoice",
            sum=zloty(-invoice.outstanding_grosze),
        ),
    }[state]


def called(grosze: int) -> str:
    """Explains a payment demand, so that nobody pays twice."""
    return _(
        "%(sum)s: a demand for amounts that other documents already ask for. Pay once, "
        "under Balance and payments.",
        sum=zloty(grosze),
    )


def _until(asked: Asked, today: date) -> str:
    """Of an invoice in parts it tells of all that is late, else of the first that is left."""
    late = asked.late(today)
    first = late[0] if late else asked.first()
    if first is None or first.due_on is None:
        return _("to pay")
    part = sum(share.left_grosze for share in late) or first.left_grosze
    return by_when(part, asked.left_grosze, first.due_on, today)


def by_when(part_grosze: int, left_grosze: int, due_on: date, today: date) -> str:
    """By when a part of what is left is to be paid, or all of it, which has just been named."""
    part = "" if part_grosze == left_grosze else zloty(part_grosze)
    if due_on < today:
        return _late(part, day(due_on))
    if due_on == today:
        return _today(part, day(due_on))
    left, told = (due_on - today).days, {"day": day(due_on)}
    if left == 1:
        return _tomorrow(part, day(due_on))
    if not part:
        return ngettext(
            "by %(day)s, %(num)s day left", "by %(day)s, %(num)s days left", left, **told
        )
    return ngettext(
        "%(sum)s of this by %(day)s, %(num)s day left",
        "%(sum)s of this by %(day)s, %(num)s days left",
        left,
        sum=part,
        **told,
    )


def _late(part: str, on: str) -> str:
    if not part:
        return _("overdue (due date: %(day)s)", day=on)
    return _("%(sum)s of this is overdue (due date: %(day)s)", sum=part, day=on)


def _today(part: str, on: str) -> str:
    if not part:
        return _("by today, %(day)s", day=on)
    return _("%(sum)s of this by today, %(day)s", sum=part, day=on)


def _tomorrow(part: str, on: str) -> str:
    if not part:
        return _("by %(day)s, due tomorrow", day=on)
    return _("%(sum)s of this by %(day)s, due tomorrow", sum=part, day=on)


def covered(asked: Asked) -> list[str]:
    """A sentence for each reason why part of the outstanding amount need not be paid."""
    found = [_paid_online(asked)] if asked.waiting_grosze else []
    if asked.credited_grosze and asked.credited_grosze == asked.open_grosze:
        found.append(_("Your credit covers this. There is nothing to pay."))
    elif asked.credited_grosze:
        found.append(_("Your credit covers %(sum)s of this.", sum=zloty(asked.credited_grosze)))
    if asked.lost_on and asked.left_grosze:
        found.append(lost(asked.lost_grosze, asked.lost_on))
    return found


def _paid_online(asked: Asked) -> str:
    told = {"sum": zloty(asked.waiting_grosze)}
    if asked.paid_on is None:
        return _("%(sum)s has been paid online and is waiting to be booked.", **told)
    told["day"] = day(asked.paid_on)
    if asked.left_grosze:
        return _("%(sum)s was paid online on %(day)s and is waiting to be booked.", **told)
    return _(
        "%(sum)s was paid online on %(day)s and is waiting to be booked. You do not "
        "need to do anything.",
        **told,
    )


def lost(grosze: int, on: date) -> str:
    """Says that a payment online never arrived."""
    return _(
        "%(sum)s was paid online on %(day)s, but the money has not reached us. Please "
        "check with your bank, or call the office.",
        sum=zloty(grosze),
        day=day(on),
    )


def late_since(due_on: date) -> date:
    """The first overdue day: the one after the due date."""
    return due_on + timedelta(days=1)


def differences(invoice: Invoice) -> list[str]:
    """A sentence for each reason why the amount to pay is not that on the invoice."""
    asked, gross = payable(invoice), invoice.gross_grosze
    if asked == gross:
        return since(invoice)
    reckoned = _(
        "The invoice is for %(gross)s and asks for %(asked)s: earlier payments or "
        "debts are taken into account.",
        gross=zloty(gross),
        asked=zloty(asked),
    )
    return [reckoned, *since(invoice)]


def since(invoice: Invoice) -> list[str]:
    """A sentence for each change of the amount since the invoice was issued."""
    asked, left = payable(invoice), invoice.outstanding_grosze
    found: list[str] = []
    if 0 < left < asked:
        paid = {"paid": zloty(asked - left), "asked": zloty(asked)}
        found.append(_("%(paid)s of %(asked)s has already been paid or deducted.", **paid))
    if left > asked and left > 0:
        more = zloty(left - asked)
        found.append(_("%(more)s was added: a correction or a reversed payment.", more=more))
    return found
