"""The PDFs of a bundle; a PDF's name says which invoice it belongs to."""

import hashlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from ebok.billing import operations_set_aside as set_aside
from ebok.billing.bundle import Bundle, Source
from ebok.billing.errors import MAX_LISTED, Fault, Refused, RefusedDocument
from ebok.billing.layout import Column, Layout
from ebok.billing.operations_ownership import unstage_former_owners_pdfs
from ebok.billing.staging import Stage, create_sql, execute, fill
from ebok.billing.texts_report import FileReport, Report
from ebok.database import is_postgres
from ebok.documents import operations_store as store
from ebok.documents.models import Document
from ebok.languages import say as _

FIELDS = ("invoice_number", "customer_code", "kind", "sha256", "size_bytes")
DOCUMENT = Layout(
    "documents",
    Document,
    tuple(Column(name, name) for name in FIELDS),
    keys=3,
)
LARGEST_PDF = 20 * 2**20
CHUNK = 2**18
HEADER, TRAILER, MARGIN = b"%PDF-", b"%%EOF", 1024
STAGED = "staged_pdf"
INVOICE_OWNERS = """
    SELECT number, customer_code FROM staged_invoice
    UNION ALL SELECT number, customer_code FROM invoice
    WHERE number NOT IN (SELECT number FROM staged_invoice)
    AND number NOT IN (SELECT number FROM gone_invoice)
    """
"""Every invoice and its customer, as they will be once the bundle is written."""
# File names cannot contain a slash: billing systems replace it by one of these.
STEM_OF_NUMBER = "replace(replace(replace(i.number, '/', '-'), '\\', '-'), '_', '-')"


def stage_documents(bundle: Bundle, stage: Stage, report: Report) -> None:
    """Check every PDF, and stage those of invoices that e-BOK or the bundle has."""
    summary = FileReport(DOCUMENT.name, "PDF")
    report.files.append(summary)
    _create()
    fill(STAGED, 5, _checked_pdfs(bundle, report, summary))
    _drop_repeated(report, summary)
    _set_dependents_aside(report)
    _stage_known(stage)
    _set_ambiguous_aside(report)
    _warn_of_unknown(report, summary)
    summary.rows -= unstage_former_owners_pdfs(report)


def _create() -> None:
    columns = "stem text, name text, sha256 text, size_bytes bigint"
    execute(f"{create_sql(STAGED)} (line integer PRIMARY KEY, {columns})")
    beside = "" if is_postgres() else "staging."
    execute(f"CREATE INDEX {beside}{STAGED}_stem ON {STAGED} (stem)")


def keep_documents(bundle: Bundle, rows: str, data_dir: Path) -> None:
    """Store the files of new and changed rows. Runs before the transaction that names them."""
    wanted = {sha256 for (sha256,) in execute(f"SELECT sha256 FROM {rows} AS src")}
    wanted = {sha256 for sha256 in wanted if not store.path_of(sha256, data_dir).exists()}
    if not wanted:
        return
    for source in chain(bundle.documents(), bundle.invoices()):
        if _hash(source) in wanted:
            with source.open() as stream:
                store.keep(stream, data_dir)


def _checked_pdfs(bundle: Bundle, report: Report, summary: FileReport) -> Iterator[tuple[Any, ...]]:
    for line, source in enumerate(bundle.documents(), start=1):
        summary.rows += 1
        try:
            if _is_embedded(source):
                report.pass_over(_("PDFs with something else at their start or end"), source.name)
                summary.rows -= 1
                continue
            _require_pdf(source)
            sha256 = _hash(source)
        except Refused as refused:
            (report.set_aside if isinstance(refused, RefusedDocument) else report.refuse)(
                refused.fault
            )
            continue
        yield line, stem_of(source.name), source.name, sha256, source.size


def stem_of(name: str) -> str:
    """The invoice number in a file name: `FV_2026_10-1.pdf` is FV/2026/10/1, with hyphens."""
    return name[: -len(".pdf")].strip().replace("\\", "-").replace("_", "-")


def _is_embedded(source: Source) -> bool:
    """Whether other bytes surround the PDF: it was saved together with its envelope."""
    with source.open() as stream:
        begins = last = stream.read(CHUNK)
        while chunk := stream.read(CHUNK):
            last = (last + chunk)[-CHUNK:]
    place = begins[:MARGIN].find(HEADER)
    end = last.rfind(TRAILER)
    return end >= 0 and (place > 0 or (place == 0 and len(last) - end > MARGIN))


