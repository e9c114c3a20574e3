"""Downloads of documents: billing's file, else our own PDF; one, or many in a ZIP."""

import hashlib
import json
import logging
from collections.abc import Callable, Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from flask_babel import force_locale, gettext as _, lazy_gettext as lazy

from ebok import settings
from ebok.database import connection, tuples
from ebok.database.outages import named
from ebok.documents import serializers, serializers_ksef as ksef
from ebok.documents.models import Document
from ebok.documents.operations_store import path_of
from ebok.documents.texts import stem_of, unique
from ebok.errors import NotFound, Refusal
from ebok.files.zip_file import Entry
from ebok.invoices import operations_list
from ebok.invoices.models import Invoice
from ebok.invoices.operations_states import today
from ebok.ksef import operations as visualisation
from ebok.ksef.operations import View
from ebok.ksef.qr import link_of
from ebok.payments import operations_balance as balance
from ebok.pdf.client import CannotPrint
from ebok.pdf.requests import Cost, ask as ask_for_pdf, ask_pack, obtain as obtain_pdf
from ebok.pdf.service import archive

log = logging.getLogger(__name__)

MOST_IN_ZIP = 1000


class TooManyDocuments(Refusal):
    """More documents than one ZIP may have."""

    code = "too-many-documents"
    sentence = lazy("A ZIP file holds up to 1000 invoices. Please choose a year or a point of use.")


class NothingToPack(Refusal):
    """No invoice matches."""

    code = "nothing-to-pack"
    sentence = lazy("There is no such invoice, so there is nothing to pack.")


class FileLost(Refusal):
    """A file from billing is missing or was changed."""

    status = 503
    code = "file-lost"
    sentence = lazy("We cannot find this file right now. Please call the office.")


class Paper(NamedTuple):
    """A document to download as `name`; `path` is its file, `number` its invoice's."""

    name: str
    path: Path
    number: str


def pdf_of(invoice: Invoice, lang: str) -> bytes:
    """The invoice as PDF: billing's, else ours; `lang` is the reader's.

    Raises CannotPrint if ours cannot be made.
    """
    return _kept(invoice, "pdf") or _made(invoice, lang)


def pdfs_of(keys: Collection[tuple[str, str]]) -> Callable[[tuple[str, str], str], bytes]:
    """`pdf_of` for many: a function of an invoice's key (customer code, number) and `lang`.

    Hashes are looked up once for all; a file is read, or made, on demand.
    """
    sums = Document.sha256s_of(keys, "pdf")

    def pdf(key: tuple[str, str], lang: str) -> bytes:
        body = _read(sums[key]) if key in sums else None
        # Look a missing file up again: an import may have replaced it, or moved the invoice to
        # another customer, for which `get_numbered` raises NotFound.
        return body or pdf_of(Invoice.get_numbered(*key), lang)

    return pdf


def open_pdf(customer_code: str, public_id: str, lang: str) -> Paper:
    """The PDF of one of this customer's invoices. Rendering is rate-limited.

    Raises NotFound, NotYet, CannotPrint, TooMany.
    """
    invoice = Invoice.get_of(customer_code, public_id)
    if _kept(invoice, "pdf") is not None:
        path = _path(invoice, "pdf")
    else:
        template, shown = _shown(invoice, lang)
        most = settings.current().limits.pdfs_per_code_hour
        path = ask_for_pdf(template, "pl", Cost(customer_code, "pdfs", most), **shown)
    return Paper(f"{stem_of(invoice)}.pdf", path, invoice.number)


def open_xml(customer_code: str, public_id: str) -> Paper:
    """The original XML of one of this customer's invoices. Raises NotFound, FileLost."""
    invoice = Invoice.get_of(customer_code, public_id)
    if not Document.sha256_of(customer_code, invoice.number, "xml"):
        raise NotFound()
    if _kept(invoice, "xml") is None:
        raise FileLost()
    return Paper(f"{stem_of(invoice)}.xml", _path(invoice, "xml"), invoice.number)


class Packed(NamedTuple):
    """A ZIP, and the invoices in it."""

    path: Path
    numbers: list[str]


def pack(customer_code: str, wanted: operations_list.Wanted, ids: list[str], lang: str) -> Packed:
    """A ZIP with PDF and XML files of the invoices in the list `wanted`, or with these `ids`.

    Raises NothingToPack, TooManyDocuments, TooMany and NotYet.
    """
    numbers = _named(customer_code, ids) if ids else _listed(customer_code, wanted)
    if not numbers:
        raise NothingToPack()
    facts = {"customer_code": customer_code, "numbers": numbers, "lang": lang}
    key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    most = settings.current().limits.archives_per_code_hour
    told = ask_pack("documents", key, Cost(customer_code, "archives", most), facts)
    return Packed(told["path"], told["numbers"])


