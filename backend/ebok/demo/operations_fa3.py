"""The demo town's invoices as FA(3) XML, with only what the schema requires."""

from typing import Any

from lxml import etree

from ebok.demo.operations_attachment import attach
from ebok.demo.operations_people import Inhabitant
from ebok.settings import Utility

NAMESPACE = "http://crd.gov.pl/wzor/2025/06/25/13775/"
# Required elements that do not apply to water: 2 means "no".
NOTES = (
    ("P_16", "2"), ("P_17", "2"), ("P_18", "2"), ("P_18A", "2"), ("Zwolnienie/P_19N", "1"),
    ("NoweSrodkiTransportu/P_22N", "1"), ("P_23", "2"), ("PMarzy/P_PMarzyN", "1"),
)  # fmt: skip


def fa3(
    invoice: dict[str, Any], lines: list[dict[str, Any]], buyer: Inhabitant, utility: Utility
) -> bytes:
    """The XML of an invoice or a correction, from its rows in the bundle."""
    root = etree.Element(f"{{{NAMESPACE}}}Faktura", nsmap={None: NAMESPACE})
    form = _add(root, "Naglowek/KodFormularza", "FA")
    form.set("kodSystemowy", "FA (3)")
    form.set("wersjaSchemy", "1-0E")
    _add(root, "Naglowek/WariantFormularza", "3")
    _add(root, "Naglowek/DataWytworzeniaFa", f"{invoice['issued_on']}T06:15:00Z")
    _party(root, "Podmiot1", utility.nip, utility.company_name, utility.address, utility)
    _party(root, "Podmiot2", buyer.nip, buyer.name, buyer.street, buyer)
    for name, value in (("NrKlienta", buyer.customer_code), ("JST", "2"), ("GV", "2")):
        _add(root, f"Podmiot2/{name}", value)
    _body(root, invoice, lines, buyer)
    if invoice["kind"] == "invoice":
        tap = next(one for one in buyer.taps() if one.point_code == invoice["point_code"])
        attach(root, invoice, tap, buyer.street)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _party(root: Any, tag: str, nip: str, name: str, street: str, place: Any) -> None:
    _add(root, f"{tag}/DaneIdentyfikacyjne/NIP", nip)
    _add(root, f"{tag}/DaneIdentyfikacyjne/Nazwa", name)
    _add(root, f"{tag}/Adres/KodKraju", "PL")
    _add(root, f"{tag}/Adres/AdresL1", street)
    _add(root, f"{tag}/Adres/AdresL2", f"{place.postal_code} {place.city}")


def _body(
    root: Any, invoice: dict[str, Any], lines: list[dict[str, Any]], buyer: Inhabitant
) -> None:
    facts = (
        ("KodWaluty", "PLN"),
        ("P_1", str(invoice["issued_on"])),
        ("P_2", invoice["invoice_number"]),
        ("OkresFa/P_6_Od", str(invoice["period_from"])),
        ("OkresFa/P_6_Do", str(invoice["period_to"])),
        ("P_13_2", _point(invoice["net_grosze"])),
        ("P_14_2", _point(invoice["vat_grosze"])),
        ("P_15", _point(invoice["gross_grosze"])),
        *((f"Adnotacje/{name}", value) for name, value in NOTES),
        ("RodzajFaktury", "KOR" if invoice["kind"] == "correction" else "VAT"),
    )
    for path, value in facts:
        _add(root, f"Fa/{path}", value)
    if invoice["kind"] == "correction":
        _corrected(root, invoice)
    for line in lines:
        _line(root, line)
    if invoice["kind"] == "invoice":
        _add(root, "Fa/Platnosc/TerminPlatnosci/Termin", str(invoice["due_on"]))
        _add(root, "Fa/Platnosc/FormaPlatnosci", "6")
        _add(root, "Fa/Platnosc/RachunekBankowy/NrRB", buyer.bank_account)


def _corrected(root: Any, invoice: dict[str, Any]) -> None:
    _add(root, "Fa/PrzyczynaKorekty", invoice["correction_reason"])
    _add(root, "Fa/DaneFaKorygowanej/DataWystFaKorygowanej", str(invoice["period_to"]))
    _add(root, "Fa/DaneFaKorygowanej/NrFaKorygowanej", invoice["corrects"])
    _add(root, "Fa/DaneFaKorygowanej/NrKSeFN", "1")


def _line(root: Any, line: dict[str, Any]) -> None:
    item = etree.SubElement(_at(root, "Fa"), f"{{{NAMESPACE}}}FaWiersz")
    told = (
        ("NrWierszaFa", line["position"]),
        ("P_7", line["name"]),
        ("P_8A", line["unit"]),
        ("P_8B", line["quantity"]),
        ("P_9A", line["unit_net"].replace(",", ".")),
        ("P_11", _point(line["net_grosze"])),
        ("P_12", line["vat_rate"]),
    )
    for name, value in told:
        _add(item, name, str(value))


def _add(root: Any, path: str, text: str):
    parent, _, name = path.rpartition("/")
    element = etree.SubElement(_at(root, parent), f"{{{NAMESPACE}}}{name}")
    element.text = text
    return element


def _at(root: Any, path: str):
    """The element at `path`, created with its missing parents."""
    for name in filter(None, path.split("/")):
        tag = f"{{{NAMESPACE}}}{name}"
        found = root.find(tag)
        root = etree.SubElement(root, tag) if found is None else found
    return root


def _point(grosze: int) -> str:
    """An amount as KSeF writes it, without trailing zeros."""
    whole = f"{'-' if grosze < 0 else ''}{abs(grosze) // 100}.{abs(grosze) % 100:02}"
    return whole.rstrip("0").rstrip(".")