def _require_pdf(source: Source) -> None:
    """Raise Refused unless the content is a PDF, whatever its name. Source: ISO 32000-2."""
    if source.size > LARGEST_PDF:
        expected = _("expected a PDF of at most %(most)s bytes", most=LARGEST_PDF)
        raise RefusedDocument(Fault(source.name, expected=expected))
    with source.open() as stream:
        begins, end = stream.read(CHUNK), b""
        last = begins
        while chunk := stream.read(CHUNK):
            last = (last + chunk)[-CHUNK:]
        end = last[-MARGIN:]
    if not begins.startswith(HEADER) or TRAILER not in end:
        expected = _("expected a whole PDF: this one has no beginning or no end")
        raise RefusedDocument(Fault(source.name, expected=expected))


def _hash(source: Source) -> str:
    digest = hashlib.sha256()
    with source.open() as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _drop_repeated(report: Report, summary: FileReport) -> None:
    """Keep the first of equal PDFs of an invoice; refuse different ones."""
    twins = execute(
        f"""
        SELECT later.name, first.name, later.sha256 = first.sha256, later.line
        FROM (SELECT stem, min(line) AS line FROM {STAGED}
              GROUP BY stem HAVING count(*) > 1) AS twice
        JOIN {STAGED} AS first ON first.line = twice.line
        JOIN {STAGED} AS later ON later.stem = twice.stem AND later.line > first.line
        """
    )
    for name, first, is_same, line in twins:
        if not is_same:
            expected = _("expected one PDF per invoice: %(first)s differs", first=first)
            report.refuse(Fault(name, expected=expected))
        summary.repeated += bool(is_same)
        execute(f"DELETE FROM {STAGED} WHERE line = {line:d}")


def _stage_known(stage: Stage) -> None:
    execute(
        f"""
        INSERT INTO {stage.staged} (line, {", ".join(FIELDS)})
        SELECT row_number() OVER (), number, customer_code, 'pdf', sha256, size_bytes FROM
        (SELECT i.number, i.customer_code, p.sha256, p.size_bytes
         FROM ({INVOICE_OWNERS}) AS i JOIN {STAGED} AS p ON p.stem = {STEM_OF_NUMBER}) AS known
        """
    )


def _set_dependents_aside(report: Report) -> None:
    """Set aside the PDFs of invoices that are set aside."""
    numbers = f"SELECT key AS number FROM ({set_aside.keys_of('invoice')}) AS kept"
    which = f"FROM {STAGED} WHERE stem IN (SELECT {STEM_OF_NUMBER} FROM ({numbers}) AS i)"
    for (name,) in execute(f"SELECT name {which} ORDER BY line"):
        report.set_aside_with(Fault(name, expected=set_aside.reason_for_dependents()))
    execute(f"DELETE {which}")


def _set_ambiguous_aside(report: Report) -> None:
    """Set aside PDFs whose name fits two invoices: a customer could see another's."""
    found = execute(
        f"""
        SELECT p.name, min(i.number), max(i.number) FROM {STAGED} AS p
        JOIN (SELECT invoice_number AS number FROM staged_document) AS i
        ON p.stem = {STEM_OF_NUMBER}
        GROUP BY p.name HAVING count(*) > 1
        """
    )
    for name, one, other in found:
        expected = _("expected a name of one invoice: %(one)s or %(other)s?", one=one, other=other)
        report.set_aside(Fault(name, expected=expected))
        both = f"SELECT stem FROM {STAGED} WHERE name = {{0}}"
        stem = STEM_OF_NUMBER.replace("i.number", "invoice_number")
        execute(f"DELETE FROM staged_document WHERE {stem} IN ({both})", name)
        execute(f"DELETE FROM {STAGED} WHERE name = {{0}}", name)


def _warn_of_unknown(report: Report, summary: FileReport) -> None:
    names = execute(
        f"""
        SELECT name, count(*) OVER () FROM {STAGED} WHERE stem NOT IN
        (SELECT {STEM_OF_NUMBER} FROM
         (SELECT invoice_number AS number FROM staged_document) AS i)
        ORDER BY line LIMIT {MAX_LISTED:d}
        """
    )
    expected = _("expected the number of an invoice that is in e-BOK or in the bundle; skipped")
    for name, _count in names:
        report.warn(Fault(name, expected=expected))
    count = names[0][1] if names else 0
    report.warn_unlisted(count - len(names))
    summary.rows -= count
