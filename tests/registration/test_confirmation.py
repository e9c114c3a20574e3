"""*Potwierdzenie*: one invoice, compared as one, and one answer for whatever does not match."""

import threading
from datetime import date, timedelta

import pytest

from cast import add_invoice, new_code, new_customer, new_email
from ebok.accounts.models import Account
from ebok.consents.models import Consent, TextVersion
from ebok.database import now
from ebok.registration.models import Registration
from visitor import Visitor, form_of

NIP = "8671234568"
OTHER_NIP = "5265877635"
GMINA_NIP, SCHOOL_NIP = "8671234568", "6466916087"


@pytest.fixture
def celina(visitor):
    """Celina, who has typed the code: customer and browser."""
    customer = new_customer("Celina Wójcik-Żak")
    visitor.start_and_prove(customer.code)
    return customer


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


def test_number_and_amount_are_read_as_they_were_meant(visitor):
    customer = new_customer(months=1)
    newest = add_invoice(customer.code, customer.name, 0, 123_456, issued_on=date.today())
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


def test_whatever_does_not_match_gets_the_same_answer(office, visitor, celina):
    """Wrong buyer, number, sum, kind or NIP, a code that is nobody's: one answer for all."""
    company = new_customer("Glina sp. z o.o.", "company", NIP)
    cases = [
        (celina.code, celina, wrong)
        for wrong in ({"buyer": "Ktoś Inny"}, {"number": "1/2"}, {"amount": "1"})
    ]
    cases += [
        (company.code, company, {"kind": "person"}),
        (company.code, company, {"nip": OTHER_NIP}),
    ]
    cases += [(new_code(), celina, {})]
    answers = []
    for code, form, wrong in cases:
        with Visitor(office) as somebody:
            somebody.start_and_prove(code)
            answers.append(somebody.confirm(form, 422, "no-match", **wrong).body)
    assert all(answer == answers[0] for answer in answers)


def test_taken_code_gets_the_same_answer_without_the_invoice(office, visitor):
    customer = new_customer()
    with Visitor(office) as anna:
        anna.register(customer)
    visitor.start_and_prove(customer.code)
    visitor.confirm(customer, 422, "no-match", amount="1,00")
    visitor.confirm(customer, 409, "has-account")


@pytest.mark.parametrize(("chosen", "nip"), [("person", ""), ("company", OTHER_NIP)])
def test_where_billing_holds_no_nip_the_choice_is_kept_and_not_compared(
    visitor, celina, chosen, nip
):
    """A sole trader's invoices may be in a private name: both are true."""
    visitor.confirm(celina, kind=chosen, nip=nip)
    assert Account.find(celina.code).kind == chosen


def test_company_cannot_be_taken_over_as_a_person(visitor):
    customer = new_customer("Glina sp. z o.o.", "company", NIP)
    visitor.start_and_prove(customer.code)
    visitor.confirm(customer, 422, "no-match", kind="person")
    visitor.confirm(customer, 422, "no-match", nip=OTHER_NIP)
    visitor.confirm(customer)


def test_kind_is_recorded_and_not_compared_where_billing_holds_no_nip(visitor, celina):
    visitor.confirm(celina, kind="company", nip=NIP)
    assert Account.find(celina.code).kind == "company"


def test_interest_note_proves_nothing(visitor, celina):
    note = add_invoice(celina.code, celina.name, 0, 555, kind="note")
    visitor.confirm(celina, 422, "no-match", number=note.number, amount="5,55")


def test_correction_proves_and_its_minus_may_be_left_out(visitor, celina):
    correction = add_invoice(celina.code, celina.name, 0, -1_234, kind="correction")
    visitor.confirm(celina, number=correction.number, amount="12,34")


