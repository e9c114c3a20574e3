"""Who is on the invoice: seller, buyer, third parties, and who they were before a correction."""

from ebok.ksef.branches import Branch
from ebok.ksef.invoice import Party


def party(branch: Branch) -> Party:
    """Podmiot1, Podmiot2, Podmiot3, PodmiotUpowazniony, Podmiot1K or Podmiot2K."""
    identity = branch.branch("DaneIdentyfikacyjne", _identity)
    address, country = branch.branch("Adres", _address) or ((), "")
    contacts = branch.branches("DaneKontaktowe", _contact)
    return Party(
        **identity,
        address=address,
        country=country,
        emails=tuple(email for email, _ in contacts if email),
        phones=tuple(phone for _, phone in contacts if phone),
        customer_code=branch.text("NrKlienta"),
        role=_role(branch),
        share=branch.text("Udzial"),
        key=branch.text("IDNabywcy"),
        is_local_government_unit=branch.flag("JST"),
        is_vat_group_member=branch.flag("GV"),
    )


def _role(branch: Branch) -> str:
    branch.flag("RolaInna")
    role = branch.text("Rola") or branch.text("RolaPU")
    return role or branch.text("OpisRoli")


def _identity(branch: Branch) -> dict:
    return {
        "nip": branch.text("NIP"),
        "eu_vat": branch.text("KodUE") + branch.text("NrVatUE"),
        "foreign_id": " ".join(filter(None, (branch.text("KodKraju"), branch.text("NrID")))),
        "internal_id": branch.text("IDWew"),
        "is_consumer": branch.flag("BrakID"),
        "name": branch.text("Nazwa"),
    }


def _address(branch: Branch) -> tuple[tuple[str, ...], str]:
    country = branch.text("KodKraju")
    lines = (branch.text("AdresL1"), branch.text("AdresL2"))
    return tuple(filter(None, lines)), country


def _contact(branch: Branch) -> tuple[str, str]:
    email = branch.text("Email") or branch.text("EmailPU")
    return email, branch.text("Telefon") or branch.text("TelefonPU")
