"""Who has no NIP, a foreign one, a very long name, or cannot fill in the form, registers, too."""

import pytest

from cast import new_customer
from ebok.accounts.models import Account
from ebok.registration.models import Registration, Review
from visitor import Visitor, form_of, temporary_password

STRANGERS_NIP, NIP = "5265877635", "8671234568"
GERMAN = "DE136695976"
COMMUNITY = "Wspólnota Mieszkaniowa przy ul. Lipowej 5 w Przykładowie"
LONG = ("Stowarzyszenie Miłośników Wodociągów i Kanalizacji " * 11)[:512].strip()


def proven(visitor, name=COMMUNITY, nip="", **columns):
    customer = new_customer(name, "company", nip, **columns)
    visitor.start_and_prove(customer.code)
    return customer


@pytest.mark.shows("P56")
@pytest.mark.parametrize("nip", ["", STRANGERS_NIP, GERMAN])
def test_company_registers_without_nip_where_billing_holds_none(visitor, nip):
    customer = proven(visitor)
    visitor.confirm(customer, nip=nip)
    account = Account.find(customer.code)
    assert (account.kind, account.tax_number) == ("company", nip)


@pytest.mark.parametrize("nip", ["", STRANGERS_NIP, GERMAN])
def test_nip_that_billing_holds_must_be_given_and_a_right_one_of_a_stranger_is_none(visitor, nip):
    customer = proven(visitor, "Glina sp. z o.o.", NIP)
    refused = visitor.confirm(customer, 422, "no-match", nip=nip)
    assert "NIP" in refused["detail"]
    visitor.confirm(customer, nip=NIP)


@pytest.mark.shows("P56", "P103")
@pytest.mark.parametrize("wrong", [{"buyer": "Ktoś Inny"}, {"number": "1/2"}, {"amount": "1"}])
def test_right_nip_of_whomever_proves_nothing(visitor, wrong):
    customer = proven(visitor)
    for nip in ("", STRANGERS_NIP):
        visitor.confirm(customer, 422, "no-match", nip=nip, **wrong)


def test_foreign_number_that_billing_holds_is_compared(visitor):
    customer = proven(visitor, "Wasser GmbH", GERMAN)
    visitor.confirm(customer, 422, "no-match", nip="DE136695977")
    visitor.confirm(customer, 422, "no-match", nip="")
    visitor.confirm(customer, nip="de 136-695-976")
    assert Account.find(customer.code).tax_number == GERMAN


@pytest.mark.parametrize(
    "nip", ["136695976", "867123456", "8671234567", "DE", "brak", "D136695976"]
)
def test_what_is_no_tax_number_is_told_at_its_field(visitor, nip):
    customer = proven(visitor)
    answer = visitor.confirm(customer, 422, "invalid-form", nip=nip)
    assert [fault["field"] for fault in answer["faults"]] == ["nip"]


def test_name_of_512_characters_is_a_name(visitor):
    customer = proven(visitor, LONG)
    visitor.confirm(customer, 422, "no-match", buyer=LONG[:-1])
    visitor.confirm(customer, 422, "invalid-form", buyer=LONG + "x" * 20)
    visitor.confirm(customer, buyer=LONG)
    assert Account.find(customer.code)


UNREADABLE = {"amount": "sto złotych", "phone": "tel. domowy", "nip": "nie mamy"}


@pytest.mark.shows("P57")
def test_office_may_be_asked_after_the_second_form_that_was_wrong(office, visitor):
    customer = proven(visitor)
    assert not visitor.confirm(customer, 422, "invalid-form", **UNREADABLE)["may_ask_office"]
    form = form_of(customer) | UNREADABLE
    visitor.post("/api/registration/review", 403, "may-not-ask-office", **form)
    assert visitor.confirm(customer, 422, "invalid-form", **UNREADABLE)["may_ask_office"]
    assert visitor.get("/api/registration")["registration"]["may_ask_office"]
    visitor.post("/api/registration/review", 202, **form)
    assert visitor.get("/api/registration")["registration"]["stage"] == "review"
    listed = office.run("registrations", "list").stdout
    row = next(line for line in listed.splitlines() if customer.code in line)
    for told in UNREADABLE.values():
        assert told in row


@pytest.mark.shows("P57")
def test_refusals_of_different_kinds_add_up(visitor):
    customer = proven(visitor)
    assert not visitor.confirm(customer, 422, "no-match", amount="1")["may_ask_office"]
    assert visitor.confirm(customer, 422, "invalid-form", amount="x")["may_ask_office"]


def test_wrong_forms_before_the_code_count_for_nothing(office, visitor):
    customer = new_customer()
    visitor.start(customer.code, email := f"x{customer.code}@poczta.example")
    for _ in range(3):
        assert not visitor.confirm(customer, 422, "invalid-form", amount="x")["may_ask_office"]
    assert Registration.get(Registration.email == email).forms_refused == 0
    visitor.type_code(email)
    assert not visitor.confirm(customer, 422, "invalid-form", amount="x")["may_ask_office"]


def test_where_the_code_is_stopped_the_office_may_be_asked_at_once(office):
    customer = new_customer()
    for number in range(3):
        with Visitor(office, "192.0.2.77") as somebody:
            somebody.start_and_prove(customer.code)
            for _ in range(4 if number < 2 else 0):
                somebody.confirm(customer, 422, "no-match", amount="1,00")
            if number < 2:
                somebody.confirm(customer, 410, "registration-void", amount="1,00")
                continue
            assert somebody.confirm(customer, 429, "registration-stopped")["may_ask_office"]
            somebody.post("/api/registration/review", 202, **form_of(customer))


def test_acceptances_and_the_kind_are_asked_for_by_the_office_too(visitor):
    customer = proven(visitor)
    for _ in range(2):
        visitor.confirm(customer, 422, "invalid-form", amount="x")
    form = form_of(customer) | {"kind": "", "privacy": False, "terms": False, "buyer": ""}
    answer = visitor.post("/api/registration/review", 422, "invalid-form", **form)
    assert [fault["field"] for fault in answer["faults"]] == ["kind", "privacy", "terms"]
    visitor.post("/api/registration/review", 202, **form_of(customer) | {"buyer": "", "number": ""})


def test_account_that_a_clerk_opens_has_no_phone_that_nobody_could_read(office, visitor):
    customer = new_customer(COMMUNITY, "company")
    email = visitor.start_and_prove(customer.code)
    for _ in range(2):
        visitor.confirm(customer, 422, "invalid-form", **UNREADABLE)
    visitor.post("/api/registration/review", 202, **form_of(customer) | UNREADABLE)
    review = Review.get(Review.customer_code == customer.code)
    by_dorota = ("--clerk", "dorota", "--reached-by", "counter")
    office.run("registrations", "approve", str(review.id), *by_dorota)
    account = Account.find(customer.code)
    assert (account.phone, account.tax_number) == ("", "")
    visitor.log_in(customer.code, temporary_password(office.mail_to(email, "hasło tymczasowe")))
