"""*Zapłać*: what stands in a transfer to the utility, and the bank's QR code for it.

The QR follows the Polish Bank Association's recommendation on 2D codes for payments (2013).
"""

import io
from dataclasses import dataclass

import segno

from ebok import bank
from ebok.customers.models import Customer
from ebok.database import all_rows, marks
from ebok.invoices.models import Invoice
from ebok.payments.balance import Balance
from ebok.settings import Settings, Utility

MOST_IN_QR_GROSZE = 999_999
"""Six digits. Above 9 999,99 zł the banks' readers disagree about the field."""
LONGEST_PAYEE, LONGEST_TITLE, LONGEST_QR = 20, 32, 160


@dataclass(frozen=True)
class Transfer:
    """What is typed into a transfer. `why_no_qr` is a code where `qr_text` is None."""

    bank_account: str
    is_own_account: bool
    is_shared_account: bool
    amount_grosze: int
    title: str
    payee: str
    qr_text: str | None
    why_no_qr: str | None


def of_invoice(invoice: Invoice, customer: Customer, settings: Settings) -> Transfer:
    """How to pay what this invoice leaves to pay: its outstanding sum, never the gross."""
    account = account_for(customer, settings.utility, invoice.bank_account)
    title = title_of(invoice.number, customer.code)
    return _transfer(account, invoice.outstanding_grosze, title, customer, settings.utility)


def of_balance(balance: Balance, customer: Customer, settings: Settings) -> Transfer:
    """How to pay all that is owed."""
    account = account_for(customer, settings.utility)
    # The bank and the office read it, so it is Polish whatever the customer reads.
    title = f"Kod klienta {customer.code}, saldo"
    return _transfer(account, balance.owed_grosze, title, customer, settings.utility)


def account_for(customer: Customer, utility: Utility, printed: str = "") -> str:
    """Where to pay: the account printed on the invoice, else the customer's, else the utility's.

    The first two are shown only if their check digits are right, their bank and mask are the
    utility's, and no other customer has them: else the money would be booked as somebody else's.
    """
    return accounts_for([(customer, printed)], utility)[0]


def accounts_for(payers: list[tuple[Customer, str]], utility: Utility) -> list[str]:
    """`account_for` of many, each a customer and the account printed, with one look for all."""
    main = bank.bare(utility.bank_account)
    shown = [_shown(customer, printed, main, utility) for customer, printed in payers]
    holders = _holders({account for accounts in shown for account in accounts} - {main})
    return [
        next((a for a in accounts if a == main or holders.get(a, {code}) == {code}), main)
        for accounts, code in zip(shown, (customer.code for customer, _ in payers), strict=True)
    ]


def _shown(customer: Customer, printed: str, main: str, utility: Utility) -> list[str]:
    """The accounts that may be shown, the best first, if they are nobody else's."""
    given = map(bank.bare, filter(None, (printed, customer.bank_account)))
    return [account for account in given if account == main or _is_ours(account, utility)]


def _is_ours(account: str, utility: Utility) -> bool:
    return bank.is_right(account) and bank.has_mask(account, utility.account_mask)


def _holders(accounts: set[str]) -> dict[str, set[str]]:
    """Which customers have these accounts: two of them stand for any number."""
    if not accounts:
        return {}
    # In SQL, as the mails of a town's notifications ask it.
    held = all_rows(
        "SELECT bank_account, MIN(code), MAX(code) FROM customer"
        f" WHERE bank_account IN ({marks(accounts)}) GROUP BY bank_account",
        *accounts,
    )
    return {account: {first, last} for account, first, last in held}


def title_of(number: str, customer_code: str) -> str:
    """The transfer's title. Where a bank would cut it, the customer code comes first."""
    title = f"{number}, {customer_code}"
    return title if len(title) <= LONGEST_TITLE else f"{customer_code}, {number}"


def _transfer(
    account: str, grosze: int, title: str, customer: Customer, utility: Utility
) -> Transfer:
    payee = f"{utility.company_name}, {utility.address}, {utility.postal_code} {utility.city}"
    why = _why_no_qr(account, grosze, utility.nip)
    text = None if why else qr_text(utility.nip, account, grosze, utility.company_name, title)
    is_shared = account == bank.bare(utility.bank_account)
    is_own = not is_shared and account == bank.bare(customer.bank_account)
    return Transfer(account, is_own, is_shared, max(grosze, 0), title, payee, text, why)


def _why_no_qr(account: str, grosze: int, nip: str) -> str | None:
    if grosze <= 0:
        return "nothing-to-pay"
    if grosze > MOST_IN_QR_GROSZE:
        return "too-much"
    return None if account and nip else "no-account"


def qr_text(nip: str, account: str, grosze: int, payee: str, title: str) -> str:
    """What the QR says: eight separators, at most 160 characters, cut by characters.

    Two fields are left for the bank and for nobody; a separator in a name would shift all others.
    """
    fields = (nip, "PL", account, f"{grosze:06}", _cut(payee, LONGEST_PAYEE))
    text = "|".join((*fields, _cut(title, LONGEST_TITLE), "", "", ""))
    if len(text) > LONGEST_QR:
        raise ValueError("a transfer does not fit into its QR code")
    return text


def _cut(text: str, longest: int) -> str:
    return " ".join(text.replace("|", "").split())[:longest].rstrip()


def qr_svg(text: str) -> str:
    """The QR as SVG, dark on white also at night; level L, as the recommendation asks for."""
    code = segno.make(text, error="l", boost_error=False, micro=False, encoding="utf-8")
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", omitsize=True, border=4, light="#fff", svgclass=None)
    return drawn.getvalue().decode()
