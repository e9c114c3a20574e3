"""Who an invoice is for: names, kinds and tax numbers, as they are typed and as they are meant."""

import pytest

from cast import add_invoice, new_customer
from ebok.accounts.models import Account

NIP = "8671234568"
OTHER_NIP = "5265877635"
GMINA_NIP, SCHOOL_NIP = "8671234568", "6466916087"


@pytest.mark.parametrize(
    "buyer",
    [
        "Celina Wójcik-Żak",
        "  celina   wójcik-żak ",
        "WÓJCIK–ŻAK CELINA",
        "Wójcik - Żak Celina",
        "celina wojcik zak",
    ],
)
def test_buyer_is_read_as_it_was_meant(visitor, celina, buyer):
    visitor.confirm(celina, buyer=buyer)


@pytest.mark.parametrize(
    ("billed", "typed"),
    [
        ("Pracownia „Glina” Sp. z o.o.", "pracownia glina spółka z ograniczoną odpowiedzialnością"),
        (
            "PRACOWNIA GLINA SPÓŁKA Z OGRANICZONĄ ODPOWIEDZIALNOŚCIĄ",
            'Pracownia "Glina" sp. z o. o.',
        ),
        ("Zgoda S.A.", "zgoda sa"),
    ],
)
def test_company_name_is_read_as_it_was_meant(visitor, billed, typed):
    customer = new_customer(billed, "company", NIP)
    visitor.start_and_prove(customer.code)
    visitor.confirm(customer, buyer=typed, nip="PL 867-123-45-68")


@pytest.mark.parametrize(("chosen", "nip"), [("person", ""), ("company", OTHER_NIP)])
def test_where_billing_holds_no_nip_the_choice_is_kept_and_not_compared(
    visitor, celina, chosen, nip
):
    """A sole trader's invoices may be in a private name: both are true."""
    visitor.confirm(celina, kind=chosen, nip=nip)
    assert Account.find(celina.code).kind == chosen


@pytest.mark.shows("T1.3", "V2.2.3")
def test_company_cannot_be_taken_over_as_a_person(visitor):
    customer = new_customer("Glina sp. z o.o.", "company", NIP)
    visitor.start_and_prove(customer.code)
    visitor.confirm(customer, 422, "no-match", kind="person")
    visitor.confirm(customer, 422, "no-match", nip=OTHER_NIP)
    visitor.confirm(customer)


def test_kind_is_recorded_and_not_compared_where_billing_holds_no_nip(visitor, celina):
    visitor.confirm(celina, kind="company", nip=NIP)
    assert Account.find(celina.code).kind == "company"


@pytest.mark.parametrize("nip", ["1111111111", "867123456", "8671234567"])
def test_nip_is_checked_before_anything_is_compared(visitor, celina, nip):
    answer = visitor.confirm(celina, 422, "invalid-form", kind="company", nip=nip)
    assert [fault["field"] for fault in answer["faults"]] == ["nip"]


@pytest.mark.parametrize(
    ("buyer", "nip", "expect"),
    [
        ("Szkoła Podstawowa nr 1", SCHOOL_NIP, 201),
        ("GMINA Przykładowo", SCHOOL_NIP, 201),
        ("Gmina Przykładowo, Szkoła Podstawowa nr 1", SCHOOL_NIP, 201),
        ("Szkoła Podstawowa nr 1", GMINA_NIP, 201),
        ("Gmina Przykładowo", GMINA_NIP, 201),
        ("Gmina", SCHOOL_NIP, 422),
        ("Szkoła Podstawowa nr 1", "5265877635", 422),
    ],
)
def test_school_registers_with_what_stands_on_its_paper(visitor, buyer, nip, expect):
    school = new_customer("Szkoła Podstawowa nr 1", "company", SCHOOL_NIP, months=0)
    of_gmina = {"recipient_name": school.name, "buyer_nip": GMINA_NIP}
    invoice = add_invoice(school.code, "Gmina Przykładowo", **of_gmina)
    visitor.start_and_prove(school.code)
    typed = {"number": invoice.number, "amount": f"{invoice.gross_grosze / 100:.2f}"}
    visitor.confirm(school, expect, buyer=buyer, nip=nip, **typed)
