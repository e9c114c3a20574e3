"""What a correction corrects, and which advances a final invoice settles."""

from datetime import date

from ebok.ksef.element_reader import ElementReader
from ebok.ksef.element_values import day, grosze
from ebok.ksef.invoice import KINDS, Advance, Corrected, Part
from ebok.ksef.numbers import day_of, expected_then, is_known, may_have
from ebok.ksef.parties import party
from ebok.languages import say as _


def correction(branch: ElementReader, ksef_kind: str) -> dict:
    """The fields of a correction, from Fa. Raises Refused when it corrects nothing."""
    corrected = branch.branches("DaneFaKorygowanej", _corrected)
    is_correction = KINDS[ksef_kind] == "correction"
    if is_correction and not corrected:
        raise branch.refused(_("expected DaneFaKorygowanej: what it corrects"), "RodzajFaktury")
    if corrected and not is_correction:
        branch.warn(_("expected KOR, KOR_ZAL or KOR_ROZ: it corrects something"), "RodzajFaktury")
    before = (*branch.branches("Podmiot1K", party), *branch.branches("Podmiot2K", party))
    return {
        "corrected": corrected,
        "correction_reason": branch.text("PrzyczynaKorekty"),
        "correction_effect": branch.text("TypKorekty"),
        "corrected_period": branch.text("OkresFaKorygowanej"),
        "right_number": branch.text("NrFaKorygowany"),
        "parties_before": before,
        "gross_before_grosze": branch.value("P_15ZK", grosze),
    }


def _corrected(branch: ElementReader) -> Corrected:
    number, issued_on = branch.text("NrFaKorygowanej"), branch.value("DataWystFaKorygowanej", day)
    # NrKSeF and NrKSeFN only say whether the number follows.
    branch.flag("NrKSeF")
    branch.flag("NrKSeFN")
    ksef_number = _ksef_number(branch, "NrKSeFFaKorygowanej")
    if is_known(ksef_number) and not may_have(ksef_number, issued_on.isoformat()):
        branch.warn(expected_then(), "NrKSeFFaKorygowanej")
    return Corrected(number, issued_on, ksef_number)


def _ksef_number(branch: ElementReader, name: str) -> str:
    number = branch.text(name)
    if number and not is_known(number):
        branch.warn(_("expected a KSeF number with a right checksum"), name)
    return number


def advance(branch: ElementReader, settled_on: date) -> Advance:
    """FakturaZaliczkowa, of an invoice of that day.

    The file does not say when the advance was invoiced: before this, and so is its KSeF number's
    day.
    """
    branch.flag("NrKSeFZN")
    ksef_number = _ksef_number(branch, "NrKSeFFaZaliczkowej")
    if is_known(ksef_number) and day_of(ksef_number) > settled_on:
        expected = _("expected the KSeF number of an invoice from before this one")
        branch.warn(expected, "NrKSeFFaZaliczkowej")
    return Advance(branch.text("NrFaZaliczkowej"), ksef_number)


def advance_part(branch: ElementReader) -> Part:
    """ZaliczkaCzesciowa: one of several payments that one advance invoice tells of."""
    return Part(branch.value("P_15Z", grosze), branch.value("P_6Z", day))
