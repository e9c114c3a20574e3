"""*Zapłać*: the data of a bank transfer to the utility, and its QR code.

The QR follows the Polish Bank Association's recommendation on 2D codes for payments (2013).
"""

import base64
import io
from dataclasses import dataclass, replace
from datetime import date

import segno

from ebok.customers.models import Customer
from ebok.database import all_rows, placeholders
from ebok.invoices.models import Invoice
from ebok.payments.operations_balance import Balance
from ebok.settings import Settings, Utility
from ebok.values import nrb

MOST_IN_QR_GROSZE = 999_999
"""Six digits: above 9 999,99 zł banking apps read the field differently."""
LONGEST_PAYEE, LONGEST_TITLE, LONGEST_QR = 20, 32, 160
PIXELS_OF_A_MODULE = 12
"""In the PNG: its sides are from 400 to 700 pixels."""
LONGEST_TYPED = 140
"""Most characters of a transfer's title: four lines of 35."""


@dataclass(frozen=True)
class Transfer:
    """The data of a transfer. `why_no_qr` is a code if `qr_text` is None.

    `qr_title`: the title, shortened for the QR. `ksef_number`: required in the title by law.
    `wants_collective`: the law requires a collective number, which KSeF issues for several invoices
    (`numbers`). `left_grosze`: all that is left to pay, if `amount_grosze` is only an instalment.
    """

    bank_account: str
    is_own_account: bool
    is_shared_account: bool
    amount_grosze: int
    title: str
    payee: str
    qr_title: str
    qr_text: str | None
    why_no_qr: str | None
    left_grosze: int
    ksef_number: str = ""
    wants_collective: bool = False
    numbers: tuple[str, ...] = ()


def of_invoice(
    invoice: Invoice, balance: Balance, customer: Customer, settings: Settings
) -> Transfer:
    """A transfer for what is left of this invoice, or for its next instalment."""
    account = account_for(customer, settings.utility, invoice.bank_account)
    asked = balance.of(invoice.number)
    titles = (title_of(invoice.number, customer.code),) * 2
    sums = asked.now_grosze(balance.today), asked.left_grosze
    paying = _transfer(account, sums, titles, customer, settings.utility)
    number = ksef_number_in_title(invoice.ksef_number, customer, balance.today, settings)
    return replace(paying, ksef_number=number)


def of_several(
    invoices: list[Invoice], balance: Balance, customer: Customer, settings: Settings
) -> Transfer:
    """One transfer for what is left of these invoices."""
    printed = {invoice.bank_account for invoice in invoices}
    account = account_for(customer, settings.utility, printed.pop() if len(printed) == 1 else "")
    numbers = [invoice.number for invoice in invoices]
    titles = (
        title_of_several(numbers, customer.code, LONGEST_TYPED),
        title_of_several(numbers, customer.code, LONGEST_TITLE),
    )
    left = sum(balance.of(number).left_grosze for number in numbers)
    paying = _transfer(account, (left, left), titles, customer, settings.utility)
    are_in_ksef = any(
        ksef_number_in_title(each.ksef_number, customer, balance.today, settings)
        for each in invoices
    )
    return replace(paying, wants_collective=are_in_ksef, numbers=tuple(numbers))


def of_balance(balance: Balance, customer: Customer, settings: Settings) -> Transfer:
    """A transfer for everything that is left to pay."""
    account = account_for(customer, settings.utility)
    # In Polish in any language of the interface: bank and office read it.
    titles = (f"Kod klienta {customer.code}, saldo",) * 2
    return _transfer(account, (balance.left_grosze,) * 2, titles, customer, settings.utility)


def ksef_number_in_title(
    ksef_number: str, customer: Customer, day: date, settings: Settings
) -> str:
    """The KSeF number that must be in a transfer's title, else "".

    Art. 108g of the VAT act requires it of active VAT payers from 2027, recognised by their NIP.
    """
    return ksef_number if customer.nip and day >= settings.ksef_number_in_title_from else ""


def account_for(customer: Customer, utility: Utility, printed: str = "") -> str:
    """The account to pay to: the one on the invoice, else the customer's, else the utility's.

    The first two are used only with valid check digits, bank and mask, and if no other customer has
    them; otherwise the money might be booked for somebody else.
    """
    return accounts_for([(customer, printed)], utility)[0]


def accounts_for(payers: list[tuple[Customer, str]], utility: Utility) -> list[str]:
    """`account_for` for many (customer, printed account) pairs, with one query."""
    main = nrb.bare(utility.bank_account)
    shown = [_shown(customer, printed, main, utility) for customer, printed in payers]
    holders = _holders({account for accounts in shown for account in accounts} - {main})
    return [
        next((a for a in accounts if a == main or holders.get(a, {code}) == {code}), main)
        for accounts, code in zip(shown, (customer.code for customer, _ in payers), strict=True)
    ]