@archive("documents")
def pack_documents(
    app: Flask, told: dict[str, Any], customer_code: str, numbers: list[str], lang: str
) -> Iterator[Entry]:
    """Stream the ZIP; `told["numbers"]` gets the invoices in it."""
    handed = told["numbers"] = []
    return _entries(app, customer_code, numbers, lang, handed)


def _named(customer_code: str, ids: list[str]) -> list[str]:
    mine = (Invoice.customer == customer_code) & Invoice.public_id.in_(ids)
    newest = Invoice.select(Invoice.number).where(mine).order_by(Invoice.issued_on.desc())
    return [invoice.number for invoice in newest]


def _listed(customer_code: str, wanted: operations_list.Wanted) -> list[str]:
    owed = balance.asked_of(customer_code)
    page = operations_list.page(customer_code, wanted, owed.asked, owed.today)
    if page.next:
        raise TooManyDocuments()
    return [invoice.number for invoice in page.invoices]


def _entries(
    app: Flask, customer_code: str, numbers: list[str], lang: str, handed: list[str]
) -> Iterator[Entry]:
    """Files of the ZIP. Runs outside a request, so it opens its own contexts.

    It opens a connection for one invoice at a time, so that none is held for minutes.
    """
    lost = []
    with app.app_context(), force_locale(lang):
        for name, number in _with_names(customer_code, numbers):
            with connection():
                made = _papers(customer_code, number, lang)
            for suffix, body, day in made:
                if body is None:
                    lost.append(f"{name}.{suffix}")
                else:
                    yield Entry(f"{name}.{suffix}", [body], day)
            if any(body for _suffix, body, _day in made):
                handed.append(number)
        if lost:
            told = _("These documents could not be prepared. Please try again, or call the office.")
            yield Entry("!.txt", ["\r\n".join([told, "", *lost, ""]).encode()], today())


def _with_names(customer_code: str, numbers: list[str]) -> Iterator[tuple[str, str]]:
    mine = (Invoice.customer == customer_code) & Invoice.number.in_(numbers)
    with connection():
        kinds = dict(tuples(Invoice.select(Invoice.number, Invoice.kind).where(mine)))
    known = [number for number in numbers if number in kinds]
    stems = unique(stem_of(Invoice(number=number, kind=kinds[number])) for number in known)
    return zip(stems, known, strict=True)


def _papers(customer_code: str, number: str, lang: str) -> list[tuple[str, bytes | None, date]]:
    """(suffix, bytes or None if unavailable, day) of one invoice's documents.

    Checks the owner again: an import may have changed it meanwhile.
    """
    try:
        invoice = Invoice.get_numbered(customer_code, number)
    except NotFound:
        return []
    try:
        pdf = pdf_of(invoice, lang)
    except CannotPrint:
        pdf = None
    if not Document.sha256_of(customer_code, number, "xml"):
        return [("pdf", pdf, invoice.issued_on)]
    return [("pdf", pdf, invoice.issued_on), ("xml", _kept(invoice, "xml"), invoice.issued_on)]


def find_view(sha256: str) -> View | None:
    """The visualisation of the invoice's XML in the current language; None if there is none.

    `sha256` is the file's, or "".
    """
    body = _read(sha256) if sha256 else None
    return visualisation.find_view(body) if body else None


def ksef_link(invoice: Invoice, view: View | None, sha256: str) -> str:
    """The link that verifies this invoice in KSeF, or ""."""
    return link_of(view.invoice, invoice.ksef_number, sha256) if view else ""


def _made(invoice: Invoice, lang: str) -> bytes:
    template, shown = _shown(invoice, lang)
    return obtain_pdf(template, "pl", invoice.customer_code, **shown)


def _shown(invoice: Invoice, lang: str) -> tuple[str, dict[str, Any]]:
    """The template of our own PDF, and its values."""
    chosen = settings.current()
    # Tax documents are in Polish in any language of the interface.
    sha256 = Document.sha256_of(invoice.customer_code, invoice.number, "xml")
    with force_locale("pl"):
        if view := find_view(sha256):
            return "ksef_invoice", ksef.gather(invoice, view, sha256, lang, chosen)
    return "invoice", serializers.gather(invoice, lang, chosen)


def _kept(invoice: Invoice, kind: str) -> bytes | None:
    """The bytes of billing's file, if they are there and unchanged."""
    sha256 = Document.sha256_of(invoice.customer_code, invoice.number, kind)
    return _read(sha256) if sha256 else None


def _path(invoice: Invoice, kind: str) -> Path:
    sha256 = Document.sha256_of(invoice.customer_code, invoice.number, kind)
    return path_of(sha256, settings.current().data_dir)


def _read(sha256: str) -> bytes | None:
    try:
        body = path_of(sha256, settings.current().data_dir).read_bytes()
    except OSError as fault:
        log.error("what=document sha256=%s outcome=lost %s", sha256, named(fault))
        return None
    if hashlib.sha256(body).hexdigest() != sha256:
        log.error("what=document sha256=%s outcome=changed", sha256)
        return None
    return body