def test_fourth_newest_invoice_is_too_old_and_ties_at_the_edge_count_in(visitor):
    customer = new_customer(months=0)
    days = [date.today() - timedelta(days=d) for d in (1, 10, 20, 20, 30)]
    made = [
        add_invoice(customer.code, customer.name, gross_grosze=1000 + n, issued_on=day)
        for n, day in enumerate(days)
    ]
    visitor.start_and_prove(customer.code)
    visitor.confirm(customer, 422, "no-match", number=made[4].number, amount="10,04")
    visitor.confirm(customer, number=made[3].number, amount="10,03")


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


@pytest.mark.parametrize("nip", ["1111111111", "867123456", "8671234567"])
def test_nip_is_checked_before_anything_is_compared(visitor, celina, nip):
    answer = visitor.confirm(celina, 422, "invalid-form", kind="company", nip=nip)
    assert [fault["field"] for fault in answer["faults"]] == ["nip"]


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


def test_five_failed_matches_void_the_registration(visitor, celina):
    for left in (4, 3, 2, 1):
        answer = visitor.confirm(celina, 422, "no-match", amount="1,00")
        assert answer["attempts_left"] == left
        assert answer["may_ask_office"] is (left <= 3)
    answer = visitor.confirm(celina, 410, "registration-void", amount="1,00")
    assert answer["may_ask_office"]
    visitor.confirm(celina, 410, "registration-void")
    assert visitor.get("/api/registration")["registration"]["stage"] == "void"


