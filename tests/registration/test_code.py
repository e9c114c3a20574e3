"""*Kod jednorazowy*: its minutes, five tries, proven for an hour, sent again after a minute."""

import threading
from datetime import timedelta

import pytest

from cast import new_code, new_customer, new_email
from ebok.database import now
from ebok.limits import Limit
from ebok.registration.models import Registration
from ebok.settings import Settings
from office import LIMITS
from visitor import Visitor


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def shift(email: str, **columns) -> None:
    """Move a registration's clocks."""
    Registration.update(**columns).where(Registration.email == email).execute()


def begun(office, visitor) -> tuple[str, str]:
    """A registration whose code has come: the address and the code."""
    email = new_email()
    visitor.start(new_code(), email)
    return email, office.mail_to(email).code


@pytest.mark.dialect
def test_right_code_proves_the_address_for_an_hour(office, visitor):
    email, code = begun(office, visitor)
    answer = visitor.post("/api/registration/code", code_=code)
    assert answer["registration"]["stage"] == "invoice"
    shift(email, proven_until=now() - timedelta(seconds=1))
    assert visitor.get("/api/registration")["registration"]["stage"] == "code"
    visitor.confirm(new_customer(), 403, "code-not-proven")


@pytest.mark.shows("V6.5.1")
def test_code_stays_proven_whatever_is_typed_later(office, visitor):
    _email, code = begun(office, visitor)
    visitor.post("/api/registration/code", code_=code)
    assert (
        visitor.post("/api/registration/code", code_=wrong(code))["registration"]["stage"]
        == "invoice"
    )


def test_spaces_and_dashes_in_the_code_are_forgiven(office, visitor):
    _email, code = begun(office, visitor)
    visitor.post("/api/registration/code", code_=f" {code[:3]} – {code[3:]} ")


@pytest.mark.parametrize(
    "pasted",
    ["\u00a0{}\u00a0", "\u200b{}", "\ufeff{}\r\n", "\n{}\n", "{}\u00ad", "\t{}\u2060"],
)
def test_code_is_taken_with_whatever_was_pasted_around_it(office, visitor, pasted):
    email, code = begun(office, visitor)
    visitor.post("/api/registration/code", code_=pasted.format(f"{code[:3]}\u00a0{code[3:]}"))
    assert Registration.get(Registration.email == email).proven_until


def test_code_that_is_no_code_costs_no_try(office, visitor):
    _email, code = begun(office, visitor)
    for typed in ("", "12345", "1234567", "abcdef"):
        visitor.post("/api/registration/code", 422, "invalid-form", code_=typed)
    assert (
        visitor.post("/api/registration/code", 422, "wrong-code", code_=wrong(code))[
            "attempts_left"
        ]
        == 4
    )


@pytest.mark.shows("V6.6.3")
@pytest.mark.dialect
@pytest.mark.defaults("code_attempts")
def test_right_code_is_refused_after_five_wrong_ones(office, visitor):
    _email, code = begun(office, visitor)
    for left in (4, 3, 2, 1):
        answer = visitor.post("/api/registration/code", 422, "wrong-code", code_=wrong(code))
        assert answer["attempts_left"] == left
    visitor.post("/api/registration/code", 410, "code-void", code_=wrong(code))
    visitor.post("/api/registration/code", 410, "code-void", code_=code)


