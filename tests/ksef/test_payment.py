"""What an FA(3) file asks to pay, by when and to which account."""

from datetime import date

from ebok.ksef.invoice import Charge
from ebok.ksef.reading import read
from ksef.faktura import ACCOUNT, SELLER, due, el, els, faktura
from ksef.test_kinds import refused


def test_amount_to_pay_may_differ_from_the_gross():
    settlement = el(
        "Rozliczenie",
        el("Obciazenia", els(Kwota="12.5", Powod="Odsetki")),
        el("SumaObciazen", "12.5"),
        el("Odliczenia", els(Kwota="20.5", Powod="Nadpłata")),
        els(SumaOdliczen="20.5", DoZaplaty="100"),
    )
    invoice = read(faktura(settlement=settlement), SELLER)
    assert (invoice.gross_grosze, invoice.payable_grosze) == (10800, 10000)
    assert invoice.settlement.charges == (Charge(1250, "Odsetki"), Charge(-2050, "Nadpłata"))
    assert (invoice.outstanding_grosze, invoice.warnings) == (10000, ())


def test_amount_to_pay_that_does_not_add_up_is_taken_and_told():
    invoice = read(faktura(settlement=el("Rozliczenie", el("DoZaplaty", "99"))), SELLER)
    assert invoice.payable_grosze == 9900
    [told] = invoice.warnings
    assert (told.element, told.value) == ("Faktura/Fa/Rozliczenie/DoZaplaty", "99")
    assert told.expected == "expected 108.00: P_15 with charges"


def test_overpaid_invoice_asks_for_nothing():
    rest = el("Odliczenia", els(Kwota="200", Powod="Nadpłata")) + el("DoRozliczenia", "92")
    invoice = read(faktura(settlement=el("Rozliczenie", rest)), SELLER)
    assert (invoice.payable_grosze, invoice.settlement.overpaid_grosze) == (0, 9200)
    assert invoice.outstanding_grosze == 0


def test_rounding_is_told_and_the_gross_stands():
    invoice = read(faktura(gross="108.01"), SELLER)
    assert (invoice.gross_grosze, invoice.rounding_grosze) == (10801, 1)
    assert invoice.warnings[0].element == "Faktura/Fa/P_15"


def test_paid_and_partly_paid_invoices():
    paid = els(Zaplacono="1", DataZaplaty="2026-10-31")
    assert read(faktura(payment=due(paid=paid)), SELLER).outstanding_grosze == 0
    part = el(
        "ZaplataCzesciowa", els(KwotaZaplatyCzesciowej="8", DataZaplatyCzesciowej="2026-10-30")
    )
    partly = read(faktura(payment=due(paid=el("ZnacznikZaplatyCzesciowej", 1) + part)), SELLER)
    assert (partly.outstanding_grosze, partly.payment.is_paid) == (10000, False)
    whole = read(faktura(payment=due(paid=el("ZnacznikZaplatyCzesciowej", 2) + part)), SELLER)
    assert (whole.outstanding_grosze, whole.payment.is_paid) == (0, True)


def test_earliest_of_several_due_days():
    invoice = read(faktura(payment=due("2026-12-14", "2026-11-14")), SELLER)
    assert invoice.due_on == date(2026, 11, 14)
    assert invoice.payment.due_days == (date(2026, 12, 14), date(2026, 11, 14))


def test_due_day_in_words_is_kept_as_words():
    term = els(Ilosc="14", Jednostka="dni", ZdarzeniePoczatkowe="doręczenie")
    payment = el("Platnosc", el("TerminPlatnosci", el("TerminOpis", term)))
    invoice = read(faktura(payment=payment), SELLER)
    assert (invoice.due_on, invoice.payment.due_terms) == (None, ("14 dni doręczenie",))


def test_account_with_wrong_check_digits_is_refused():
    wrong = f"08{ACCOUNT[2:]}"
    fault = refused(faktura(payment=due(accounts=(ACCOUNT, wrong))))
    assert fault.element == "Faktura/Fa/Platnosc/RachunekBankowy[2]/NrRB"
    assert fault.value == wrong


def test_accounts_are_kept_as_bare_digits():
    spaced = "PL07 1090 1014 0000 0000 0000 0001"
    invoice = read(
        faktura(payment=due(accounts=(spaced, "DE89370400440532013000"))),
        SELLER,
    )
    assert invoice.payment.accounts == (ACCOUNT, "DE89370400440532013000")


def test_debt_that_was_sold_is_paid_to_the_factor():
    factor = el("RachunekBankowyFaktora", el("NrRB", "73111111111111111111111111"))
    invoice = read(faktura(payment=due(rest=factor)), SELLER)
    assert invoice.bank_account == "73111111111111111111111111"
