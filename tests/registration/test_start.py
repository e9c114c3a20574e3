"""*Twoje dane*: forgiving, the same for every code, and no flood."""

from datetime import timedelta

import pytest

from cast import new_code, new_customer, new_email
from ebok.database import now
from ebok.limits import Limit
from ebok.registration.models import Registration
from office import LIMITS
from visitor import Visitor


@pytest.mark.parametrize("typed", [" 39-{} ", "39 - {}", "39–{}", "39—{}", "39−{}", "39‑{}"])
def test_customer_code_is_read_as_it_was_meant(visitor, typed):
    code = new_code()
    answer = visitor.start(typed.format(code[3:]))
    assert answer["registration"]["customer_code"] == code


@pytest.mark.shows("V2.2.2")
def test_each_fault_stands_at_its_field_in_the_order_of_the_form(visitor):
    answer = visitor.post(
        "/api/registration",
        422,
        "invalid-form",
        customer_code="29001",
        email="helena",
        captcha_answer="",
    )
    assert [fault["field"] for fault in answer["faults"]] == [
        "customer_code",
        "email",
        "captcha_answer",
    ]
    assert "39\u201129001" in answer["faults"][0]["message"]


@pytest.mark.shows("T5.3")
def test_answer_is_the_same_for_a_free_a_taken_and_an_unknown_code(office, visitor):
    taken, free = new_customer(), new_customer()
    with Visitor(office) as anna:
        anna.settle(taken)
    answers = []
    for code in (taken.code, free.code, new_code()):
        email = new_email()
        with Visitor(office) as somebody:
            registration = somebody.start(code, email)["registration"]
            office.mail_to(email).code  # noqa: B018 a code comes in every case
        answers.append(registration | {"customer_code": "", "email": "", "resend_after": ""})
    assert answers[0] == answers[1] == answers[2]


EMAILS = {
    "{}@poczta,example": "{}@poczta.example?",
    "{}@poczta..example": "{}@poczta.example?",
    "{}.@poczta.example": "{}@poczta.example?",
    "anna {}@poczta.example": "odstęp",
    "{}@poczta example": "odstęp",
    "{}poczta.example": "brakuje znaku @",
    "{}@poczta": "końcówki",
}


@pytest.mark.shows("P58")
@pytest.mark.parametrize("typed", EMAILS)
def test_what_is_no_email_address_is_told_what_is_wrong_with_it(visitor, typed):
    name = new_email().partition("@")[0]
    answer = visitor.start(new_code(), typed.format(name), 422)
    (fault,) = answer["faults"]
    assert fault["field"] == "email"
    assert EMAILS[typed].format(name) in fault["message"]


@pytest.mark.parametrize("typed", ["{}.", "{},", "<{}>", "mailto:{}", "\u200b{}", " {} ;"])
def test_email_address_is_read_without_what_came_along(visitor, typed):
    email = new_email()
    answer = visitor.start(new_code(), typed.format(email))
    assert answer["registration"]["email"] == email


def test_email_with_a_space_from_the_phone_is_read(visitor, office):
    email = new_email()
    assert visitor.start(new_code(), f" {email} ")["registration"]["email"] == email
    office.mail_to(email)


@pytest.mark.shows("T3.3")
def test_one_address_gets_six_codes_an_hour_and_the_answer_does_not_tell(office, visitor):
    email = new_email()
    for _ in range(7):
        visitor.start(new_code(), email)
    sentinel = new_email()
    with Visitor(office) as somebody:
        somebody.start(new_code(), sentinel)
    office.mail_to(sentinel)
    assert len(office.mails_to(email)) == 6


def test_letter_case_does_not_make_another_address(office, visitor):
    email = new_email()
    for number in range(7):
        visitor.start(new_code(), email.upper() if number % 2 else email)
    visitor.start(new_code(), sentinel := new_email())
    office.mail_to(sentinel)
    assert len([m for m in office.post.mails if m.to.lower() == email]) == 6


@pytest.mark.shows("T3.5")
def test_one_source_gets_thirty_codes_an_hour(office, visitor):
    emails = [new_email() for _ in range(31)]
    for email in emails:
        visitor.start(new_code(), email)
    with Visitor(office) as somebody:
        sentinel = new_email()
        somebody.start(new_code(), sentinel)
    office.mail_to(emails[29])
    office.mail_to(sentinel)
    assert not office.mails_to(emails[30])


@pytest.mark.shows("V2.4.1")
def test_the_whole_office_sends_a_thousand_codes_an_hour(office, visitor):
    before = Limit.get_or_none(Limit.name == "codes-office")
    if before is None:
        visitor.start(new_code())
        before = Limit.get(Limit.name == "codes-office")
    Limit.update(used=999, started_at=now()).where(Limit.name == "codes-office").execute()
    try:
        last, beyond = new_email(), new_email()
        visitor.start(new_code(), last)
        visitor.start(new_code(), beyond)
        office.mail_to(last)
    finally:
        Limit.update(used=before.used).where(Limit.name == "codes-office").execute()
    sentinel = new_email()
    visitor.start(new_code(), sentinel)
    office.mail_to(sentinel)
    assert not office.mails_to(beyond)


def test_a_limit_ends_with_its_hour(office, visitor):
    email = new_email()
    for _ in range(LIMITS.codes_per_email_hour):
        visitor.start(new_code(), email)
    Limit.update(started_at=now() - timedelta(minutes=61)).where(
        Limit.name == "codes-email"
    ).execute()
    visitor.start(new_code(), email)
    office.mail_to(email, skip=LIMITS.codes_per_email_hour)


@pytest.mark.shows("V8.2.2")
def test_registration_of_another_browser_is_not_shown(visitor, other_visitor):
    visitor.start(new_code())
    other_visitor.get("/api/registration", 404)


def test_registration_ends_after_a_day(visitor):
    email = new_email()
    visitor.start(new_code(), email)
    Registration.update(expires_at=now()).where(Registration.email == email).execute()
    visitor.get("/api/registration", 404)
