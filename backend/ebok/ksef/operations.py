"""Builds the visualisation of an invoice from the bytes of its file."""

import logging
from dataclasses import dataclass

from ebok.ksef import (
    errors,
    texts_attachment as attachment,
    texts_conditions as conditions,
    texts_details as details,
    texts_lines as lines,
    texts_parties as parties,
    texts_payments as payments,
)
from ebok.ksef.invoice import FaInvoice
from ebok.ksef.texts_blocks import Section

log = logging.getLogger(__name__)

SECTIONS = (
    parties.parties,
    details.correction,
    details.details,
    details.advances,
    lines.beyond,
    lines.order,
    lines.sums,
    details.annotations,
    payments.settlement,
    payments.payment,
    attachment.notes,
    attachment.attachment,
    conditions.conditions,
    attachment.footer,
)
"""In the order of an invoice; lines go between advances and order."""


@dataclass(frozen=True)
class View:
    """An invoice, and its sections in the current language."""

    invoice: FaInvoice
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section | None:
        """The section with this key, or None."""
        return next((found for found in self.sections if found.key == key), None)


def find_view(raw: bytes) -> View | None:
    """The view of a stored file; None if it is not a supported FA(3) file."""
    # Imported here: lxml takes 6 MB, which only processes that show such invoices need.
    from ebok.ksef import reading

    try:
        invoice = reading.read(raw)
    except errors.Refused as refused:
        log.warning("what=visualisation outcome=unreadable element=%s", refused.fault.element)
        return None
    found = (make(invoice) for make in SECTIONS)
    return View(invoice, tuple(filter(None, found)))
