"""The code by which anybody checks an invoice in KSeF (Dz.U. 2025 poz. 1815 § 9)."""

import base64
import io
from dataclasses import dataclass

import segno

from ebok.invoices.models import Invoice
from ebok.ksef.links import verification_link

OFFLINE = "OFFLINE"
"""What stands under the code of an invoice that KSeF has given no number yet."""


@dataclass(frozen=True)
class Verification:
    """The link, the QR code as a data: address, and what stands directly under it; "" for none."""

    link: str = ""
    qr: str = ""
    under: str = ""


def of_invoice(invoice: Invoice, xml_sha256: str, seller_nip: str) -> Verification:
    """The code of this invoice; empty without its XML, whose hash the link is made of.

    `xml_sha256` is the hash of the file's very bytes, in hex.
    """
    if not xml_sha256:
        return Verification()
    # A number of KSeF begins with the seller's NIP, as KSeF knows it.
    nip = invoice.ksef_number.partition("-")[0] or seller_nip
    link = verification_link(nip, invoice.issued_on, bytes.fromhex(xml_sha256))
    return Verification(link, qr_of(link), invoice.ksef_number or OFFLINE)


def qr_of(text: str) -> str:
    """A QR code as an address that holds its own picture."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", omitsize=True, border=2, xmldecl=False, svgclass=None, lineclass=None
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.getvalue()).decode()}"
