"""What a correction corrects, and which advances a final invoice settles."""

from datetime import date
from typing import Any

from ebok.ksef.element_reader import ElementReader
from ebok.ksef.element_values import day, grosze
from ebok.ksef.invoice import KINDS, Advance, Corrected, Part
from ebok.ksef.numbers import day_of, expected_for_day, is_known, may_belong
from ebok.ksef.parties import party
from ebok.languages import say as _


def correction(reader: ElementReader, ksef_kind: str) -> dict[str, Any]:
    """The fields of a correction in Fa. Raises Refused if it corrects nothing."""
    corrected = reader.each_child("DaneFaKorygowanej", _corrected)
    is_correction = KINDS[ksef_kind] == "correction"
    if is_correction and not corrected:
        raise reader.refused(_("expected DaneFaKorygowanej: what it corrects"), "RodzajFaktury")
    if corrected and not is_correction:
        reader.warn(_("expected KOR, KOR_ZAL or KOR_ROZ: it corrects something"), "RodzajFaktury")
    before = (*reader.each_child("Podmiot1K", party), *reader.each_child("Podmiot2K", party))
    return {
        "corrected": corrected,
        "correction_reason": reader.text("PrzyczynaKorekty"),
        "correction_effect": reader.text("TypKorekty"),
        "corrected_period": reader.text("OkresFaKorygowanej"),
        "right_number": reader.text("NrFaKorygowany"),
        "parties_before": before,
        "gross_before_grosze": reader.value("P_15ZK", grosze),
    }


def _corrected(reader: ElementReader) -> Corrected:
    number = reader.text("NrFaKorygowanej")
    issued_on = reader.required("DataWystFaKorygowanej", day)
    # NrKSeF and NrKSeFN only say whether the number follows.
    reader.flag("NrKSeF")
    reader.flag("NrKSeFN")
    ksef_number = _ksef_number(reader, "NrKSeFFaKorygowanej")
    if is_known(ksef_number) and not may_belong(ksef_number, issued_on.isoformat()):
        reader.warn(expected_for_day(), "NrKSeFFaKorygowanej")
    return Corrected(number, issued_on, ksef_number)


def _ksef_number(reader: ElementReader, name: str) -> str:
    number = reader.text(name)
    if number and not is_known(number):
        reader.warn(_("expected a KSeF number with a right checksum"), name)
    return number


def advance(reader: ElementReader, settled_on: date) -> Advance:
    """Parse FakturaZaliczkowa, an advance settled by an invoice of `settled_on`.

    The file does not say when the advance was invoiced, but it was earlier; so is the day in its
    KSeF number.
    """
    reader.flag("NrKSeFZN")
    ksef_number = _ksef_number(reader, "NrKSeFFaZaliczkowej")
    if is_known(ksef_number) and day_of(ksef_number) > settled_on:
        expected = _("expected the KSeF number of an invoice from before this one")
        reader.warn(expected, "NrKSeFFaZaliczkowej")
    return Advance(reader.text("NrFaZaliczkowej"), ksef_number)


def advance_part(reader: ElementReader) -> Part:
    """Parse ZaliczkaCzesciowa, one of several payments of an advance invoice."""
    return Part(reader.required("P_15Z", grosze), reader.required("P_6Z", day))