@pytest.mark.shows("V6.6.3")
@pytest.mark.dialect
def test_thirty_guesses_at_once_are_five_tries(office, visitor):
    email, code = begun(office, visitor)
    headers = {"X-CSRFToken": visitor.token}

    def guess(number):
        visitor.http.post("/api/registration/code", json={"code": f"{number:06}"}, headers=headers)

    guesses = [n for n in range(31) if f"{n:06}" != code][:30]
    threads = [threading.Thread(target=guess, args=(n,)) for n in guesses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Registration.get(Registration.email == email).code_attempts_left == 0
    visitor.post("/api/registration/code", 410, "code-void", code_=code)


@pytest.mark.shows("V6.5.5")
@pytest.mark.dialect
def test_code_is_refused_when_its_minutes_are_over(office, visitor):
    """ASVS asks for ten at most."""
    assert Settings.code_minutes <= 10
    email, code = begun(office, visitor)
    ends_at = Registration.get(Registration.email == email).code_expires_at
    # As if it had been mailed so long ago.
    shift(email, code_expires_at=ends_at - timedelta(minutes=Settings.code_minutes))
    visitor.post("/api/registration/code", 410, "code-void", code_=code)


@pytest.mark.shows("V6.6.2")
def test_code_of_another_registration_is_wrong(office, visitor, other_visitor):
    begun(office, visitor)
    _email, code = begun(office, other_visitor)
    visitor.post("/api/registration/code", 422, "wrong-code", code_=code)


@pytest.mark.shows("V6.6.2")
@pytest.mark.dialect
@pytest.mark.defaults("code_resend_seconds")
def test_code_can_be_sent_again_after_a_minute_and_replaces_the_first(office, visitor):
    email, first = begun(office, visitor)
    answer = visitor.post("/api/registration/code/resend", 429, "too-soon")
    assert 50 < answer["retry_after_seconds"] <= 60
    shift(email, code_asked_at=now() - timedelta(seconds=60))
    visitor.post("/api/registration/code/resend", 202)
    second = office.mail_to(email, skip=1).code
    if first != second:
        visitor.post("/api/registration/code", 422, "wrong-code", code_=first)
    visitor.post("/api/registration/code", code_=second)


@pytest.mark.dialect
def test_void_code_is_replaced_by_a_new_one_with_new_tries(office, visitor):
    email, code = begun(office, visitor)
    for _ in range(LIMITS.code_attempts):
        visitor.http.post(
            "/api/registration/code",
            json={"code": wrong(code)},
            headers={"X-CSRFToken": visitor.token},
        )
    shift(email, code_asked_at=now() - timedelta(seconds=LIMITS.code_resend_seconds))
    visitor.post("/api/registration/code/resend", 202)
    visitor.type_code(email, skip=1)


@pytest.mark.shows("V6.6.3")
@pytest.mark.dialect
@pytest.mark.defaults("code_resends_hour")
def test_code_is_sent_again_five_times_an_hour(office, visitor):
    email, _code = begun(office, visitor)
    for _ in range(5):
        shift(email, code_asked_at=now() - timedelta(seconds=60))
        visitor.post("/api/registration/code/resend", 202)
    shift(email, code_asked_at=now() - timedelta(seconds=60))
    visitor.post("/api/registration/code/resend", 429, "too-many-codes")


@pytest.mark.shows("T4.3", "V2.3.1")
def test_nothing_of_the_invoice_is_looked_at_or_counted_before_the_code(office, visitor):
    customer = new_customer()
    email = new_email()
    visitor.start(customer.code, email)
    for _ in range(12):
        visitor.confirm(customer, 403, "code-not-proven", amount="1,00")
    assert Registration.get(Registration.email == email).matches_left == 5
    visitor.type_code(email)
    visitor.confirm(customer)


def test_no_registration_no_code(visitor):
    visitor.post("/api/registration/code", 404, "no-registration", code_="123456")
    visitor.post("/api/registration/code/resend", 404, "no-registration")


@pytest.mark.shows("T9.1", "V6.5.2")
def test_secret_stands_in_no_row(office, visitor):
    """Neither the code nor the link's token can be read from the database."""
    email, code = begun(office, visitor)
    mail = office.mail_to(email)
    token = mail.text.split("#")[1].split()[0]
    registration = Registration.select().where(Registration.email == email).dicts().get()
    assert code not in str(registration)
    assert token not in str(registration)
    assert Limit.select().where(Limit.key.contains(email)).count() == 0


@pytest.mark.shows("T2.8", "V3.4.5", "V6.5.1", "V14.2.1")
@pytest.mark.dialect
def test_link_in_the_mail_moves_the_registration_and_works_once(office, visitor, other_visitor):
    email, code = begun(office, visitor)
    token = office.mail_to(email).text.split("#")[1].split()[0]
    moved = other_visitor.post("/api/registration/move", token=token)
    assert moved["registration"]["email"] == email
    other_visitor.post("/api/registration/code", code_=code)
    visitor.get("/api/registration", 404)
    visitor.post("/api/registration/code", 404, "no-registration", code_=code)
    with Visitor(office) as late:
        late.post("/api/registration/move", 410, "link-spent", token=token)
