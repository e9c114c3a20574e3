"""What an applicant typed beside the invoice that they most likely meant, by the wizard's rules."""

import json
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

from ebok.customers.models import Customer
from ebok.errors import NotFound
from ebok.invoices.models import Invoice
from ebok.invoices.operations import billed_nip, has_amount, has_buyer, has_number
from ebok.registration.models import Review
from ebok.values import money

KIND, BUYER, NIP, NUMBER, AMOUNT = "kind", "buyer", "nip", "number", "amount"
SAME, FORGIVEN, SWAPPED, ONE_OFF, ALPHABET, OTHER, MISSING = (
    "same",
    "forgiven",
    "swapped",
    "one-off",
    "alphabet",
    "other",
    "missing",
)
"""What a comparison finds. FORGIVEN is spelt in another way, which the wizard takes as well."""
FITS = (SAME, FORGIVEN)
LOOKED_THROUGH = 60
"""How many of the customer's newest invoices may be the one that was meant."""
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Line:
    """One field: what was typed, what is billed, and what the comparison finds."""

    name: str
    typed: str
    billed: str
    finding: str

    @property
    def fits(self) -> bool:
        """Whether the wizard would take it."""
        return self.finding in FITS


@dataclass(frozen=True)
class Comparison:
    """A request beside the mirror. `is_newest`: the invoice is one of those that count as a proof.

    `customer` is None where billing does not know the code, `invoice` where it has no invoice.
    """

    review: Review
    customer: Customer | None
    invoice: Invoice | None
    is_newest: bool
    lines: list[Line]

    @property
    def differing(self) -> list[Line]:
        """The lines that the wizard did not take."""
        return [line for line in self.lines if not line.fits]


def get_review(review_id: str) -> Review:
    """The request with this number, as it stands in an address. Raises NotFound."""
    number = int(review_id) if review_id.isascii() and review_id.isdigit() else 0
    found = Review.get_or_none(Review.id == number) if 0 < number <= LARGEST_ID else None
    if found is None:
        raise NotFound()
    return found


def compare(review: Review) -> Comparison:
    """Compare a request with the invoice that was most likely meant."""
    customer = Customer.get_or_none(Customer.code == review.customer_code)
    if customer is None:
        return Comparison(review, None, None, False, [])
    proving = Invoice.newest_three(customer.code)
    invoice = _meant(review, customer, proving)
    is_newest = invoice is not None and invoice.number in {each.number for each in proving}
    return Comparison(review, customer, invoice, is_newest, _lines(review, customer, invoice))


def _meant(review: Review, customer: Customer, proving: list[Invoice]) -> Invoice | None:
    """The invoice with the typed number, else the typed amount, else the likest number."""
    older = Invoice.newest_proving(customer.code, LOOKED_THROUGH)
    for invoice in [*proving, *older]:
        if has_number(invoice, review.number):
            return invoice
    for invoice in proving:
        if review.amount_grosze and has_amount(invoice, review.amount_grosze):
            return invoice
    return max(proving, key=lambda each: _likeness(review.number, each.number), default=None)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _lines(review: Review, customer: Customer, invoice: Invoice | None) -> list[Line]:
    unread: dict[str, str] = json.loads(review.unread) if review.unread else {}
    billed, nip = billed_nip(customer), unread.get(NIP) or review.nip
    is_company = bool(billed) == (review.kind == "company") or not billed
    found = [Line(KIND, review.kind, "company" if billed else "", SAME if is_company else OTHER)]
    if nip or billed:
        units = {billed, invoice.buyer_nip if invoice else ""} - {""}
        fits = review.nip in units or not billed
        found.append(_line(NIP, nip, billed, fits))
    if invoice:
        found += _of_invoice(review, invoice, unread)
    return found


def _of_invoice(review: Review, invoice: Invoice, unread: dict[str, str]) -> list[Line]:
    number = unread.get(NUMBER) or review.number
    typed_sum = unread.get(AMOUNT) or money.number(review.amount_grosze)
    name = invoice.recipient_name if _is_liker(review.buyer, invoice) else invoice.buyer_name
    own = invoice.ksef_number if len(number) > 30 and invoice.ksef_number else invoice.number
    is_sum = AMOUNT not in unread and has_amount(invoice, review.amount_grosze)
    return [
        _line(BUYER, review.buyer, name, has_buyer(invoice, review.buyer)),
        _line(NUMBER, number, own, has_number(invoice, review.number)),
        _line(AMOUNT, typed_sum, money.number(invoice.gross_grosze), is_sum),
    ]


def _is_liker(typed: str, invoice: Invoice) -> bool:
    """Whether what was typed is liker the recipient than the buyer."""
    recipient = _likeness(typed, invoice.recipient_name)
    return recipient > _likeness(typed, invoice.buyer_name)


def _line(name: str, typed: str, billed: str, fits: bool) -> Line:
    if fits:
        return Line(name, typed, billed, SAME if typed == billed else FORGIVEN)
    return Line(name, typed, billed, _difference(typed, billed))


def _difference(typed: str, billed: str) -> str:
    """What differs, for a clerk who talks about it: an error of one key, or another thing."""
    if not typed:
        return MISSING
    if _alphabets(typed) != _alphabets(billed):
        return ALPHABET
    blocks = SequenceMatcher(None, typed, billed, autojunk=False).get_opcodes()
    changed = [each for each in blocks if each[0] != "equal"]
    if sorted(typed) == sorted(billed) and _swapped(typed, billed):
        return SWAPPED
    letters = sum(max(i2 - i1, j2 - j1) for _kind, i1, i2, j1, j2 in changed)
    return ONE_OFF if letters == 1 else OTHER


def _swapped(typed: str, billed: str) -> bool:
    """Whether two neighbours stand in each other's place, and nothing else differs."""
    pairs = enumerate(zip(typed, billed, strict=True))
    at = [place for place, (one, other) in pairs if one != other]
    return len(at) == 2 and at[1] == at[0] + 1


def _alphabets(text: str) -> set[str]:
    letters = filter(str.isalpha, text)
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}
    return names & {"LATIN", "CYRILLIC", "GREEK"}


def spell(typed: str, billed: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both texts in pieces (text, differs), so that what differs can be marked letter by letter."""
    steps = SequenceMatcher(None, typed, billed, autojunk=False).get_opcodes()
    left = [(typed[i1:i2], kind != "equal") for kind, i1, i2, _, _ in steps if i1 < i2]
    right = [(billed[j1:j2], kind != "equal") for kind, _, _, j1, j2 in steps if j1 < j2]
    return left, right
