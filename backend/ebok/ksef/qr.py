"""Link and QR code for verifying an invoice in KSeF (Dz.U. 2025 poz. 1815 § 9)."""

import base64
import io
from dataclasses import dataclass
from datetime import date

import segno

from ebok.ksef.invoice import FaInvoice
from ebok.ksef.numbers import is_valid

VERIFICATION = "https://qr.ksef.mf.gov.pl/invoice"


def verification_link(seller_nip: str, issued_on: date, sha256: bytes) -> str:
    """KOD I of an invoice: seller, day of issue (P_1), and the SHA-256 of the file.

    Source: CIRFMF/ksef-docs, kody-qr; Dz.U. 2025 poz. 1815 § 9.
    """
    digest = base64.urlsafe_b64encode(sha256).decode().rstrip("=")
    return f"{VERIFICATION}/{seller_nip}/{issued_on:%d-%m-%Y}/{digest}"


@dataclass(frozen=True)
class Verification:
    """The link, the QR code as a data: URL, and the text below it; all "" if there is none."""

    link: str = ""
    qr: str = ""
    under: str = ""


def link_of(invoice: FaInvoice, ksef_number: str, sha256: str) -> str:
    """The verification link of this file; "" without a KSeF 2 number.

    An invoice without a number may not be in KSeF, and FA(3) does not say whether it was issued
    offline. `sha256` is the hash of the file in hex.
    """
    if not is_valid(ksef_number):
        return ""
    return verification_link(invoice.seller.nip, invoice.issued_on, bytes.fromhex(sha256))


def of_invoice(invoice: FaInvoice, ksef_number: str, sha256: str) -> Verification:
    """The verification of this invoice; empty without a link."""
    link = link_of(invoice, ksef_number, sha256)
    return Verification(link, qr_of(link), ksef_number) if link else Verification()


def qr_of(text: str) -> str:
    """A QR code as a data: URL of an SVG."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", omitsize=True, border=2, xmldecl=False, svgclass=None, lineclass=None
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.getvalue()).decode()}"
