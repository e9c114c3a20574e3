"""*Zapłać*: what stands in a transfer to the utility, and the bank's QR code for it.

The QR follows the Polish Bank Association's recommendation on 2D codes for payments (2013).
"""

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
"""Six digits. Above 9 999,99 zł the banks' readers disagree about the field."""
LONGEST_PAYEE, LONGEST_TITLE, LONGEST_QR = 20, 32, 160
LONGEST_TYPED = 140
"""Characters of a title that somebody types or pastes: four lines of a bank's form."""


@dataclass(frozen=True)
class Transfer:
    """What is typed into a transfer. `why_no_qr` is a code where `qr_text` is None.

    `qr_title` is what of the title the QR has room for. `ksef_number` is what the law wants in the
    title, too; `wants_collective` that it wants a number which only KSeF gives out, for several
    invoices, whose `numbers` it has. `left_grosze` is all that is asked for, where `amount_grosze`
    is the next part of it.
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
    """How to pay what this invoice still asks for: of an invoice in parts, the next of them."""
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
    """How to pay what these invoices still ask for, with one transfer."""
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
    """How to pay all that is still asked for."""
    account = account_for(customer, settings.utility)
    # The bank and the office read it, so it is Polish whatever the customer reads.
    titles = (f"Kod klienta {customer.code}, saldo",) * 2
    return _transfer(account, (balance.left_grosze,) * 2, titles, customer, settings.utility)


def ksef_number_in_title(
    ksef_number: str, customer: Customer, day: date, settings: Settings
) -> str:
    """The KSeF number that belongs into a transfer's title; "" where none does.

    Art. 108g of the VAT act wants it of active payers of VAT from 2027; we know them by their NIP.
    """
    return ksef_number if customer.nip and day >= settings.ksef_number_in_title_from else ""


def account_for(customer: Customer, utility: Utility, printed: str = "") -> str:
    """The account to pay to: the one on the invoice, else the customer's, else the utility's.

    The first two are shown only if their check digits, bank and mask are right and no other
    customer has them; otherwise the money would be booked for somebody else.
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
    """The accounts that may be shown, the best first, if they are nobody else's."""
    given = map(nrb.bare, filter(None, (printed, customer.bank_account)))
    return [account for account in given if account == main or _is_ours(account, utility)]


def _is_ours(account: str, utility: Utility) -> bool:
    return nrb.is_right(account) and nrb.has_mask(account, utility.account_mask)


def _holders(accounts: set[str]) -> dict[str, set[str]]:
    """Customers with these accounts; at most two for each, which is enough to know it is shared."""
    if not accounts:
        return {}
    # In SQL, as the mails of a town's notifications ask it.
    held = all_rows(
        "SELECT bank_account, MIN(code), MAX(code) FROM customer"
        f" WHERE bank_account IN ({placeholders(accounts)}) GROUP BY bank_account",
        *accounts,
    )
    return {account: {first, last} for account, first, last in held}


def title_of(number: str, customer_code: str) -> str:
    """The transfer's title. Where a bank would cut it, the customer code comes first."""
    title = f"{number}, {customer_code}"
    return title if len(title) <= LONGEST_TITLE else f"{customer_code}, {number}"


def title_of_several(numbers: list[str], customer_code: str, longest: int) -> str:
    """The title of a transfer for several invoices: as many whole numbers as it has room for."""
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
    """The QR as SVG, dark on white also at night; level L, as the recommendation asks for."""
    code = segno.make(text, error="l", boost_error=False, micro=False, encoding="utf-8")
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", omitsize=True, border=4, light="#fff", svgclass=None)
    return drawn.getvalue().decode()
