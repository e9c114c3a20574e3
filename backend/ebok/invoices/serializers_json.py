"""The JSON of the list and of one invoice, field by field."""

from typing import Annotated, TypedDict

from ebok.invoices.models import CALL
from ebok.invoices.operations_states import STATES
from ebok.invoices.operations_why import KINDS as CAUSES
from ebok.invoices.serializers_ksef import InvoiceSectionJson
from ebok.invoices.serializers_meters import InvoiceMeterJson
from ebok.invoices.texts_lines import LineInWords
from ebok.invoices.texts_totals import InvoiceTotalJson
from ebok.values.days import Day, ShownDay, ShownInstant
from ebok.values.money import Money

InvoiceName = Annotated[str, "pattern: ^[0-9a-f]{32}$"]
"""Random; names the invoice in addresses."""

InvoiceKind = Annotated[str, f"enum: [invoice, correction, note, {CALL}]"]

InvoiceState = Annotated[str, f"enum: {[*STATES]}"]
"""Today: `due`, `overdue`, `waiting` (paid online and not booked yet), `covered` (by the
customer's credit), `paid`, `credit` (in the customer's favour), or `settled`: a correction
with nothing left on it, or an old invoice (JPK_FA), which says nothing of payments.
`call`: a payment demand."""

ShownPeriod = TypedDict("ShownPeriod", {"from": Day, "to": Day, "name": str, "text": str})
"""From a day to a day, both included; `name` is październik 2026 where it is a month."""


class PointOfUseJson(TypedDict):
    """Where water is used."""

    code: str
    street: str
    """Empty where billing does not know it."""
    postal_code: str
    city: str


class InvoiceItemJson(TypedDict):
    """An invoice as the list has it."""

    id: InvoiceName
    number: str
    kind: InvoiceKind
    period: ShownPeriod | None
    """Null where billing knows no period."""
    state: InvoiceState
    issued: ShownDay
    due: ShownDay | None
    gross: Money
    outstanding: Money
    """What billing leaves to pay of it."""
    left: Money
    """What the customer is still asked for; not what credit covers, or waits to be booked."""
    paid_online: ShownDay | None
    """The day of a payment online that waits to be booked; null without one."""


class InvoiceListJson(TypedDict):
    """A page of the list, with what there is to filter by."""

    as_of: ShownInstant | None
    """How fresh billing's figures are (*stan na*); null before the first import."""
    total: int | None
    """How many there are on all pages; told on the first one only."""
    items: list[InvoiceItemJson]
    next: str | None
    """The cursor of the page after; null on the last."""
    years: list[int]
    """Every year from the newest invoice's to the oldest's."""
    points: list[PointOfUseJson]
    """The customer's points of use."""


class NewestInvoiceJson(InvoiceItemJson):
    """An invoice as *Start* tells of it."""

    told: list[str]
    """Why it differs from the one before, in the reader's language."""


class InstalmentJson(TypedDict):
    """A day by which a part of an invoice is to be paid."""

    due: ShownDay | None
    open: Money
    """What billing leaves to pay of it."""
    left: Money
    """What the customer is still asked for; not what credit covers, or waits to be booked."""
    state: Annotated[str, "enum: [due, overdue, waiting, covered]"]


class CorrectedInvoiceJson(TypedDict):
    """An invoice that a correction names."""

    number: str
    id: InvoiceName | None
    """Null where that invoice is not here."""


class InvoiceVersionJson(TypedDict):
    """An invoice, or a correction of it, among all of them."""

    number: str
    id: InvoiceName
    issued: ShownDay
    reason: str | None
    gross: Money
    change: Money
    """The same with its sign."""
    after: Money | None
    """What the invoice came to then; null where a correction of several invoices does not say
    how much is whose."""
    is_this: bool


class CorrectionJson(TypedDict):
    """A later correction of an invoice."""

    number: str
    id: InvoiceName
    issued: ShownDay
    gross: Money


class InvoiceLineJson(LineInWords):
    """What the document leaves out is null, or empty."""

    name: str
    unit: str
    quantity_millionths: int | None
    unit_net_microgrosze: int | None
    """Millionths of a grosz."""
    net: Money | None
    gross: Money | None
    vat_rate: str
    rate: str
    """The same in words, in the reader's language."""
    before_correction: bool
    """How the line stood before (StanPrzed)."""
    notes: list[str]
    """What the XML says of the line besides, such as a discount or its gross price."""


