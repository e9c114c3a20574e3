"""*Potwierdzenie*: one invoice, compared as one, and one answer for whatever does not match."""

from datetime import timedelta

import pytest

from cast import add_invoice, new_code, new_customer, today
from ebok.accounts.models import Account
from ebok.registration.models import Registration
from visitor import Visitor

NIP = "8671234568"
OTHER_NIP = "5265877635"


def test_number_and_amount_are_read_as_they_were_meant(visitor):
    customer = new_customer(months=1)
    newest = add_invoice(customer.code, customer.name, 0, 123_456, issued_on=today())
    visitor.start_and_prove(customer.code)
    visitor.confirm(
        customer, number=f" {newest.number.lower().replace('/', ' / ')} ", amount="1 234,56 zł"
    )


def test_ksef_number_is_accepted_too(visitor, celina):
    ksef = "5265877635-20250826-0100001AF629-AF"
    invoice = add_invoice(celina.code, celina.name, 0, 4_321, ksef_number=ksef)
    assert invoice.number != ksef
    visitor.confirm(celina, number=ksef.lower().replace("-", "–"), amount="43,21")


def test_amount_may_carry_point_or_comma_and_no_grosze_are_guessed(visitor, celina):
    answer = visitor.confirm(celina, 422, "invalid-form", amount="1.234")
    assert [fault["field"] for fault in answer["faults"]] == ["amount"]
    visitor.confirm(celina, amount=celina.amount.replace(".", ","))


@pytest.mark.shows("T5.4")
def test_whatever_does_not_match_gets_the_same_answer(office, visitor, celina):
    """Wrong buyer, number, sum, kind or NIP, a code that is nobody's: one answer for all.

    One for those who register as a person, and one, which names the NIP, for companies.
    """
    company = new_customer("Glina sp. z o.o.", "company", NIP)
    cases = [
        (celina.code, celina, wrong)
        for wrong in ({"buyer": "Ktoś Inny"}, {"number": "1/2"}, {"amount": "1"})
    ]
    cases += [
        (company.code, company, {"kind": "person"}),
        (company.code, company, {"nip": OTHER_NIP}),
        (company.code, company, {"amount": "1"}),
    ]
    cases += [(new_code(), celina, {}), (new_code(), company, {})]
    answers = {"person": [], "company": []}
    for code, form, wrong in cases:
        with Visitor(office) as somebody:
            somebody.start_and_prove(code)
            body = somebody.confirm(form, 422, "no-match", **wrong).body
            answers[wrong.get("kind", form.kind)].append(body)
    for kind, told in answers.items():
        assert len(told) > 2, kind
        assert all(answer == told[0] for answer in told), kind
        assert ("NIP" in told[0]["detail"]) == (kind == "company")


@pytest.mark.shows("T1.4", "T5.6")
def test_taken_code_gets_the_same_answer_without_the_invoice(office, visitor):
    customer = new_customer()
    with Visitor(office) as anna:
        anna.settle(customer)
    visitor.start_and_prove(customer.code)
    visitor.confirm(customer, 422, "no-match", amount="1,00")
    visitor.confirm(customer, 409, "has-account")


def test_interest_note_proves_nothing(visitor, celina):
    note = add_invoice(celina.code, celina.name, 0, 555, kind="note")
    visitor.confirm(celina, 422, "no-match", number=note.number, amount="5,55")


def test_correction_proves_and_its_minus_may_be_left_out(visitor, celina):
    correction = add_invoice(celina.code, celina.name, 0, -1_234, kind="correction")
    visitor.confirm(celina, number=correction.number, amount="12,34")


@pytest.mark.shows("T1.3")
def test_fourth_newest_invoice_is_too_old_and_ties_at_the_edge_count_in(visitor):
    customer = new_customer(months=0)
    days = [today() - timedelta(days=d) for d in (1, 10, 20, 20, 30)]
    made = [
        add_invoice(customer.code, customer.name, gross_grosze=1000 + n, issued_on=day)
        for n, day in enumerate(days)
    ]
    visitor.start_and_prove(customer.code)
    visitor.confirm(customer, 422, "no-match", number=made[4].number, amount="10,04")
    visitor.confirm(customer, number=made[3].number, amount="10,03")


@pytest.mark.shows("T1.3", "V2.2.3")
def test_number_and_amount_must_be_of_one_invoice(visitor, celina):
    second = add_invoice(celina.code, celina.name, 0, 7_777)
    visitor.confirm(celina, 422, "no-match", amount="77,77")
    visitor.confirm(celina, number=second.number, amount="77,77")


def test_invoice_of_somebody_else_proves_nothing(visitor, celina):
    other = new_customer("Celina Wójcik-Żak")
    visitor.confirm(other, 422, "no-match")


def test_faults_in_form_are_said_at_the_field(visitor, celina):
    answer = visitor.confirm(
        celina,
        422,
        "invalid-form",
        kind="company",
        nip="867-123-45-67",
        amount="dużo",
        privacy=False,
        terms=False,
        phone="12",
    )
    fields = [fault["field"] for fault in answer["faults"]]
    assert fields == ["nip", "amount", "privacy", "terms", "phone"]
    assert Registration.select().order_by(Registration.id.desc()).get().matches_left == 5


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("600 000 123", "+48600000123"),
        ("+48 600-000-123", "+48600000123"),
        ("0048600000123", "+48600000123"),
        ("+380 50 123 45 67", "+380501234567"),
    ],
)
def test_phone_is_kept_as_e164(visitor, celina, typed, kept):
    visitor.confirm(celina, phone=typed)
    assert Account.find(celina.code).phone == kept


def test_no_mobile_phone_may_be_ticked(visitor, celina):
    visitor.confirm(celina, 422, "invalid-form", phone="")
    visitor.confirm(celina, phone="", no_phone=True)
    assert Account.find(celina.code).phone == ""


def test_landline_is_refused_at_the_field(visitor, celina):
    answer = visitor.confirm(celina, 422, "invalid-form", phone="15 000 12 34")
    assert [fault["field"] for fault in answer["faults"]] == ["phone"]


def test_fourth_newest_invoice_proves_nothing_and_the_third_does(visitor):
    customer = new_customer(months=0)
    made = [
        add_invoice(
            customer.code,
            customer.name,
            gross_grosze=2_000 + age,
            issued_on=today() - timedelta(days=age),
        )
        for age in (1, 10, 20, 30)
    ]
    visitor.start_and_prove(customer.code)
    visitor.confirm(customer, 422, "no-match", number=made[3].number, amount="20,30")
    visitor.confirm(customer, number=made[2].number, amount="20,20")
