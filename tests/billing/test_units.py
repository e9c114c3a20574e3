"""Whose an FA(3) file is where a gmina's school receives it, or one NIP has two customers."""

import pytest

from billing.bundles import customer, put, write
from ksef.faktura import ACCOUNT, BUYER, buyer, el, els, faktura

SCHOOL_NIP = "6466916087"
GMINA = customer(name="Gmina Przykładowo", kind="company", nip=BUYER, bank_account=ACCOUNT)
SCHOOL = customer(
    customer_code="39-29002", name="Szkoła nr 1", kind="company", nip=SCHOOL_NIP, bank_account=""
)
OTHER = SCHOOL | {"customer_code": "39-29003", "name": "Szkoła nr 1, basen"}


def third(role: str = "8", nip: str = SCHOOL_NIP, code: str = "", name: str = "Szkoła nr 1") -> str:
    """Podmiot3."""
    identity = els(NIP=nip, Nazwa=name) if nip else els(BrakID="1", Nazwa=name)
    parts = [el("DaneIdentyfikacyjne", identity), el("Rola", role)]
    return el("Podmiot3", *parts, code and el("NrKlienta", code))


def file(others: str, code: str = "", **parts) -> bytes:
    """An invoice of the gmina's; `code` is its NrKlienta."""
    return faktura(
        buyer=buyer(name="Gmina Przykładowo", code=code, jst="1"), others=others, **parts
    )


@pytest.mark.shows("P14")
@pytest.mark.parametrize(
    ("others", "code", "owner"),
    [
        (third(code="39-29002"), "", "39-29002"),
        (third(), "", "39-29002"),
        (third(), "39-29001", "39-29002"),
        (third(code="39-29002", nip=""), "39-29001", "39-29002"),
        (third(code="1/A"), "39-29001", "39-29002"),
        (third(role="10"), "39-29001", "39-29002"),
        # A school that e-BOK does not know: the gmina pays, and is the customer.
        (third(nip="5260250274"), "", "39-29001"),
        # A factor, a further buyer, a payer.
        (third(role="1", code="39-29002"), "", "39-29001"),
        (third(role="4", code="39-29002"), "39-29001", "39-29001"),
        (third(role="6", code="39-29002"), "", "39-29001"),
    ],
)
def test_unit_of_a_gmina_is_the_customer_and_nobody_else(office, tmp_path, others, code, owner):
    office.run(put(write(tmp_path, [GMINA, SCHOOL]), a=file(others, code)))
    (found,) = office.invoices()
    assert found["customer"] == owner
    assert found["buyer_name"] == "Gmina Przykładowo"


@pytest.mark.parametrize(
    ("others", "code"),
    [(third(code="39-29003"), ""), (third(), "39-29003")],
)
def test_of_two_customers_of_one_nip_the_code_of_either_party_decides(
    office, tmp_path, others, code
):
    office.run(put(write(tmp_path, [GMINA, SCHOOL, OTHER]), a=file(others, code)))
    (found,) = office.invoices()
    assert found["customer"] == "39-29003"


def test_code_of_the_receiver_tells_two_customers_of_the_buyers_nip_apart(office, tmp_path):
    twin = GMINA | {"customer_code": "39-29004", "bank_account": ""}
    others = third(role="2", nip="", code="39-29004", name="Świetlica")
    office.run(put(write(tmp_path, [GMINA, twin]), a=file(others)))
    (found,) = office.invoices()
    assert found["customer"] == "39-29004"


def test_two_customers_of_one_nip_without_a_code_are_named_in_the_report(office, tmp_path):
    bundle = put(write(tmp_path, [GMINA, SCHOOL, OTHER]), a=file(third(), "39-29001"))
    output = office.run_anything(bundle)
    assert "Podmiot3/DaneIdentyfikacyjne/NIP" in output
    assert "39-29002, 39-29003" in output
    assert office.invoices() == []


def test_two_units_are_not_guessed(office, tmp_path):
    others = third(code="39-29002") + third(code="39-29003", nip="5260250274")
    output = office.run_anything(put(write(tmp_path, [GMINA, SCHOOL]), a=file(others)))
    assert "Podmiot3/NrKlienta" in output
    assert office.invoices() == []


def test_unit_and_buyer_are_kept_for_who_registers(office, tmp_path):
    office.run(put(write(tmp_path, [GMINA, SCHOOL]), a=file(third())))
    (found,) = office.invoices()
    assert (found["recipient_name"], found["buyer_nip"]) == ("Szkoła nr 1", BUYER)
