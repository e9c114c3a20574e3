"""JSON of a single invoice."""

from datetime import date

from ebok.billing.models import Import
from ebok.documents import operations as documents
from ebok.documents.models import Document
from ebok.invoices import (
    operations_vat as vat,
    texts_corrections,
    texts_lines,
    texts_owing as owing,
    texts_totals,
    texts_why,
)
from ebok.invoices.models import Invoice, InvoiceLine, VatSum
from ebok.invoices.operations_corrections import Version, links
from ebok.invoices.operations_dues import Share
from ebok.invoices.operations_states import payable
from ebok.invoices.operations_why import Bill, Why, explain, find_before, is_comparable
from ebok.invoices.serializers_json import (
    CorrectedInvoiceJson,
    InstalmentJson,
    InvoiceCorrectionsJson,
    InvoiceLineJson,
    InvoiceOwingJson,
    InvoiceVersionJson,
    InvoiceWordsJson,
    NewestInvoiceJson,
    VatSumJson,
    WholeInvoiceJson,
    WhyJson,
    WhyPartJson,
)
from ebok.invoices.serializers_ksef import sections
from ebok.invoices.serializers_list import item, point_json
from ebok.invoices.serializers_meters import meters_of
from ebok.ksef.invoice import FaInvoice, Line
from ebok.ksef.texts import rate_in_words
from ebok.ksef.texts_lines import first_lines, notes
from ebok.meters.models import PointOfUse
from ebok.meters.operations import point_of, points_of
from ebok.payments import operations_balance as balance
from ebok.payments.operations_balance import Balance
from ebok.values import days, money


def newest(customer_code: str) -> NewestInvoiceJson | None:
    """The newest invoice for *Start*; this does not count as opening it."""
    invoice = Invoice.find_newest(customer_code)
    if invoice is None:
        return None
    return {**item(invoice, balance.asked_of(customer_code)), "told": _told(invoice)}


def _told(invoice: Invoice) -> list[str]:
    """The sentences of *Czemu tyle?*; empty if it does not apply."""
    if not is_comparable(invoice):
        return []
    points = points_of(invoice.customer_code)
    why = _explained(invoice, InvoiceLine.of(invoice.number), points)
    return texts_why.sentences(why) if why else []


def whole(invoice: Invoice) -> WholeInvoiceJson:
    """A single invoice in full, except the evidence of its delivery."""
    lines = InvoiceLine.of(invoice.number)
    points = points_of(invoice.customer_code)
    point = point_of(invoice, points)
    owed = balance.asked_of(invoice.customer_code)
    sha256 = Document.sha256_of(invoice.customer_code, invoice.number, "xml")
    view = documents.find_view(sha256)
    stated = view.invoice.vat_sums if view else VatSum.of(invoice.number)
    sums = vat.summary(invoice, lines, stated)
    return {
        **item(invoice, owed),
        **_papers_words(invoice),
        **_owing(invoice, owed),
        **_corrections(invoice),
        "lines": _lines_of_file(view.invoice) if view else [_line(line) for line in lines],
        "vat_sums": [_rate(one) for one in sums],
        "total": texts_totals.total(invoice, sums),
        "point": point_json(point) if point else None,
        "meters": meters_of(invoice, point),
        "has_xml": bool(sha256),
        "ksef_link": documents.ksef_link(invoice, view, sha256) or None,
        "visualisation": sections(view) if view else None,
        "why": _why(invoice, lines, points),
    }


def _owing(invoice: Invoice, owed: Balance) -> InvoiceOwingJson:
    """What is left to pay, and when."""
    asked = owed.of(invoice.number)
    told = owing.owed(invoice, asked, owed.today)
    more = [*owing.differences(invoice), *owing.covered(asked)]
    shown = owing.shown_sum(invoice, asked)
    return {
        "sum": money.as_json(shown) if shown is not None else None,
        "owed": told,
        "differences": [sentence for sentence in more if sentence != told],
        "instalments": [_share(share, owed.today) for share in asked.shares[1:] and asked.shares],
        "is_divided": asked.is_divided,
        "due_terms": invoice.due_terms or None,
    }


def _share(share: Share, day: date) -> InstalmentJson:
    states = (("overdue", share.is_late(day)), ("due", share.left_grosze > 0))
    covered = "waiting" if share.waiting_grosze else "covered"
    return {
        "due": days.as_json(share.due_on),
        "open": money.as_json(share.open_grosze),
        "left": money.as_json(share.left_grosze),
        "state": next((name for name, is_so in states if is_so), covered),
    }


