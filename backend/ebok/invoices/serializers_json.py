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
"""Random; the invoice's id in URLs."""

InvoiceKind = Annotated[str, f"enum: [invoice, correction, note, {CALL}]"]

InvoiceState = Annotated[str, f"enum: {[*STATES]}"]
"""Today: `due`, `overdue`, `waiting` (paid online and not booked yet), `covered` (by the
customer's credit), `paid`, `credit` (in the customer's favour), or `settled`: a correction
with nothing left on it, or an old invoice (JPK_FA), which says nothing of payments.
`call`: a payment demand."""

ShownPeriod = TypedDict("ShownPeriod", {"from": Day, "to": Day, "name": str, "text": str})
"""From a day to a day, both included; `name` is październik 2026 where it is a month."""


class PointOfUseJson(TypedDict):
    """A point of use."""

    code: str
    street: str
    """Empty if unknown."""
    postal_code: str
    city: str


class InvoiceItemJson(TypedDict):
    """An invoice in the list."""

    id: InvoiceName
    number: str
    kind: InvoiceKind
    period: ShownPeriod | None
    """Null if no period is known."""
    state: InvoiceState
    issued: ShownDay
    due: ShownDay | None
    gross: Money
    outstanding: Money
    """Outstanding in billing."""
    left: Money
    """Left to pay: outstanding, less credit and payments online that are not booked yet."""
    paid_online: ShownDay | None
    """The day of a payment online that is not booked yet; null without one."""


class InvoicesOfYearJson(TypedDict):
    """How many invoices of a list were issued in a year."""

    year: int
    count: int


class InvoiceCountsJson(TypedDict):
    """How many invoices match the filters in each state, whichever is asked for."""

    all: int
    due: int
    overdue: int
    paid: int
    credit: int
    correction: int
    call: int


class InvoiceListJson(TypedDict):
    """A page of the list, with the values to filter by."""

    as_of: ShownInstant | None
    """When billing exported these data (*stan na*); null before the first import."""
    total: int | None
    """Number of invoices on all pages; on the first page only."""
    counts: InvoiceCountsJson
    by_year: list[InvoicesOfYearJson]
    """The same for each year with any, newest first; on every page."""
    items: list[InvoiceItemJson]
    next: str | None
    """The cursor of the next page; null on the last one."""
    years: list[int]
    """Every year from the newest invoice's to the oldest's."""
    points: list[PointOfUseJson]
    """The customer's points of use."""


class NewestInvoiceJson(InvoiceItemJson):
    """The newest invoice, for *Start*."""

    told: list[str]
    """Why it differs from the one before, in the reader's language."""


class InstalmentJson(TypedDict):
    """An instalment."""

    due: ShownDay | None
    open: Money
    """Outstanding in billing."""
    left: Money
    """Left to pay: outstanding, less credit and payments online that are not booked yet."""
    state: Annotated[str, "enum: [due, overdue, waiting, covered]"]


class CorrectedInvoiceJson(TypedDict):
    """An invoice that a correction names."""

    number: str
    id: InvoiceName | None
    """Null if e-BOK does not have that invoice."""


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
    """A line; values that the document lacks are null or empty."""

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
    """Whether this is the state before the correction (StanPrzed)."""
    notes: list[str]
    """Further data of the line in the XML, such as a discount or its gross price."""


class VatSumJson(TypedDict):
    """Net and VAT of one rate."""

    vat_rate: str
    """As in FA(3); empty if unknown."""
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
    """Its label in the comparison."""


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
    """The label of this invoice in the comparison."""
    difference: Money | None
    """With its sign; null where `before` is."""
    emphasis: str
    """The part of `told` to emphasise; may be empty."""
    told: Annotated[list[str], "minItems: 1"]
    """Whole sentences."""
    parts: list[WhyPartJson]
    unchanged: str
    """A sentence on what did not change; may be empty."""


class InvoiceWordsJson(TypedDict):
    """Data of the document itself."""

    as_of: ShownInstant | None
    """When billing exported these data (*stan na*)."""
    ksef_number: str | None
    ksef_kind: str | None
    """RodzajFaktury of FA(3)."""
    buyer_name: str
    net: Money
    vat: Money
    payable: Money


class InvoiceOwingJson(TypedDict):
    """What is left to pay of an invoice, and when."""

    sum: Money | None
    """What is left to pay, else what it is for: the one sum to be shown. Null of a demand."""
    owed: str
    """The sentence below the amount: by when it is due, or why nothing is to be paid."""
    differences: list[str]
    instalments: list[InstalmentJson]
    """What is left by due date if it is paid in instalments, else empty."""
    is_divided: bool
    """Whether it was divided equally, as the document gives due dates without amounts."""
    due_terms: str | None
    """A term of payment in words; it makes nothing overdue."""


class InvoiceCorrectionsJson(TypedDict):
    """What an invoice corrects, and what corrects it."""

    corrects: CorrectedInvoiceJson | None
    """What this document corrects."""
    corrects_all: list[CorrectedInvoiceJson]
    """All that this document corrects; a correction may correct several invoices."""
    correction_reason: str | None
    """The reason in the document (PrzyczynaKorekty)."""
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
    """Whether its XML can be downloaded."""
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
    """The evidence of its delivery in sentences; empty if no mail was sent about it."""
