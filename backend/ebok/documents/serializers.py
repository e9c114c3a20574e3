"""Template values of our own PDF of an invoice without a KSeF file."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ebok.documents import texts_standing as standing
from ebok.invoices import operations_corrections as corrections, operations_vat as vat
from ebok.invoices.models import CALL, Invoice, InvoiceLine, VatSum
from ebok.invoices.operations_states import payable
from ebok.languages import keep_together
from ebok.meters.models import PointOfUse
from ebok.meters.operations import Value, measured, point_of, points_of
from ebok.payments import operations_transfer as transfer
from ebok.settings import Settings
from ebok.values import nrb

KIND_WORDS = {
    "ZAL": "Faktura zaliczkowa",
    "ROZ": "Faktura rozliczeniowa",
    "UPR": "Faktura uproszczona",
    "KOR": "Faktura korygująca",
    "KOR_ZAL": "Faktura korygująca fakturę zaliczkową",
    "KOR_ROZ": "Faktura korygująca fakturę rozliczeniową",
    "note": "Nota odsetkowa",
    "call": "Wezwanie do zapłaty",
    "correction": "Faktura korygująca",
    "invoice": "Faktura",
}
"""Polish for every reader: the terms are those of the VAT act."""

NATURES = {
    "ksef": "To zestawienie danych faktury z systemu rozliczeniowego. Oryginałem jest plik XML w"
    " KSeF.",
    "lines": "Faktura w postaci elektronicznej, sporządzona z danych systemu rozliczeniowego.",
    "bare": "To zestawienie danych dokumentu, bez jego pozycji: system rozliczeniowy ich tu nie"
    " podał. Pełny dokument wyda biuro.",
    "jpk": "To zestawienie danych faktury z pliku JPK_FA, a nie jej oryginał. Plik nie mówi, jak i"
    " do kiedy była płatna ani co zapłacono. Odpis faktury wyda biuro.",
    "note": "Nota w postaci elektronicznej, sporządzona z danych systemu rozliczeniowego.",
    "call": "Wezwanie sporządzone z danych systemu rozliczeniowego. Prosi o to, o co proszą już"
    " inne dokumenty: wystarczy zapłacić raz.",
}
RATE_WORDS = {"zw": "zw.", "oo": "oo", "np I": "np. I", "np II": "np. II", "": "–"}


@dataclass(frozen=True)
class Sums:
    """Net and VAT of an invoice at one point of its corrections."""

    net_grosze: int
    vat_grosze: int


def gather(invoice: Invoice, lang: str, settings: Settings) -> dict[str, Any]:
    """Values of the template `invoice`; `lang` is the reader's."""
    customer, links = invoice.customer, corrections.links(invoice)
    is_correction = invoice.kind == "correction"
    lines = InvoiceLine.of(invoice.number)
    stated = VatSum.of(invoice.number)
    point = point_of(invoice, points_of(customer.code))
    account = transfer.account_for(customer, settings.utility, invoice.bank_account)
    owed = standing.owed(invoice, settings)
    return {
        "invoice": invoice,
        "customer": customer,
        "kind_word": KIND_WORDS.get(invoice.ksef_kind) or KIND_WORDS[invoice.kind],
        "is_note": invoice.kind in ("note", CALL),
        "is_correction": is_correction,
        "seller_nip": settings.utility.nip,
        "payable_grosze": payable(invoice),
        "account": nrb.grouped(account),
        "transfer_title": transfer.title_of(invoice.number, customer.code),
        **owed,
        "groups": _groups(lines, is_correction),
        "has_gross": any(x.net_grosze is None and x.gross_grosze is not None for x in lines),
        "rates": [_part(part) for part in vat.summary(invoice, lines, stated)],
        "reverse_charge": any(line.vat_rate == "oo" for line in [*lines, *stated]),
        "corrects": list(links.corrects.items()),
        "reason": invoice.correction_reason,
        "history": history(invoice, links.versions),
        "versions": links.versions if len(links.versions) > 1 + is_correction else [],
        "point": ", ".join(filter(None, (point.street, point.city))) if point else "",
        "meters": meters_of(invoice, point),
        "nature": keep_together(_nature(invoice, lines), "pl"),
        "reader_lang": lang,
        "short": standing.short(owed, nrb.grouped(account), lang),
    }


def rate(vat_rate: str) -> str:
    """A VAT rate as printed: "8" becomes 8%."""
    return f"{vat_rate}%" if vat_rate.isdigit() else RATE_WORDS.get(vat_rate, vat_rate)


def _groups(
    lines: list[InvoiceLine], is_correction: bool
) -> list[tuple[str, list[dict[str, Any]]]]:
    """The lines under their headings: before and after (art. 106j ust. 2 pkt 5 and 6)."""
    before = [_line(line) for line in lines if line.before_correction]
    after = [_line(line) for line in lines if not line.before_correction]
    if not before:
        return [("Zmiany" if is_correction else "", after)] if after else []
    return [("Było", before), *([("Jest", after)] if after else [])]


def _line(line: InvoiceLine) -> dict[str, Any]:
    return {
        "number": line.position,
        "name": line.name,
        "notes": [],
        "unit": line.unit,
        "quantity": decimal_of(line.quantity_millionths, 6),
        "unit_net": decimal_of(line.unit_net_microgrosze, 8),
        "rate": rate(line.vat_rate),
        "net_grosze": line.net_grosze,
        "gross_grosze": line.gross_grosze,
    }


def decimal_of(value: int | None, places: int) -> Decimal | None:
    """An integer number of parts as a decimal."""
    return None if value is None else Decimal(value).scaleb(-places)


def meters_of(invoice: Invoice, point: PointOfUse | None) -> list[dict[str, Any]]:
    """Meters with readings in the invoice's period."""
    return [
        _metered(one.meter.serial, one.first, one.last)
        for one in measured(invoice, point)
        if one.first and one.last
    ]


def _metered(serial: str, first: Value, last: Value) -> dict[str, Any]:
    return {
        "serial": serial,
        "first": decimal_of(first.value_litres, 3),
        "last": decimal_of(last.value_litres, 3),
        "first_on": first.read_on,
        "last_on": last.read_on,
    }


def _part(part: vat.RateSum) -> dict[str, Any]:
    sums = {"net_grosze": part.net_grosze, "vat_grosze": part.vat_grosze}
    return sums | {"rate": rate(part.vat_rate)}


def history(invoice: Invoice, versions: list[corrections.Version]) -> dict[str, Any] | None:
    """Sums of the first invoice with earlier corrections, before and after this correction."""
    papers = [version.invoice for version in versions]
    numbers = [paper.number for paper in papers]
    place = numbers.index(invoice.number) if invoice.number in numbers else 0
    if not place or versions[place].after_grosze is None:
        return None
    before = _sum(papers[:place])
    return {"of": numbers[0], "before": before, "after": _sum([before, invoice])}


def _sum(parts: Iterable[Invoice | Sums]) -> Sums:
    parts = list(parts)
    return Sums(sum(x.net_grosze for x in parts), sum(x.vat_grosze for x in parts))


def _nature(invoice: Invoice, lines: list[InvoiceLine]) -> str:
    if invoice.ksef_number:
        return NATURES["ksef"]
    if invoice.is_from_jpk:
        return NATURES["jpk"]
    if invoice.kind in ("note", CALL):
        return NATURES[invoice.kind]
    return NATURES["lines" if lines else "bare"]
