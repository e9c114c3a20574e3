"""Who is on the invoice: seller, buyer, third parties, and who they were before a correction."""

from ebok.ksef.element_reader import ElementReader
from ebok.ksef.people import Address, Party


def party(branch: ElementReader) -> Party:
    """Podmiot1, Podmiot2, Podmiot3, PodmiotUpowazniony, Podmiot1K or Podmiot2K."""
    identity = branch.branch("DaneIdentyfikacyjne", _identity)
    prefix = branch.text("PrefiksPodatnika")
    contacts = branch.branches("DaneKontaktowe", _contact)
    return Party(
        **identity | {"eu_vat": prefix + identity["nip"] if prefix else identity["eu_vat"]},
        address=branch.branch("Adres", address_of) or Address(),
        emails=tuple(email for email, _ in contacts if email),
        phones=tuple(phone for _, phone in contacts if phone),
        customer_code=branch.text("NrKlienta"),
        role=_role(branch),
        share=branch.text("Udzial"),
        key=branch.text("IDNabywcy"),
        is_local_government_unit=branch.flag("JST"),
        is_vat_group_member=branch.flag("GV"),
        post=branch.branch("AdresKoresp", address_of) or Address(),
        eori=branch.text("NrEORI"),
        status=branch.text("StatusInfoPodatnika"),
    )


def _role(branch: ElementReader) -> str:
    branch.flag("RolaInna")
    role, authorised = branch.text("Rola"), branch.text("RolaPU")
    if authorised:
        return f"PU {authorised}"
    return role or branch.text("OpisRoli") or branch.name


def carrier(branch: ElementReader) -> Party:
    """Przewoznik."""
    identity = branch.branch("DaneIdentyfikacyjne", _identity)
    return Party(**identity, address=branch.branch("AdresPrzewoznika", address_of))


def _identity(branch: ElementReader) -> dict:
    return {
        "nip": branch.text("NIP"),
        "eu_vat": branch.text("KodUE") + branch.text("NrVatUE"),
        "foreign_id": " ".join(filter(None, (branch.text("KodKraju"), branch.text("NrID")))),
        "internal_id": branch.text("IDWew"),
        "is_consumer": branch.flag("BrakID"),
        "name": branch.text("Nazwa"),
    }


def address_of(branch: ElementReader) -> Address:
    """Adres, AdresKoresp, AdresPrzewoznika, WysylkaZ, WysylkaPrzez or WysylkaDo."""
    country = branch.text("KodKraju")
    lines = (branch.text("AdresL1"), branch.text("AdresL2"))
    return Address(tuple(filter(None, lines)), country, branch.text("GLN"))


def _contact(branch: ElementReader) -> tuple[str, str]:
    email = branch.text("Email") or branch.text("EmailPU")
    return email, branch.text("Telefon") or branch.text("TelefonPU")
