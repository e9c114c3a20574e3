"""What is left to pay of a document on the day it is printed, as on its page."""

from typing import Any

from flask_babel import force_locale, gettext as _

from ebok.invoices import texts_owing as owing
from ebok.invoices.models import CALL, Instalment, Invoice
from ebok.invoices.operations_dues import Asked
from ebok.invoices.operations_states import payable
from ebok.payments import operations_balance as balance, operations_transfer as transfer
from ebok.pdf.templates import day
from ebok.settings import Settings
from ebok.values import money


def owed(invoice: Invoice, settings: Settings) -> dict[str, Any]:
    """What is left to pay, by when, why it differs from the document, and how to pay."""
    owed = balance.asked_of(invoice.customer_code)
    asked = owed.of(invoice.number)
    days = list(invoice.instalments.order_by(Instalment.due_on))
    left, first = left_of(invoice, asked), asked.first()
    number = transfer.ksef_number_in_title(
        invoice.ksef_number, invoice.customer, owed.today, settings
    )
    paying = transfer.of_invoice(invoice, owed, invoice.customer, settings)
    code = paying.qr_text if left > 0 and invoice.kind != CALL else None
    with force_locale("pl"):
        return {
            "transfer_qr": transfer.qr_image(code) if code else "",
            "transfer_grosze": paying.amount_grosze,
            "transfer_account": paying.bank_account,
            "is_call": invoice.kind == CALL,
            "left_grosze": left,
            "head_grosze": payable(invoice) if invoice.is_from_jpk else left,
            "head_word": _word(invoice, left),
            "first_grosze": first.left_grosze if first else left,
            "first_on": first.due_on if first else invoice.due_on,
            "instalments": days if len(days) > 1 else [],
            "due_terms": invoice.due_terms,
            "title_ksef_number": number,
            "today": owed.today,
            "today_told": [*owing.since(invoice), *owing.covered(asked)],
        }


def left_of(invoice: Invoice, asked: Asked) -> int:
    """What is left to pay in grosze; negative if it is in the customer's favour.

    A payment demand shows its own amount, which the balance counts in other documents. JPK_FA has
    no amount to pay.
    """
    if invoice.kind == CALL:
        return payable(invoice)
    if invoice.is_from_jpk:
        return 0
    return asked.left_grosze if invoice.outstanding_grosze > 0 else invoice.outstanding_grosze


def _word(invoice: Invoice, grosze: int) -> str:
    if invoice.is_from_jpk:
        return "Kwota brutto"
    return "Kwota wezwania" if invoice.kind == CALL else word(grosze)


def word(grosze: int) -> str:
    """The label of the sum at the head of an invoice."""
    if grosze < 0:
        return "Do zwrotu lub zaliczenia"
    return "Do zapłaty" if grosze else "Nic do zapłaty"


def short(owed: dict[str, Any], account: str, lang: str) -> str:
    """What the document asks for, for readers of another language."""
    if lang == "pl":
        return ""
    grosze, due_on = owed["first_grosze"], owed["first_on"]
    with force_locale(lang):
        if owed["is_call"]:
            return owing.called(grosze)
        if grosze <= 0:
            return _("In short: this document does not ask for payment. By law it is in Polish.")
        told = {"sum": money.zloty(grosze), "day": day(due_on), "account": account}
        if due_on is None:
            return _(
                "In short: please pay %(sum)s to the account %(account)s. By law this "
                "document is in Polish.",
                **told,
            )
        return _(
            "In short: please pay %(sum)s by %(day)s to the account %(account)s. By "
            "law this document is in Polish.",
            **told,
        )
