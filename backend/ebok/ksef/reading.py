"""Parses the bytes of an FA(3) file into an invoice, or refuses it."""

from functools import partial
from typing import Any

from ebok.ksef.annotations import annotations
from ebok.ksef.attachment import attachment
from ebok.ksef.conditions import conditions
from ebok.ksef.corrections import advance, advance_part, correction
from ebok.ksef.element_reader import ElementReader, read_element
from ebok.ksef.element_values import day, grosze, integer
from ebok.ksef.errors import Fault
from ebok.ksef.invoice import KINDS, FaInvoice, Payment, Settlement, VatSum
from ebok.ksef.lines import lines, order, vat_sums
from ebok.ksef.meters import readings
from ebok.ksef.notes import Note
from ebok.ksef.parties import party
from ebok.ksef.sale import Conditions
from ebok.ksef.schema import valid_root
from ebok.ksef.settlement import payment, settlement
from ebok.ksef.sums import calculated_sums
from ebok.languages import say as _
from ebok.values.nip import is_somebodys

CURRENCY = "PLN"


def read(raw: bytes, seller_nip: str = "") -> FaInvoice:
    """Parse an invoice of this seller, or of any seller if none is given. Raises only Refused.

    Stored files are read without a seller: they are shown whatever the settings are now. An element
    that is neither read nor listed in `ignored_elements.py` refuses the file.
    """
    warnings: list[Fault] = []
    root = valid_root(raw)
    return read_element(root, warnings, lambda reader: _invoice(reader, seller_nip, warnings))


def _invoice(reader: ElementReader, seller_nip: str, warnings: list[Fault]) -> FaInvoice:
    seller = reader.required_child("Podmiot1", lambda found: _seller(found, seller_nip))
    blocks = reader.child("Zalacznik", attachment) or ()
    fields = reader.required_child("Fa", _document)
    footer, registers = reader.child("Stopka", _footer) or ((), ())
    return FaInvoice(
        made=reader.required_child("Naglowek", lambda head: head.text("DataWytworzeniaFa")),
        seller=seller,
        buyer=reader.required_child("Podmiot2", _buyer),
        others=(
            *reader.each_child("Podmiot3", party),
            *reader.each_child("PodmiotUpowazniony", party),
        ),
        readings=readings(fields["notes"], blocks),
        footer=footer,
        registers=registers,
        attachment=blocks,
        **fields,
        warnings=tuple(warnings),
    )


def _seller(reader: ElementReader, seller_nip: str):
    found = party(reader)
    if seller_nip and found.nip != seller_nip:
        expected = _(
            "an invoice of another seller, %(found)s; expected %(ours)s",
            found=found.nip,
            ours=seller_nip,
        )
        raise reader.refused(expected)
    return found


def _buyer(reader: ElementReader):
    found = party(reader)
    if found.nip and not is_somebodys(found.nip):
        reader.warn(
            _(
                "%(nip)s is a NIP that belongs to nobody: it is not used to find the customer",
                nip=found.nip,
            )
        )
    return found


def _document(reader: ElementReader) -> dict[str, Any]:
    """The fields of Fa."""
    _require_złoty(reader)
    ksef_kind = reader.text("RodzajFaktury")
    gross = reader.required("P_15", grosze)
    issued_on = reader.required("P_1", day)
    names, exemption = annotations(reader)
    fields = {"annotations": names, "exemption": exemption, "lines": lines(reader)}
    return {
        **fields,
        **_sums(reader, fields, gross),
        **_dates(reader),
        "issued_on": issued_on,
        **correction(reader, ksef_kind),
        "number": reader.text("P_2"),
        "kind": KINDS[ksef_kind],
        "ksef_kind": ksef_kind,
        "gross_grosze": gross,
        "issued_at_place": reader.text("P_1M"),
        "settlement": reader.child("Rozliczenie", lambda found: settlement(found, gross))
        or Settlement(),
        "payment": reader.child("Platnosc", payment) or Payment(),
        "advance_parts": reader.each_child("ZaliczkaCzesciowa", advance_part),
        "advances": reader.each_child("FakturaZaliczkowa", partial(advance, settled_on=issued_on)),
        "order": reader.child("Zamowienie", order),
        "notes": reader.each_child("DodatkowyOpis", _note),
        "conditions": reader.child("WarunkiTransakcji", conditions) or Conditions(),
        "delivery_notes": reader.texts("WZ"),
        "exchange_rate": reader.text("KursWalutyZ"),
    }


def _require_złoty(reader: ElementReader) -> None:
    if reader.text("KodWaluty") != CURRENCY:
        raise reader.refused(_("expected PLN: the ledger is in złoty"), "KodWaluty")


def _dates(reader: ElementReader) -> dict[str, Any]:
    first, last = reader.child("OkresFa", _period) or (None, None)
    return {
        "sold_on": reader.value("P_6", day),
        "period_from": first,
        "period_to": last,
    }


def _period(reader: ElementReader):
    return reader.value("P_6_Od", day), reader.value("P_6_Do", day)


def _sums(reader: ElementReader, fields: dict[str, Any], gross: int) -> dict[str, Any]:
    """Net and VAT as stated, else calculated. If they do not add up to the gross, only warn: an
    issued invoice stays as it is."""
    stated = vat_sums(reader)
    is_margin = any(word.startswith("margin") for word in fields["annotations"])
    found = stated or calculated_sums(reader, fields["lines"], gross, is_margin)
    net, vat = _total(found)
    if net + vat != gross:
        total = f"{(net + vat) / 100:.2f}"
        reader.warn(_("expected %(total)s, the sum of P_13 and P_14", total=total), "P_15")
    return {
        "vat_sums": found,
        "net_grosze": net,
        "vat_grosze": vat,
        "is_vat_calculated": bool(found and not stated),
    }


def _total(sums: tuple[VatSum, ...]) -> tuple[int, int]:
    return sum(found.net_grosze for found in sums), sum(found.vat_grosze for found in sums)


def _note(reader: ElementReader) -> Note:
    line = reader.value("NrWiersza", integer) or 0
    return Note(reader.text("Klucz"), reader.text("Wartosc"), line)


def _footer(reader: ElementReader) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    texts = reader.each_child("Informacje", lambda found: found.text("StopkaFaktury"))
    registers = reader.each_child("Rejestry", _register)
    return tuple(filter(None, texts)), tuple(pair for pairs in registers for pair in pairs)


def _register(reader: ElementReader) -> tuple[tuple[str, str], ...]:
    names = ("PelnaNazwa", "KRS", "REGON", "BDO")
    found = ((name, reader.text(name)) for name in names)
    return tuple(pair for pair in found if pair[1])
