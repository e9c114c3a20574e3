"""Parties of an invoice: seller, buyer, third parties, and their data before a correction."""

from typing import Any

from ebok.ksef.element_reader import ElementReader
from ebok.ksef.people import Address, Party


def party(reader: ElementReader) -> Party:
    """Parse Podmiot1, Podmiot2, Podmiot3, PodmiotUpowazniony, Podmiot1K or Podmiot2K."""
    identity = reader.required_child("DaneIdentyfikacyjne", _identity)
    prefix = reader.text("PrefiksPodatnika")
    contacts = reader.each_child("DaneKontaktowe", _contact)
    return Party(
        **identity | {"eu_vat": prefix + identity["nip"] if prefix else identity["eu_vat"]},
        address=reader.child("Adres", address_of) or Address(),
        emails=tuple(email for email, _ in contacts if email),
        phones=tuple(phone for _, phone in contacts if phone),
        customer_code=reader.text("NrKlienta"),
        role=_role(reader),
        share=reader.text("Udzial"),
        key=reader.text("IDNabywcy"),
        is_local_government_unit=reader.flag("JST"),
        is_vat_group_member=reader.flag("GV"),
        post=reader.child("AdresKoresp", address_of) or Address(),
        eori=reader.text("NrEORI"),
        status=reader.text("StatusInfoPodatnika"),
    )


def _role(reader: ElementReader) -> str:
    reader.flag("RolaInna")
    role, authorised = reader.text("Rola"), reader.text("RolaPU")
    if authorised:
        return f"PU {authorised}"
    return role or reader.text("OpisRoli") or reader.name


def carrier(reader: ElementReader) -> Party:
    """Parse Przewoznik."""
    identity = reader.required_child("DaneIdentyfikacyjne", _identity)
    return Party(**identity, address=reader.required_child("AdresPrzewoznika", address_of))


def _identity(reader: ElementReader) -> dict[str, Any]:
    return {
        "nip": reader.text("NIP"),
        "eu_vat": reader.text("KodUE") + reader.text("NrVatUE"),
        "foreign_id": " ".join(filter(None, (reader.text("KodKraju"), reader.text("NrID")))),
        "internal_id": reader.text("IDWew"),
        "is_consumer": reader.flag("BrakID"),
        "name": reader.text("Nazwa"),
    }


def address_of(reader: ElementReader) -> Address:
    """Parse Adres, AdresKoresp, AdresPrzewoznika, WysylkaZ, WysylkaPrzez or WysylkaDo."""
    country = reader.text("KodKraju")
    lines = (reader.text("AdresL1"), reader.text("AdresL2"))
    return Address(tuple(filter(None, lines)), country, reader.text("GLN"))


def _contact(reader: ElementReader) -> tuple[str, str]:
    email = reader.text("Email") or reader.text("EmailPU")
    return email, reader.text("Telefon") or reader.text("TelefonPU")
