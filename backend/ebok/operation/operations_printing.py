"""Checks whether PDFs can be made, with the fonts for three languages."""

from collections.abc import Iterator

from ebok.doctor import Finding, checkup, fail, fine
from ebok.languages import say as _
from ebok.pdf.client import CannotPrint
from ebok.pdf.fonts import WANTED, fonts_of
from ebok.pdf.templates import render as render_pdf
from ebok.settings import Settings


@checkup("printing", database=False)
def look_at_printing(_settings: Settings) -> Iterator[Finding]:
    """Print a sample in three languages and check the fonts used."""
    todo = _("Run `deploy/libraries.sh`, or install what it names.")
    try:
        pdf = render_pdf("specimen", "pl")
    except CannotPrint as refusal:
        yield fail(_("No PDF can be made: %(why)s.", why=refusal.reason), todo)
        return
    if lacking := WANTED - fonts_of(pdf):
        names = ", ".join(sorted(lacking)).replace("-", " ")
        yield fail(_("PDFs are missing fonts: %(names)s.", names=names), todo)
    else:
        yield fine(_("PDFs can be made with the right fonts"))
