"""What is to be paid, until when, and to which account."""

from dataclasses import replace

from ebok.ksef.element_reader import ElementReader
from ebok.ksef.element_values import account, day, grosze, integer
from ebok.ksef.invoice import Bank, Charge, Part, Payment, Settlement, Term
from ebok.languages import say as _


def settlement(branch: ElementReader, gross_grosze: int) -> Settlement:
    """Rozliczenie. DoZaplaty is what the customer was asked for, even where it does not add up."""
    added, charges = _charges(branch, "Obciazenia", "SumaObciazen")
    taken, deductions = _charges(branch, "Odliczenia", "SumaOdliczen")
    asked = gross_grosze + added - taken
    payable = stated = branch.value("DoZaplaty", grosze)
    overpaid = abs(branch.value("DoRozliczenia", grosze) or 0)
    if payable not in (None, asked):
        branch.warn(_("expected %(sum)s: P_15 with charges", sum=f"{asked / 100:.2f}"), "DoZaplaty")
    if overpaid and overpaid != -asked:
        branch.warn(
            _("expected %(sum)s: P_15 with charges", sum=f"{-asked / 100:.2f}"), "DoRozliczenia"
        )
    if payable is None:
        payable = 0 if overpaid else asked
    less = (Charge(-charge.amount_grosze, charge.reason) for charge in deductions)
    return Settlement((*charges, *less), payable, overpaid, stated)


def _charges(branch: ElementReader, name: str, sum_name: str) -> tuple[int, tuple[Charge, ...]]:
    """The sum of charges, and each of them; the sum is as stated where no charge is."""
    found = branch.branches(name, _charge)
    stated = branch.value(sum_name, grosze)
    total = sum(charge.amount_grosze for charge in found) if found else stated or 0
    if stated not in (None, total):
        branch.warn(
            _("expected %(total)s, the sum of its parts", total=f"{total / 100:.2f}"), sum_name
        )
    return total, found


def _charge(branch: ElementReader) -> Charge:
    return Charge(branch.value("Kwota", grosze), branch.text("Powod"))


def payment(branch: ElementReader) -> Payment:
    """Platnosc."""
    dues = branch.branches("TerminPlatnosci", _due)
    # 1: a part of it is paid; 2: all of it, in parts.
    paid, in_parts = branch.flag("Zaplacono"), branch.value("ZnacznikZaplatyCzesciowej", integer)
    branch.flag("PlatnoscInna")
    banks = branch.branches("RachunekBankowy", _bank)
    factors = tuple(
        replace(bank, is_factors=True) for bank in branch.branches("RachunekBankowyFaktora", _bank)
    )
    return Payment(
        is_paid=paid or in_parts == 2,
        paid_on=branch.value("DataZaplaty", day),
        parts=branch.branches("ZaplataCzesciowa", _part),
        paid_in_parts=in_parts or 0,
        due_days=tuple(term.due_on for term in dues if term.due_on),
        due_terms=tuple(term.words for term in dues if term.words),
        terms=dues,
        means=branch.text("FormaPlatnosci") or branch.text("OpisPlatnosci"),
        accounts=tuple(bank.number for bank in banks),
        factor_accounts=tuple(bank.number for bank in factors),
        banks=(*factors, *banks),
        discount=branch.branch("Skonto", _discount) or "",
        link=branch.text("LinkDoPlatnosci"),
        link_id=branch.text("IPKSeF"),
    )


def _due(branch: ElementReader) -> Term:
    return Term(branch.value("Termin", day), branch.branch("TerminOpis", _term) or "")


def _term(branch: ElementReader) -> str:
    names = ("Ilosc", "Jednostka", "ZdarzeniePoczatkowe")
    return " ".join(filter(None, (branch.text(name) for name in names)))


def _part(branch: ElementReader) -> Part:
    amount = branch.value("KwotaZaplatyCzesciowej", grosze)
    branch.flag("PlatnoscInna")
    means = branch.text("FormaPlatnosci") or branch.text("OpisPlatnosci")
    return Part(amount, branch.value("DataZaplatyCzesciowej", day), means)


def _bank(branch: ElementReader) -> Bank:
    return Bank(
        number=branch.value("NrRB", account),
        swift=branch.text("SWIFT"),
        own=branch.text("RachunekWlasnyBanku"),
        name=branch.text("NazwaBanku"),
        note=branch.text("OpisRachunku"),
    )


def _discount(branch: ElementReader) -> str:
    return f"{branch.text('WysokoscSkonta')}: {branch.text('WarunkiSkonta')}"
