"""An FA(3) invoice as immutable data. Money is in grosze."""

from dataclasses import dataclass
from datetime import date

from ebok.ksef.errors import Fault
from ebok.ksef.notes import Block, MeterReading, Note
from ebok.ksef.people import Party
from ebok.ksef.sale import Conditions

KINDS = {
    "VAT": "invoice",
    "ZAL": "invoice",
    "ROZ": "invoice",
    "UPR": "invoice",
    "KOR": "correction",
    "KOR_ZAL": "correction",
    "KOR_ROZ": "correction",
}
"""Our kind of document by RodzajFaktury."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice, or of the order behind an advance. Missing values are None.

    `position` counts from 1 in the order of the file; `number` is the line's own, which corrections
    have twice. `before_correction` is StanPrzed: such a line has the former amounts, the others
    have the new ones, or the differences if no line is marked. `vat_rate` is as in FA(3): 23, zw,
    np I; `OSS 21` for another country's VAT. `codes` are further attributes (PKWiU, GTU, excise …)
    with FA(3)'s names, as written.
    """

    position: int
    number: int
    name: str = ""
    unit: str = ""
    quantity_millionths: int | None = None
    unit_net_microgrosze: int | None = None
    unit_gross_microgrosze: int | None = None
    discount_microgrosze: int | None = None
    net_grosze: int | None = None
    gross_grosze: int | None = None
    vat_grosze: int | None = None
    vat_rate: str = ""
    rate_abroad: str = ""
    sold_on: date | None = None
    before_correction: bool = False
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class VatSum:
    """Net and VAT of one rate as stated (P_13, P_14).

    `vat_in_zloty_grosze` is P_14_nW, if stated.
    """

    vat_rate: str
    net_grosze: int
    vat_grosze: int
    vat_in_zloty_grosze: int | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """An invoice that a correction corrects. `ksef_number` is "" if it is not in KSeF."""

    number: str
    issued_on: date
    ksef_number: str = ""


@dataclass(frozen=True, slots=True)
class Advance:
    """An advance invoice that a final one settles, by its number or its KSeF number."""

    number: str = ""
    ksef_number: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount added to the gross before payment, or deducted if negative; and why."""

    amount_grosze: int
    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the price paid before the invoice was issued; `means` is how, if stated."""

    amount_grosze: int
    paid_on: date
    means: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The amount to pay. `payable_grosze` is None if it is the gross.

    `stated_grosze` is DoZaplaty or None: it wins over all else. `overpaid_grosze` is DoRozliczenia:
    what the seller owes the buyer.
    """

    charges: tuple[Charge, ...] = ()
    payable_grosze: int | None = None
    overpaid_grosze: int = 0
    stated_grosze: int | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """When to pay: a day, words (TerminOpis), or both."""

    due_on: date | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Bank:
    """An account to pay to, with its description."""

    number: str
    swift: str = ""
    own: str = ""
    name: str = ""
    note: str = ""
    is_factors: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """How and when to pay.

    `accounts` are 26 digits, or a foreign IBAN; `banks` are the same with descriptions.
    `paid_in_parts` is 1 if paid in part, 2 if paid completely in parts.
    """

    is_paid: bool = False
    paid_on: date | None = None
    parts: tuple[Part, ...] = ()
    due_days: tuple[date, ...] = ()
    due_terms: tuple[str, ...] = ()
    means: str = ""
    accounts: tuple[str, ...] = ()
    factor_accounts: tuple[str, ...] = ()
    discount: str = ""
    link: str = ""
    link_id: str = ""
    paid_in_parts: int = 0
    terms: tuple[Term, ...] = ()
    banks: tuple[Bank, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """The order behind an advance invoice; its value includes VAT."""

    value_grosze: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class FaInvoice:
    """An FA(3) invoice. `kind` is our kind, `ksef_kind` RodzajFaktury.

    `gross_grosze` is P_15. `rounding_grosze` is what it has beyond net and VAT: a grosz in official
    samples. `is_vat_calculated`: the file states no VAT sums (a simplified invoice), so they are
    calculated from its lines. `warnings` are for the clerk.
    """

    number: str
    kind: str
    ksef_kind: str
    issued_on: date
    made: str
    seller: Party
    buyer: Party
    net_grosze: int
    vat_grosze: int
    gross_grosze: int
    vat_sums: tuple[VatSum, ...]
    lines: tuple[Line, ...]
    settlement: Settlement
    payment: Payment
    is_vat_calculated: bool = False
    issued_at_place: str = ""
    sold_on: date | None = None
    period_from: date | None = None
    period_to: date | None = None
    others: tuple[Party, ...] = ()
    annotations: tuple[str, ...] = ()
    exemption: str = ""
    corrected: tuple[Corrected, ...] = ()
    correction_reason: str = ""
    correction_effect: str = ""
    corrected_period: str = ""
    right_number: str = ""
    gross_before_grosze: int | None = None
    parties_before: tuple[Party, ...] = ()
    advance_parts: tuple[Part, ...] = ()
    advances: tuple[Advance, ...] = ()
    order: Order | None = None
    notes: tuple[Note, ...] = ()
    readings: tuple[MeterReading, ...] = ()
    footer: tuple[str, ...] = ()
    registers: tuple[tuple[str, str], ...] = ()
    attachment: tuple[Block, ...] = ()
    conditions: Conditions = Conditions()
    delivery_notes: tuple[str, ...] = ()
    exchange_rate: str = ""
    warnings: tuple[Fault, ...] = ()

    @property
    def corrects(self) -> str:
        """The number of the first corrected invoice, or ""."""
        return self.corrected[0].number if self.corrected else ""

    @property
    def rounding_grosze(self) -> int:
        """Gross less net and VAT."""
        return self.gross_grosze - self.net_grosze - self.vat_grosze

    @property
    def payable_grosze(self) -> int | None:
        """The amount to pay if it is not the gross, else None."""
        payable = self.settlement.payable_grosze
        return None if payable == self.gross_grosze else payable

    @property
    def due_on(self) -> date | None:
        """The earliest due day, or None."""
        return min(self.payment.due_days, default=None)

    @property
    def bank_account(self) -> str:
        """The account to pay to; a factor's if there is one, who owns the debt."""
        return next(iter((*self.payment.factor_accounts, *self.payment.accounts)), "")

    @property
    def outstanding_grosze(self) -> int:
        """The amount left to pay when the invoice was issued."""
        if self.payment.is_paid:
            return 0
        paid = sum(part.amount_grosze for part in self.payment.parts)
        if self.settlement.stated_grosze is not None:
            return self.settlement.stated_grosze - paid
        if self._is_receipt:
            return 0
        payable = self.settlement.payable_grosze
        return (self.gross_grosze if payable is None else payable) - paid - self._advances_grosze

    @property
    def _is_receipt(self) -> bool:
        """Advance invoices and their corrections confirm a payment, unless they have a due day."""
        return self.ksef_kind in ("ZAL", "KOR_ZAL") and not self.payment.due_days

    @property
    def _advances_grosze(self) -> int:
        """Paid before delivery (P_15Z): part of P_15, but not left to pay."""
        parts = self.advance_parts if self.ksef_kind in ("ZAL", "ROZ") else ()
        return sum(part.amount_grosze for part in parts)

    @property
    def instalments(self) -> tuple[date, ...]:
        """The due days if there are several; FA(3) has no sums for them."""
        days = sorted(set(self.payment.due_days))
        return tuple(days[1:] and days)