def _shown(customer: Customer, printed: str, main: str, utility: Utility) -> list[str]:
    """Accounts that may be shown, best first, unless another customer has them."""
    given = map(nrb.bare, filter(None, (printed, customer.bank_account)))
    return [account for account in given if account == main or _is_ours(account, utility)]


def _is_ours(account: str, utility: Utility) -> bool:
    return nrb.is_right(account) and nrb.has_mask(account, utility.account_mask)


def _holders(accounts: set[str]) -> dict[str, set[str]]:
    """Customers with these accounts; at most two for each, which is enough to know it is shared."""
    if not accounts:
        return {}
    # In SQL: the mails of a town's notifications need it.
    held = all_rows(
        "SELECT bank_account, MIN(code), MAX(code) FROM customer"
        f" WHERE bank_account IN ({placeholders(accounts)}) GROUP BY bank_account",
        *accounts,
    )
    return {account: {first, last} for account, first, last in held}


def title_of(number: str, customer_code: str) -> str:
    """The transfer's title; if it is long, the customer code comes first, as banks cut the end."""
    title = f"{number}, {customer_code}"
    return title if len(title) <= LONGEST_TITLE else f"{customer_code}, {number}"


def title_of_several(numbers: list[str], customer_code: str, longest: int) -> str:
    """The title of a transfer for several invoices, with as many whole numbers as fit."""
    if len(numbers) == 1:
        return title_of(numbers[0], customer_code)
    whole = ", ".join([customer_code, *numbers])
    if len(whole) <= longest:
        return whole
    for count in range(len(numbers) - 1, 0, -1):
        title = ", ".join([customer_code, *numbers[:count]]) + " i inne"
        if len(title) <= longest:
            return title
    return f"{customer_code}, faktury: {len(numbers)}"


def _transfer(
    account: str,
    sums: tuple[int, ...],
    titles: tuple[str, ...],
    customer: Customer,
    utility: Utility,
) -> Transfer:
    (grosze, left), (title, qr_title) = sums, titles
    payee = f"{utility.company_name}, {utility.address}, {utility.postal_code} {utility.city}"
    why = _why_no_qr(account, grosze, utility.nip)
    text = None if why else qr_text(utility.nip, account, grosze, utility.company_name, qr_title)
    is_shared = account == nrb.bare(utility.bank_account)
    is_own = not is_shared and account == nrb.bare(customer.bank_account)
    shown = _cut(qr_title, LONGEST_TITLE)
    return Transfer(
        account, is_own, is_shared, max(grosze, 0), title, payee, shown, text, why, left
    )


def _why_no_qr(account: str, grosze: int, nip: str) -> str | None:
    if grosze <= 0:
        return "nothing-to-pay"
    if grosze > MOST_IN_QR_GROSZE:
        return "too-much"
    return None if account and nip else "no-account"


def qr_text(nip: str, account: str, grosze: int, payee: str, title: str) -> str:
    """Content of the QR code: eight separators, at most 160 characters (not bytes).

    Two fields are left empty, as the recommendation says; separators in names are removed.
    """
    fields = (nip, "PL", account, f"{grosze:06}", _cut(payee, LONGEST_PAYEE))
    text = "|".join((*fields, _cut(title, LONGEST_TITLE), "", "", ""))
    if len(text) > LONGEST_QR:
        raise ValueError("a transfer does not fit into its QR code")
    return text


def _cut(text: str, longest: int) -> str:
    return " ".join(text.replace("|", "").split())[:longest].rstrip()


def qr_svg(text: str) -> str:
    """The QR as SVG, dark on white also at night."""
    drawn = io.BytesIO()
    _code(text).save(drawn, kind="svg", omitsize=True, border=4, light="#fff", svgclass=None)
    return drawn.getvalue().decode()


def qr_png(text: str) -> bytes:
    """The same as PNG, for a phone's photo gallery, which takes no SVG."""
    drawn = io.BytesIO()
    _code(text).save(drawn, kind="png", border=4, scale=PIXELS_OF_A_MODULE)
    return drawn.getvalue()


def _code(text: str) -> segno.QRCode:
    """Level L, as the recommendation asks for."""
    return segno.make(text, error="l", boost_error=False, micro=False, encoding="utf-8")


def qr_image(text: str) -> str:
    """The same as a data: URL, for paper."""
    return f"data:image/svg+xml;base64,{base64.b64encode(qr_svg(text).encode()).decode()}"
