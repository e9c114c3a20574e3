"""The PDFs of a bundle: each belongs to the invoice that its name tells."""

import hashlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ebok.billing import operations_set_aside as set_aside
from ebok.billing.bundle import Bundle, Source
from ebok.billing.errors import LISTED, Fault, Refused, Wrong
from ebok.billing.layout import Column, Layout
from ebok.billing.operations_ownership import leave_out_former_papers
from ebok.billing.staging import Stage, create, execute, fill
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
BEGINS, ENDS, END_WITHIN = b"%PDF-", b"%%EOF", 1024
STAGED = "staged_pdf"
OWNED = """
    SELECT number, customer_code FROM staged_invoice
    UNION ALL SELECT number, customer_code FROM invoice
    WHERE number NOT IN (SELECT number FROM staged_invoice)
    AND number NOT IN (SELECT number FROM gone_invoice)
    """
"""Every invoice and its customer, as they will be when the bundle has been written."""
# A file's name cannot hold a slash: billing systems write one of these for it.
STEM_OF_NUMBER = "replace(replace(replace(i.number, '/', '-'), '\\', '-'), '_', '-')"


def stage_documents(bundle: Bundle, stage: Stage, report: Report) -> None:
    """Look at every PDF, and stage those whose invoice e-BOK or the bundle knows, as papers of the
    customer whose that is when all is written."""
    summary = FileReport(DOCUMENT.name, "PDF")
    report.files.append(summary)
    _create()
    fill(STAGED, 5, _looked_at(bundle, report, summary))
    _refuse_twins(report, summary)
    _take_along(report)
    _stage_known(stage)
    _set_ambiguous_aside(report)
    _warn_of_unknown(report, summary)
    summary.rows -= leave_out_former_papers(report)


def _create() -> None:
    columns = "stem text, name text, sha256 text, size_bytes bigint"
    execute(f"{create(STAGED)} (line integer PRIMARY KEY, {columns})")
    beside = "" if is_postgres() else "staging."
    execute(f"CREATE INDEX {beside}{STAGED}_stem ON {STAGED} (stem)")


def keep_documents(bundle: Bundle, rows: str, data_dir: Path) -> None:
    """Keep the bytes of those that differ; before the transaction that names them."""
    wanted = {sha256 for (sha256,) in execute(f"SELECT sha256 FROM {rows} AS told")}
    wanted = {sha256 for sha256 in wanted if not store.path_of(sha256, data_dir).exists()}
    if not wanted:
        return
    for source in chain(bundle.documents(), bundle.invoices()):
        if _hash(source) in wanted:
            with source.open() as stream:
                store.keep(stream, data_dir)


def _looked_at(bundle: Bundle, report: Report, summary: FileReport) -> Iterator[tuple]:
    for line, source in enumerate(bundle.documents(), start=1):
        summary.rows += 1
        try:
            if _has_more(source):
                report.pass_over(_("PDFs with something else at their start or end"), source.name)
                summary.rows -= 1
                continue
            _require_pdf(source)
            sha256 = _hash(source)
        except Refused as refused:
            (report.set_aside if isinstance(refused, Wrong) else report.refuse)(refused.fault)
            continue
        yield line, stem_of(source.name), source.name, sha256, source.size


def stem_of(name: str) -> str:
    """What names an invoice, of the name of a file: `FV_2026_10-1.pdf` is of FV/2026/10/1."""
    return name[: -len(".pdf")].strip().replace("\\", "-").replace("_", "-")


def _has_more(source: Source) -> bool:
    """Whether other bytes stand before or behind a PDF: it was saved with what carried it."""
    with source.open() as stream:
        begins = last = stream.read(CHUNK)
        while chunk := stream.read(CHUNK):
            last = (last + chunk)[-CHUNK:]
    place = begins[:END_WITHIN].find(BEGINS)
    end = last.rfind(ENDS)
    return end >= 0 and (place > 0 or (place == 0 and len(last) - end > END_WITHIN))


def _require_pdf(source: Source) -> None:
    """Raises Refused unless the content is a PDF: its name says nothing. Source: ISO 32000-2."""
    if source.size > LARGEST_PDF:
        expected = _("expected a PDF of at most %(most)s bytes", most=LARGEST_PDF)
        raise Wrong(Fault(source.name, expected=expected))
    with source.open() as stream:
        begins, end = stream.read(CHUNK), b""
        last = begins
        while chunk := stream.read(CHUNK):
            last = (last + chunk)[-CHUNK:]
        end = last[-END_WITHIN:]
    if not begins.startswith(BEGINS) or ENDS not in end:
        expected = _("expected a whole PDF: this one has no beginning or no end")
        raise Wrong(Fault(source.name, expected=expected))


def _hash(source: Source) -> str:
    digest = hashlib.sha256()
    with source.open() as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _refuse_twins(report: Report, summary: FileReport) -> None:
    """Two PDFs of one invoice must be the same bytes; then the first one counts."""
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
         FROM ({OWNED}) AS i JOIN {STAGED} AS p ON p.stem = {STEM_OF_NUMBER}) AS known
        """
    )


def _take_along(report: Report) -> None:
    """The PDF of an invoice that is left out is left out, too."""
    numbers = f"SELECT key AS number FROM ({set_aside.keys_of('invoice')}) AS kept"
    which = f"FROM {STAGED} WHERE stem IN (SELECT {STEM_OF_NUMBER} FROM ({numbers}) AS i)"
    for (name,) in execute(f"SELECT name {which} ORDER BY line"):
        report.set_aside_with(Fault(name, expected=set_aside.along()))
    execute(f"DELETE {which}")


def _set_ambiguous_aside(report: Report) -> None:
    """A name that fits two invoices would show one customer another's paper."""
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
        ORDER BY line LIMIT {LISTED:d}
        """
    )
    expected = _("expected the number of an invoice that is in e-BOK or in the bundle; skipped")
    for name, _count in names:
        report.warn(Fault(name, expected=expected))
    count = names[0][1] if names else 0
    report.warn_unlisted(count - len(names))
    summary.rows -= count
