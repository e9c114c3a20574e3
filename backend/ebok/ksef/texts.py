"""Words for the codes and flags of FA(3); the terms are those of the VAT act."""

from collections.abc import Mapping

from babel.core import UnknownLocaleError
from flask_babel import get_locale

from ebok.ksef import texts_figures as figures
from ebok.languages import gettext as _, lazy
from ebok.values.vat import ABROAD, MARGIN

ROLES = {
    "1": lazy("Factor"),
    "2": lazy("Recipient"),
    "3": lazy("Original entity"),
    "4": lazy("Additional buyer"),
    "5": lazy("Issuer of the invoice"),
    "6": lazy("Payer"),
    "7": lazy("Local government unit, issuer"),
    "8": lazy("Local government unit, recipient"),
    "9": lazy("Member of a VAT group, issuer"),
    "10": lazy("Member of a VAT group, recipient"),
    "11": lazy("Employee"),
    "PU 1": lazy("Enforcement authority"),
    "PU 2": lazy("Court bailiff"),
    "PU 3": lazy("Tax representative"),
}
STATUSES = {
    "1": lazy("in liquidation"),
    "2": lazy("in restructuring"),
    "3": lazy("in bankruptcy"),
    "4": lazy("enterprise in an estate"),
}
ANNOTATIONS = {
    "cash accounting": lazy("Cash accounting method"),
    "self-billing": lazy("Self-billing"),
    "reverse charge": lazy("Reverse charge"),
    "split payment": lazy("Split payment mechanism"),
    "exempt": lazy("Sale exempt from VAT"),
    "new means of transport": lazy("Intra-Community supply of new means of transport"),
    "triangular": lazy("Simplified triangular transaction"),
    "margin": lazy("Margin scheme"),
    "margin: travel": lazy("Margin scheme for travel agencies"),
    "margin: used goods": lazy("Margin scheme for used goods"),
    "margin: works of art": lazy("Margin scheme for works of art"),
    "margin: antiques": lazy("Margin scheme for collectors' items and antiques"),
    "of a receipt": lazy("Invoice for a till receipt (article 109(3d) of the VAT Act)"),
    "related parties": lazy("The seller and the buyer are related"),
    "excise refund": lazy("For the refund of excise duty to a farmer"),
}
EFFECTS = {
    "1": lazy("Takes effect on the date of the corrected invoice"),
    "2": lazy("Takes effect on the date of this correction"),
    "3": lazy("Takes effect on another date, or on several"),
}
MEANS = {
    "1": lazy("cash"),
    "2": lazy("card"),
    "3": lazy("voucher"),
    "4": lazy("cheque"),
    "5": lazy("credit"),
    "6": lazy("bank transfer"),
    "7": lazy("mobile payment"),
}
OWN_ACCOUNTS = {
    "1": lazy("the bank's own account, for debts that it buys"),
    "2": lazy("the bank's own account, for collecting payments"),
    "3": lazy("the bank's own account, for its own affairs"),
}
RATES = {
    "zw": lazy("exempt"),
    "oo": lazy("reverse charge"),
    "np I": lazy("not taxed in Poland"),
    "np II": lazy("not taxed in Poland, services to the EU"),
    MARGIN: lazy("margin"),
    "0 KR": "0%",
    "0 WDT": lazy("0%, intra-Community supply"),
    "0 EX": lazy("0%, export"),
}
RATES_IN_WORDS = {
    "zw": lazy("exempt from VAT"),
    "oo": lazy("VAT is settled by the buyer"),
    "np I": lazy("not subject to VAT in Poland"),
    "np II": lazy("not subject to VAT in Poland, a service for the EU"),
    "0 KR": lazy("0%, sold in Poland"),
    "0 WDT": lazy("0%, sold to another country of the EU"),
    "0 EX": lazy("0%, sold outside the EU"),
}
CODES = {
    "Indeks": lazy("Index"),
    "GTIN": "GTIN",
    "PKWiU": "PKWiU",
    "CN": "CN",
    "PKOB": "PKOB",
    "P_12_Zal_15": lazy("Annex 15 to the VAT Act"),
    "KwotaAkcyzy": lazy("Excise duty in the price, zł"),
    "GTU": "GTU",
    "Procedura": lazy("Procedure"),
    "KursWaluty": lazy("Exchange rate"),
}
TRANSPORTS = {
    "1": lazy("by sea"),
    "2": lazy("by rail"),
    "3": lazy("by road"),
    "4": lazy("by air"),
    "5": lazy("by post"),
    "7": lazy("through fixed installations"),
    "8": lazy("by inland waterway"),
}
PLACES = {
    "WysylkaZ": lazy("Shipped from"),
    "WysylkaPrzez": lazy("Shipped via"),
    "WysylkaDo": lazy("Shipped to"),
}
LOADS = (
    "bańka", "beczka", "butla", "karton", "kanister", "klatka", "kontener", "kosz", "łubianka",
    "opakowanie zbiorcze", "paczka", "pakiet", "paleta", "pojemnik",
    "pojemnik do ładunków masowych stałych", "pojemnik do ładunków masowych w postaci płynnej",
    "pudełko", "puszka", "skrzynia", "worek",
)  # fmt: skip
"""Polish only: names of TLadunek, which a waterworks hardly ever uses."""


def word_for(words: Mapping[str, object], code: str) -> str:
    """The word for a code, or the code itself."""
    return str(words.get(code, code))


def load(code: str) -> str:
    """What was transported."""
    number = int(code) if code.isdigit() else 0
    return LOADS[number - 1] if 0 < number <= len(LOADS) else code


def rate(vat_rate: str) -> str:
    """A VAT rate: "8" becomes 8%; a dash if there is none."""
    if vat_rate.isdigit():
        return f"{vat_rate}%"
    if vat_rate.startswith(ABROAD):
        return f"{figures.percent(vat_rate.removeprefix(ABROAD))} (OSS)"
    return word_for(RATES, vat_rate) if vat_rate else "–"


def rate_in_words(vat_rate: str) -> str:
    """A VAT rate in words with its code, for customers; "" if there is none."""
    if vat_rate in RATES_IN_WORDS:
        return f"{RATES_IN_WORDS[vat_rate]} ({vat_rate})"
    return rate(vat_rate) if vat_rate else ""


def country(code: str) -> str:
    """A country's name; "" for Poland."""
    if code in ("", "PL"):
        return ""
    try:
        return get_locale().territories.get(code, code)
    except UnknownLocaleError:
        return code


def yes() -> str:
    """The text of a flag that is set."""
    return _("yes")
