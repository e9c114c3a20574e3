"""`ebok documents`, and the check of documents for `ebok doctor`."""

import hashlib
import os
from collections.abc import Iterator

import click

from ebok import database, settings
from ebok.doctor import Finding, checkup, fail, fine
from ebok.documents.models import Document
from ebok.documents.operations_store import path_of
from ebok.languages import count as ngettext, say as _
from ebok.settings import Settings


@click.group()
def documents():
    """PDF and XML files delivered by billing."""


@documents.command()
def verify():
    """Read every file and compare it with its SHA-256. Exit code 1 when one is lost or changed."""
    chosen = settings.load()
    database.connect(chosen.database)
    count = faults = 0
    with database.connection():
        for document in _all():
            count += 1
            if fault := _fault(document, chosen):
                faults += 1
                click.echo(f"{document.invoice_number} ({document.kind}): {fault}", err=True)
    click.echo(f"{count} documents, {faults} lost or changed")
    raise SystemExit(1 if faults else 0)


@checkup("documents")
def look_at_documents(chosen: Settings) -> Iterator[Finding]:
    """Whether the folder is writable, and every file is there with its size.

    A missing file was most often left out of a backup.
    """
    folder = chosen.data_dir / "documents"
    if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
        what = _("%(folder)s cannot be written to.", folder=folder)
        yield fail(what, _("Make the user that runs e-BOK its owner."))
    lost = [document.invoice_number for document in _all() if not _is_there(document, chosen)]
    if lost:
        what = ngettext(
            "%(num)d file is missing, of invoice %(first)s.",
            "%(num)d files are missing, the first of invoice %(first)s.",
            len(lost),
            first=lost[0],
        )
        yield fail(what, _("Restore them from a backup, or import the same billing files again."))
    else:
        yield fine(_("every file is there"))


def _all() -> Iterator[Document]:
    return Document.select().order_by(Document.invoice_number, Document.kind).iterator()


def _is_there(document: Document, chosen: Settings) -> bool:
    try:
        return path_of(document.sha256, chosen.data_dir).stat().st_size == document.size_bytes
    except OSError:
        return False


def _fault(document: Document, chosen: Settings) -> str:
    try:
        with path_of(document.sha256, chosen.data_dir).open("rb") as file:
            is_same = hashlib.file_digest(file, "sha256").hexdigest() == document.sha256
    except OSError as fault:
        return f"cannot be read: {fault.strerror}"
    return "" if is_same else "its bytes have changed"
