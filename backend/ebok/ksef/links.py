"""The link by which anybody may check that an invoice lies in KSeF."""

import base64
from datetime import date

VERIFICATION = "https://qr.ksef.mf.gov.pl/invoice"


def verification_link(seller_nip: str, issued_on: date, sha256: bytes) -> str:
    """KOD I of an invoice: seller, day of issue (P_1), and the SHA-256 of the file's very bytes.

    Source: CIRFMF/ksef-docs, kody-qr; Dz.U. 2025 poz. 1815 § 9.
    """
    digest = base64.urlsafe_b64encode(sha256).decode().rstrip("=")
    return f"{VERIFICATION}/{seller_nip}/{issued_on:%d-%m-%Y}/{digest}"
