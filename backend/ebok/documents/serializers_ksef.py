"""Template values of our PDF of an invoice with a KSeF file: what the file says.

What e-BOK adds (point of use, meters, sums before and after a correction) is shown apart from it.
"""

from typing import Any

from ebok.documents import (
    serializers,
    serializers_widths as widths,
    texts_standing as standing,
)
from ebok.invoices import operations_corrections as corrections
from ebok.invoices.models import Invoice
from ebok.ksef import qr, texts, texts_lines as lines, texts_parties as parties
from ebok.ksef.operations import View
from ebok.languages import keep_together
from ebok.meters.operations import point_of, points_of
from ebok.payments import operations_transfer as transfer
from ebok.settings import Settings
from ebok.values import nrb

IN_KSEF = "To wizualizacja faktury ustrukturyzowanej. Oryginałem jest plik XML w KSeF."
NOT_KNOWN = "To wizualizacja pliku XML tej faktury. Numeru KSeF e-BOK dla niej nie ma."
PAID = "Zapłacono"
SHORT_RATE = 4
"""Characters of a rate like 23%; rates in words are longer."""

PLACED = ("parties", "details", "correction", "advances", "sums", "payment", "footer")
"""Sections with a fixed place in the template; the others follow in order."""


def gather(
    invoice: Invoice, view: View, sha256: str, lang: str, settings: Settings
) -> dict[str, Any]:
    """Values of the template `ksef_invoice`; `lang` is the reader's."""
    told, versions = view.invoice, corrections.links(invoice).versions
    point = point_of(invoice, points_of(invoice.customer_code))
    account = nrb.grouped(told.bank_account)
    has_net = any(line.net_grosze is not None for line in told.lines)
    has_gross = any(line.gross_grosze is not None for line in told.lines)
    asked = 0 if told.payment.is_paid else told.outstanding_grosze
    owed = standing.owed(invoice, settings)
    # What the code says must be what the paper says.
    is_same = asked == owed["left_grosze"] and nrb.bare(account) == owed["transfer_account"]
    return {
        **owed,
        "transfer_qr": owed["transfer_qr"] if is_same else "",
        "told": told,
        "kind_word": serializers.KIND_WORDS.get(told.ksef_kind)
        or serializers.KIND_WORDS[told.kind],
        "seller": parties.seller(told),
        "buyer": parties.buyer(told),
        "others": parties.others(told),
        "placed": {key: view.section(key) for key in PLACED},
        "sections": [section for section in view.sections if section.key not in PLACED],
        "asked_grosze": asked,
        "asked_word": PAID if told.payment.is_paid else standing.word(asked),
        "head_grosze": told.gross_grosze if told.payment.is_paid else asked,
        "transfer_title": transfer.title_of(told.number, invoice.customer_code),
        "groups": _groups(view),
        "has_net": has_net or not has_gross,
        "has_gross": has_gross,
        "history": serializers.history(invoice, versions),
        "versions": versions if len(versions) > 1 + (told.kind == "correction") else [],
        "point": ", ".join(filter(None, (point.street, point.city))) if point else "",
        "meters": serializers.meters_of(invoice, point),
        "ksef_number": invoice.ksef_number,
        "verification": qr.of_invoice(told, invoice.ksef_number, sha256),
        "nature": keep_together(IN_KSEF if invoice.ksef_number else NOT_KNOWN, "pl"),
        "reader_lang": lang,
        "short": standing.short(owed, account, lang),
        "parts": widths.parts,
        "has_words": any(len(texts.rate(line.vat_rate)) > SHORT_RATE for line in told.lines),
    }


def _groups(view: View) -> list[tuple[str, list[dict[str, Any]]]]:
    found = lines.groups(view.invoice)
    return [(name, [_line(line) for line in some]) for name, some in found]


def _line(line: Any) -> dict[str, Any]:
    return {
        "number": line.number,
        "name": line.name,
        "notes": lines.notes(line),
        "quantity": serializers.decimal_of(line.quantity_millionths, 6),
        "unit": line.unit,
        "unit_net": serializers.decimal_of(line.unit_net_microgrosze, 8),
        "rate": texts.rate(line.vat_rate),
        "net_grosze": line.net_grosze,
        "gross_grosze": line.gross_grosze,
    }
