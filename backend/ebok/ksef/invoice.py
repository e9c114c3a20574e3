"""What e-BOK keeps of an FA(3) invoice. Money is whole grosze; nothing here can be changed."""

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
"""RodzajFaktury, and which kind of document the ledger knows it as."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice or of the order behind an advance. What is not stated is None.

    `position` counts from 1 in the order of the file; `number` is the line's own, which on
    corrections comes twice. `before_correction` is StanPrzed: the amounts of such a line are what
    was, those of the others what is, or what differs where no line is marked. `vat_rate` is as
    FA(3) writes it: 23, zw, np I; of another country's VAT alone `OSS 21`. `codes` are what else
    it says (PKWiU, GTU, excise …): FA(3)'s names, and values as written.
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
    """Net and VAT of one rate, as the invoice states them (P_13, P_14).

    `vat_in_zloty_grosze` is P_14_nW, where it is stated.
    """

    vat_rate: str
    net_grosze: int
    vat_grosze: int
    vat_in_zloty_grosze: int | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """An invoice that a correction corrects. `ksef_number` is empty when it is not in KSeF."""

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
    """What is added to the gross, or, negative, taken from it, before it is paid; and why."""

    amount_grosze: int
    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the price that was paid before the invoice was issued; how, where it is told."""

    amount_grosze: int
    paid_on: date
    means: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is to be paid. `payable_grosze` is None when it is the gross.

    `stated_grosze` is DoZaplaty, None where the file has none: what it says counts before all else.
    `overpaid_grosze` is DoRozliczenia: what the seller owes the buyer.
    """

    charges: tuple[Charge, ...] = ()
    payable_grosze: int | None = None
    overpaid_grosze: int = 0
    stated_grosze: int | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """Until when to pay: a day, words (TerminOpis), or a day that words explain."""

    due_on: date | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Bank:
    """An account to pay to, and what the invoice says of it."""

    number: str
    swift: str = ""
    own: str = ""
    name: str = ""
    note: str = ""
    is_factors: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """How and until when to pay. `accounts` are 26 bare digits, or a foreign IBAN; `banks` are the
    same with all that is said of them. `paid_in_parts` is 1 for a part of it, 2 for all of it.
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
    """The order behind an advance invoice, with VAT in its value."""

    value_grosze: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class FaInvoice:
    """One FA(3) invoice, whole. `kind` is the ledger's, `ksef_kind` RodzajFaktury.

    `gross_grosze` is P_15. `rounding_grosze` is what it has beyond net and VAT: official samples
    have a grosz. `is_vat_counted` tells that the file states no sums of VAT (a simplified
    invoice), so that ours are counted from its lines. `warnings` are for the clerk.
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
    is_vat_counted: bool = False
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
        """The number of the first corrected invoice, as KSeF knows it; empty when none is."""
        return self.corrected[0].number if self.corrected else ""

    @property
    def rounding_grosze(self) -> int:
        """What the gross has beyond net and VAT."""
        return self.gross_grosze - self.net_grosze - self.vat_grosze

    @property
    def payable_grosze(self) -> int | None:
        """What the document asks for, where that is not the gross."""
        payable = self.settlement.payable_grosze
        return None if payable == self.gross_grosze else payable

    @property
    def due_on(self) -> date | None:
        """The earliest day by which something is to be paid."""
        return min(self.payment.due_days, default=None)

    @property
    def bank_account(self) -> str:
        """The account to pay to: the factor's where there is one, for the debt is theirs."""
        return next(iter((*self.payment.factor_accounts, *self.payment.accounts)), "")

    @property
    def outstanding_grosze(self) -> int:
        """What was left to pay when the invoice was issued."""
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
        """An advance invoice and its correction tell of money that came, unless with a due day."""
        return self.ksef_kind in ("ZAL", "KOR_ZAL") and not self.payment.due_days

    @property
    def _advances_grosze(self) -> int:
        """What came before the delivery (P_15Z): it is part of P_15 and not left to pay."""
        parts = self.advance_parts if self.ksef_kind in ("ZAL", "ROZ") else ()
        return sum(part.amount_grosze for part in parts)

    @property
    def instalments(self) -> tuple[date, ...]:
        """The due days where there are several; FA(3) names no sums for them."""
        days = sorted(set(self.payment.due_days))
        return tuple(days[1:] and days)