def test_twenty_matches_at_once_are_five_tries(office, visitor, celina):
    headers, form = {"X-CSRFToken": visitor.token}, form_of(celina) | {"amount": "1,00"}
    answers = []

    def try_once():
        answer = visitor.http.post("/api/registration/confirmation", json=form, headers=headers)
        answers.append(answer.json()["code"])

    threads = [threading.Thread(target=try_once) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("no-match") <= 4
    visitor.confirm(celina, 410, "registration-void")


@pytest.mark.parametrize("known", [True, False])
def test_ten_failed_matches_of_a_code_stop_one_source_until_tomorrow(office, known):
    customer = new_customer()
    code = customer.code if known else new_code()
    with Visitor(office) as first:
        source = first.source
        first.start_and_prove(code)
        for _ in range(4):
            first.confirm(customer, 422, "no-match", amount="1,00")
        first.confirm(customer, 410, "registration-void", amount="1,00")
    with Visitor(office, source) as second:
        second.start_and_prove(code)
        for _ in range(4):
            second.confirm(customer, 422, "no-match", amount="1,00")
        second.confirm(customer, 410, "registration-void", amount="1,00")
    with Visitor(office, source) as third:
        third.start_and_prove(code)
        third.confirm(customer, 429, "registration-stopped")
        assert third.get("/api/registration")["registration"]["stage"] == "stopped"
    if known:
        with Visitor(office) as elsewhere:
            elsewhere.start_and_prove(code)
            elsewhere.confirm(customer)


@pytest.mark.parametrize("known", [True, False])
def test_thirty_failed_matches_of_a_code_stop_it_for_all(office, known):
    customer = new_customer()
    code = customer.code if known else new_code()
    for _ in range(6):
        with Visitor(office) as somebody:
            somebody.start_and_prove(code)
            for _ in range(4):
                somebody.confirm(customer, 422, "no-match", amount="1,00")
            somebody.confirm(customer, 410, amount="1,00")
    with Visitor(office) as owner:
        owner.start_and_prove(code)
        owner.confirm(customer, 429, "registration-stopped")


def test_sequential_codes_do_not_lock_the_town(office, visitor):
    """One person who fails with many codes stops none of them for their owners."""
    customers = [new_customer() for _ in range(3)]
    for customer in customers:
        visitor.start_and_prove(customer.code)
        for _ in range(4):
            visitor.confirm(customer, 422, "no-match", amount="1,00")
    for customer in customers:
        with Visitor(office) as owner:
            owner.start_and_prove(customer.code)
            owner.confirm(customer)


def test_two_people_finishing_at_the_same_moment_get_one_account(office):
    customer = new_customer()
    people = [Visitor(office) for _ in range(4)]
    for person in people:
        person.start_and_prove(customer.code)
    barrier, codes = threading.Barrier(len(people)), []

    def finish(person):
        barrier.wait()
        answer = person.http.post(
            "/api/registration/confirmation",
            json=form_of(customer),
            headers={"X-CSRFToken": person.token},
        )
        codes.append((answer.status_code, answer.json().get("code")))

    threads = [threading.Thread(target=finish, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes, key=str) == [(201, None)] + [(409, "has-account")] * 3
    assert Account.select().where(Account.customer == customer.code).count() == 1
    for person in people:
        person.http.close()


def test_consents_are_recorded_with_text_time_and_channel(visitor, celina):
    before = now()
    visitor.confirm(celina)
    account = Account.find(celina.code)
    given = {c.purpose: c for c in Consent.select().where(Consent.account == account)}
    assert set(given) == {"privacy", "terms", "e_invoice"}
    for consent in given.values():
        assert consent.given
        assert consent.channel == "registration"
        assert before <= consent.decided_at <= now()
        assert TextVersion.get_by_id(consent.text_hash).body
    assert "RODO" in TextVersion.get_by_id(given["privacy"].text_hash).body


def test_e_invoice_is_optional(visitor, celina):
    visitor.confirm(celina, e_invoice=False)
    account = Account.find(celina.code)
    assert {c.purpose for c in Consent.select().where(Consent.account == account)} == {
        "privacy",
        "terms",
    }


def test_form_sent_again_after_a_lost_answer_gets_the_same_answer(office, visitor, celina):
    first = visitor.confirm(celina)
    assert visitor.confirm(celina).body == first.body
    visitor.confirm(celina, 410, "registration-void", buyer="ktokolwiek")
    assert visitor.confirm(celina).body == first.body
    assert Account.select().where(Account.customer == celina.code).count() == 1


def test_address_in_billing_is_told_and_can_freeze_the_account_at_once(office, visitor):
    owner_email = new_email()
    customer = new_customer(email=owner_email)
    temporary = visitor.register(customer)
    told = office.mail_to(owner_email)
    assert customer.code not in told.text
    token = told.text.split("#")[1].split()[0]
    with Visitor(office) as owner:
        owner.post("/api/account/freeze", token=token)
        owner.post("/api/account/freeze", 410, "link-spent", token=token)
    visitor.log_in(customer.code, temporary, 423, "account-frozen")
    office.run("accounts", "thaw", customer.code, "--clerk", "dorota")
    visitor.log_in(customer.code, temporary)
    assert (
        office.run("accounts", "thaw", customer.code, "--clerk", "dorota", check=False).returncode
        == 1
    )


def test_nobody_is_told_where_billing_holds_the_same_address(office, visitor):
    email = new_email()
    customer = new_customer(email=email.upper())
    visitor.register(customer, email)
    assert len(office.mails_to(email)) == 2
    assert not Account.find(customer.code).needs_paper_notice


def test_without_an_address_in_billing_paper_is_asked_for_and_the_consent_waits_a_week(
    visitor, celina
):
    visitor.confirm(celina)
    account = Account.find(celina.code)
    assert account.needs_paper_notice
    consent = Consent.get((Consent.account == account) & (Consent.purpose == "e_invoice"))
    assert consent.effective_at - account.opened_at == timedelta(days=7)


def test_fourth_newest_invoice_proves_nothing_and_the_third_does(visitor):
    customer = new_customer(months=0)
    made = [
        add_invoice(
            customer.code,
            customer.name,
            gross_grosze=2_000 + age,
            issued_on=date.today() - timedelta(days=age),
        )
        for age in (1, 10, 20, 30)
    ]
    visitor.start_and_prove(customer.code)
    visitor.confirm(customer, 422, "no-match", number=made[3].number, amount="20,30")
    visitor.confirm(customer, number=made[2].number, amount="20,20")


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