class VatSumJson(TypedDict):
    """Net and VAT of one rate."""

    vat_rate: str
    """As FA(3) writes it; empty where unknown."""
    rate: str
    """The same in words, in the reader's language."""
    net: Money
    vat: Money


class InvoiceBeforeJson(TypedDict):
    """The comparable invoice before."""

    id: InvoiceName
    number: str
    gross: Money
    name: str
    """What it is called in the reckoning."""


class WhyPartJson(TypedDict):
    """What one cause adds to the amount, or takes from it."""

    kind: Annotated[str, f"enum: {[*CAUSES]}"]
    name: str
    detail: str
    amount: Money
    """Never zero."""


class WhyJson(TypedDict):
    """The difference to the comparable invoice before, by cause; the parts sum to it exactly.
    Where there is no such invoice, `before` is null and `told` says so."""

    before: InvoiceBeforeJson | None
    name: str
    """What this invoice is called in the reckoning."""
    difference: Money | None
    """With its sign; null where `before` is."""
    emphasis: str
    """What of `told` is to be stressed; may be empty."""
    told: Annotated[list[str], "minItems: 1"]
    """Whole sentences."""
    parts: list[WhyPartJson]
    unchanged: str
    """What made no difference, in words; may be empty."""


class InvoiceWordsJson(TypedDict):
    """What the document itself says."""

    as_of: ShownInstant | None
    """How fresh billing's figures are (*stan na*)."""
    ksef_number: str | None
    ksef_kind: str | None
    """RodzajFaktury of FA(3)."""
    buyer_name: str
    net: Money
    vat: Money
    payable: Money


class InvoiceOwingJson(TypedDict):
    """What of an invoice is to be paid, and when."""

    sum: Money | None
    """What is left to pay, else what it is for: the one sum to be shown. Null of a demand."""
    owed: str
    """What stands under that sum: until when it is to be paid, or why it need not be."""
    differences: list[str]
    instalments: list[InstalmentJson]
    """What is left of it by day, where it is to be paid in parts; else empty."""
    is_divided: bool
    """The document names days without sums; it is divided equally."""
    due_terms: str | None
    """A term in words; it makes nothing overdue."""


class InvoiceCorrectionsJson(TypedDict):
    """What an invoice corrects, and what corrects it."""

    corrects: CorrectedInvoiceJson | None
    """What this document corrects."""
    corrects_all: list[CorrectedInvoiceJson]
    """All that this document corrects; a correction may correct several invoices."""
    correction_reason: str | None
    """As the document gives it (PrzyczynaKorekty)."""
    versions: list[InvoiceVersionJson]
    """The first invoice and every correction of it, corrections of corrections too; empty where
    there is none."""
    was_and_is: str
    """The first amount and the last one in a sentence; may be empty."""
    corrected_by: list[CorrectionJson]
    """All later corrections of this document, also those of its corrections."""


class WholeInvoiceJson(InvoiceItemJson, InvoiceWordsJson, InvoiceOwingJson, InvoiceCorrectionsJson):
    """One invoice, but for the evidence of its delivery."""

    lines: list[InvoiceLineJson]
    vat_sums: list[VatSumJson]
    """By rate, as the document states it, else from its lines; adds up to its VAT."""
    total: InvoiceTotalJson
    point: PointOfUseJson | None
    meters: list[InvoiceMeterJson]
    """The point's meters in the period, with the readings that bound it."""
    has_xml: bool
    """Whether its structured XML is here."""
    ksef_link: str | None
    """Where KSeF says whether it has this file; null without a number of KSeF 2."""
    visualisation: list[InvoiceSectionJson] | None
    """What the XML itself says, in sections; null where there is none that can be read. The
    lines and the sums of VAT are those of the XML, too."""
    why: WhyJson | None
    """*Czemu tyle?*; null for corrections, notes and advances."""


class InvoiceJson(WholeInvoiceJson):
    """On a correction they are differences. `payable` is what the document asks for,
    `outstanding` what of it is left; `owed` says until when, and `differences` why the
    three amounts are not the same."""

    delivery: list[str]
    """The evidence of its delivery in sentences; none where no mail told of it."""
