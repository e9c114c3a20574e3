"""What is to be paid, until when, and to which account."""

from dataclasses import replace

from ebok.ksef.element_reader import ElementReader
from ebok.ksef.element_values import account, day, grosze, integer
from ebok.ksef.invoice import Bank, Charge, Part, Payment, Settlement, Term
from ebok.languages import say as _


def settlement(reader: ElementReader, gross_grosze: int) -> Settlement:
    """Parse Rozliczenie. DoZaplaty is what the customer was asked for, even if it does not add
    up."""
    added, charges = _charges(reader, "Obciazenia", "SumaObciazen")
    taken, deductions = _charges(reader, "Odliczenia", "SumaOdliczen")
    asked = gross_grosze + added - taken
    payable = stated = reader.value("DoZaplaty", grosze)
    overpaid = abs(reader.value("DoRozliczenia", grosze) or 0)
    if payable not in (None, asked):
        reader.warn(_("expected %(sum)s: P_15 with charges", sum=f"{asked / 100:.2f}"), "DoZaplaty")
    if overpaid and overpaid != -asked:
        reader.warn(
            _("expected %(sum)s: P_15 with charges", sum=f"{-asked / 100:.2f}"), "DoRozliczenia"
        )
    if payable is None:
        payable = 0 if overpaid else asked
    less = (Charge(-charge.amount_grosze, charge.reason) for charge in deductions)
    return Settlement((*charges, *less), payable, overpaid, stated)


def _charges(reader: ElementReader, name: str, sum_name: str) -> tuple[int, tuple[Charge, ...]]:
    """The sum of charges, and each of them; the stated sum if there are none."""
    found = reader.each_child(name, _charge)
    stated = reader.value(sum_name, grosze)
    total = sum(charge.amount_grosze for charge in found) if found else stated or 0
    if stated not in (None, total):
        reader.warn(
            _("expected %(total)s, the sum of its parts", total=f"{total / 100:.2f}"), sum_name
        )
    return total, found


def _charge(reader: ElementReader) -> Charge:
    return Charge(reader.required("Kwota", grosze), reader.text("Powod"))


def payment(reader: ElementReader) -> Payment:
    """Parse Platnosc."""
    dues = reader.each_child("TerminPlatnosci", _due)
    # 1: a part of it is paid; 2: all of it, in parts.
    paid, in_parts = reader.flag("Zaplacono"), reader.value("ZnacznikZaplatyCzesciowej", integer)
    reader.flag("PlatnoscInna")
    banks = reader.each_child("RachunekBankowy", _bank)
    of_factors = reader.each_child("RachunekBankowyFaktora", _bank)
    factors = tuple(replace(bank, is_factors=True) for bank in of_factors)
    return Payment(
        is_paid=paid or in_parts == 2,
        paid_on=reader.value("DataZaplaty", day),
        parts=reader.each_child("ZaplataCzesciowa", _part),
        paid_in_parts=in_parts or 0,
        due_days=tuple(term.due_on for term in dues if term.due_on),
        due_terms=tuple(term.words for term in dues if term.words),
        terms=dues,
        means=reader.text("FormaPlatnosci") or reader.text("OpisPlatnosci"),
        accounts=tuple(bank.number for bank in banks),
        factor_accounts=tuple(bank.number for bank in factors),
        banks=(*factors, *banks),
        discount=reader.child("Skonto", _discount) or "",
        link=reader.text("LinkDoPlatnosci"),
        link_id=reader.text("IPKSeF"),
    )


def _due(reader: ElementReader) -> Term:
    return Term(reader.value("Termin", day), reader.child("TerminOpis", _term) or "")


def _term(reader: ElementReader) -> str:
    names = ("Ilosc", "Jednostka", "ZdarzeniePoczatkowe")
    return " ".join(filter(None, (reader.text(name) for name in names)))


def _part(reader: ElementReader) -> Part:
    amount = reader.required("KwotaZaplatyCzesciowej", grosze)
    reader.flag("PlatnoscInna")
    means = reader.text("FormaPlatnosci") or reader.text("OpisPlatnosci")
    return Part(amount, reader.required("DataZaplatyCzesciowej", day), means)


def _bank(reader: ElementReader) -> Bank:
    return Bank(
        number=reader.required("NrRB", account),
        swift=reader.text("SWIFT"),
        own=reader.text("RachunekWlasnyBanku"),
        name=reader.text("NazwaBanku"),
        note=reader.text("OpisRachunku"),
    )


def _discount(reader: ElementReader) -> str:
    return f"{reader.text('WysokoscSkonta')}: {reader.text('WarunkiSkonta')}"