def _papers_words(invoice: Invoice) -> InvoiceWordsJson:
    return {
        "as_of": days.instant_as_json(Import.as_of()),
        "ksef_number": invoice.ksef_number or None,
        "ksef_kind": invoice.ksef_kind or None,
        "buyer_name": invoice.buyer_name,
        "net": money.as_json(invoice.net_grosze),
        "vat": money.as_json(invoice.vat_grosze),
        "payable": money.as_json(payable(invoice)),
    }


def _corrections(invoice: Invoice) -> InvoiceCorrectionsJson:
    found = links(invoice)
    corrects: list[CorrectedInvoiceJson] = [
        {"number": number, "id": corrected.public_id if corrected else None}
        for number, corrected in found.corrects.items()
    ]
    return {
        "corrects": corrects[0] if corrects else None,
        "corrects_all": corrects,
        "correction_reason": invoice.correction_reason or None,
        "versions": [_version(version, invoice) for version in found.versions],
        "was_and_is": texts_corrections.was_and_is(found.versions),
        "corrected_by": [
            {
                "number": later.number,
                "id": later.public_id,
                "issued": days.as_json(later.issued_on),
                "gross": money.change_as_json(later.gross_grosze),
            }
            for later in found.corrected_by
        ],
    }


def _version(version: Version, shown: Invoice) -> InvoiceVersionJson:
    invoice = version.invoice
    return {
        "number": invoice.number,
        "id": invoice.public_id,
        "issued": days.as_json(invoice.issued_on),
        "reason": invoice.correction_reason or None,
        "gross": money.as_json(invoice.gross_grosze),
        "change": money.change_as_json(invoice.gross_grosze),
        "after": money.as_json(version.after_grosze),
        "is_this": invoice.number == shown.number,
    }


def _line(line: InvoiceLine | Line) -> InvoiceLineJson:
    return {
        "name": line.name,
        "unit": line.unit,
        "quantity_millionths": line.quantity_millionths,
        "unit_net_microgrosze": line.unit_net_microgrosze,
        "vat_rate": line.vat_rate,
        **texts_lines.phrases(line),
        "net": money.as_json(line.net_grosze),
        "gross": money.as_json(line.gross_grosze),
        "rate": rate_in_words(line.vat_rate),
        "before_correction": line.before_correction,
        "notes": [],
    }


def _rate(one: vat.RateSum) -> VatSumJson:
    return {
        "vat_rate": one.vat_rate,
        "rate": rate_in_words(one.vat_rate),
        "net": money.as_json(one.net_grosze),
        "vat": money.as_json(one.vat_grosze),
    }


def _part(row: texts_why.Row) -> WhyPartJson:
    """What one cause adds to the amount, or takes from it."""
    amount = money.change_as_json(row.amount_grosze)
    return {"kind": row.kind, "name": row.name, "detail": row.detail, "amount": amount}


def _lines_of_file(invoice: FaInvoice) -> list[InvoiceLineJson]:
    return [{**_line(line), "notes": list(notes(line))} for line in first_lines(invoice)]


def _why(invoice: Invoice, lines: list[InvoiceLine], points: list[PointOfUse]) -> WhyJson | None:
    """*Czemu tyle?*; None if it does not apply to this invoice."""
    if not is_comparable(invoice):
        return None
    why = _explained(invoice, lines, points)
    if why is None:
        return _nothing_before()
    before = why.before.invoice
    return {
        "before": {
            "id": before.public_id,
            "number": before.number,
            "gross": money.as_json(before.gross_grosze),
            "name": texts_why.name_of(why, is_now=False),
        },
        "name": texts_why.name_of(why, is_now=True),
        "difference": money.change_as_json(why.difference_grosze),
        "emphasis": money.zloty(abs(why.difference_grosze)) if why.difference_grosze else "",
        "told": texts_why.sentences(why),
        "parts": [_part(row) for row in texts_why.rows(why)],
        "unchanged": texts_why.unchanged(why),
    }


def _nothing_before() -> WhyJson:
    return {
        "before": None,
        "name": "",
        "difference": None,
        "emphasis": "",
        "told": [texts_why.nothing_before()],
        "parts": [],
        "unchanged": "",
    }


def _explained(invoice: Invoice, lines: list[InvoiceLine], points: list[PointOfUse]) -> Why | None:
    """The comparison with the previous invoice; None if there is none."""
    before = find_before(invoice, points[0].code if len(points) == 1 else "")
    if before is None:
        return None
    return explain(Bill(before, InvoiceLine.of(before.number)), Bill(invoice, lines))
