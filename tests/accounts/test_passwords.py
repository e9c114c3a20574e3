"""*Zmiana hasła*: the rules, any number of times, told by mail; and *Nie pamiętam hasła*."""

from datetime import timedelta

import pytest

from cast import new_account, new_customer, new_email
from ebok.accounts.models import Account, Link, Session
from ebok.database import now
from office import LIMITS
from visitor import PASSWORD, Visitor


@pytest.fixture
def anna(visitor):
    """Anna, logged in: customer and address."""
    customer, email = new_customer("Anna Lis"), f"lis.{new_email()}"
    new_account(customer, PASSWORD, email)
    visitor.log_in(customer.code, PASSWORD)
    return customer, email


def change(visitor, new, current=PASSWORD, expect=200, **kw):
    return visitor.put(
        "/api/account/password", expect, new_password=new, current_password=current, **kw
    )


@pytest.mark.shows("V6.2.8", "V6.2.9")
@pytest.mark.parametrize(
    "password",
    [
        "Zażółć-gęślą",
        "łąkaŁĄKA7",
        "spacja w środku 7",
        "Aa1" + "x" * 125,
        "пароль-Київ-7",
        "🐟🐟🐟 Ryba 1",
    ],
)
def test_good_passwords_are_taken_whole(visitor, anna, password):
    customer, _email = anna
    change(visitor, password)
    visitor.delete("/api/session")
    visitor.log_in(customer.code, password[:-1], 401)
    visitor.log_in(customer.code, password)


@pytest.mark.parametrize(
    "password",
    [
        "Krótk1!",
        "samemałelitery",
        "małeiCYFRYnie",
        "12345678!",
        "Aa1" + "x" * 126,
        "Password1!",
        "Zaq12wsx",
        "Qwerty123!",
        "Polska1!",
        PASSWORD,
    ],
)
def test_bad_passwords_are_refused_at_the_field(visitor, anna, password):
    answer = change(visitor, password, expect=422)
    assert {fault["field"] for fault in answer["faults"]} == {"new_password"}


@pytest.mark.shows("V6.2.11")
def test_customer_code_and_mail_name_are_refused_within_a_password(visitor, anna):
    customer, email = anna
    name = email.split("@")[0]
    for owner in (customer.code, customer.code.replace("-", ""), name, name.upper()):
        change(visitor, f"Ab!{owner}", expect=422)


def test_password_is_compared_after_composing_letters(visitor, anna):
    customer, _email = anna
    change(visitor, "Zo\u0301łty-kwiat-9")
    visitor.delete("/api/session")
    visitor.log_in(customer.code, "Zółty-kwiat-9")


@pytest.mark.shows("V6.2.3", "V7.5.1")
def test_present_password_is_asked_for(visitor, anna):
    answer = change(visitor, "Nowe-haslo-na-2027", current="nie to", expect=422)
    assert [fault["field"] for fault in answer["faults"]] == ["current_password"]
    change(visitor, "Nowe-haslo-na-2027", current="", expect=422)


def test_guessing_the_present_password_is_limited(visitor, anna):
    for _ in range(LIMITS.logins_per_source):
        change(visitor, "Nowe-haslo-na-2027", current="nie to", expect=422)
    change(visitor, "Nowe-haslo-na-2027", expect=429)


@pytest.mark.shows("V6.2.2")
def test_password_can_be_changed_any_number_of_times(visitor, anna):
    current = PASSWORD
    for year in range(2027, 2031):
        change(visitor, f"Nowe-haslo-na-{year}", current)
        current = f"Nowe-haslo-na-{year}"


@pytest.mark.shows("T2.7", "V7.2.4", "V7.4.3")
def test_change_ends_all_other_sessions_and_renews_this_one(office, visitor, anna):
    customer, _email = anna
    with Visitor(office) as elsewhere:
        elsewhere.log_in(customer.code, PASSWORD)
        before = visitor.http.cookies["ebok_session"]
        change(visitor, "Nowe-haslo-na-2027")
        assert not elsewhere.get("/api/session")["session"]["signed_in"]
    assert visitor.get("/api/session")["session"]["signed_in"]
    assert visitor.http.cookies["ebok_session"] != before
    assert Session.select().where(Session.account == Account.find(customer.code)).count() == 1


@pytest.mark.shows("T2.7")
def test_every_change_is_confirmed_by_mail(office, visitor, anna):
    _customer, email = anna
    change(visitor, "Nowe-haslo-na-2027")
    office.mail_to(email)
    change(visitor, "Nowe-haslo-na-2028", current="Nowe-haslo-na-2027")
    office.mail_to(email, skip=1)


def test_stranger_cannot_change_a_password(visitor):
    change(visitor, "Nowe-haslo-na-2027", expect=401)


def reset_token(office, email) -> str:
    return office.mail_to(email, "/nowe-haslo#").text.split("#")[1].split()[0]


@pytest.mark.shows("T2.3", "V6.4.3", "V6.5.1", "V7.4.3")
def test_forgotten_password_is_set_anew_by_the_link_once(office, visitor, anna):
    customer, email = anna
    with Visitor(office) as forgetful:
        forgetful.post("/api/password-reset", 202, customer_code=customer.code, email=email.upper())
        token = reset_token(office, email)
        forgetful.put("/api/password-reset", 422, token=token, new_password="za krótk")
        forgetful.put("/api/password-reset", token=token, new_password="Nowe-haslo-na-2027")
        forgetful.put(
            "/api/password-reset", 410, "link-spent", token=token, new_password="Inne-haslo-na-2027"
        )
        forgetful.log_in(customer.code, "Nowe-haslo-na-2027")
    assert not visitor.get("/api/session")["session"]["signed_in"]


@pytest.mark.shows("T2.3")
@pytest.mark.defaults("password_reset_minutes")
def test_reset_link_ends_after_half_an_hour(office, visitor, anna):
    customer, email = anna
    visitor.post("/api/password-reset", 202, customer_code=customer.code, email=email)
    token = reset_token(office, email)
    link = Link.get(Link.account == Account.find(customer.code))
    assert timedelta(minutes=29) < link.expires_at - now() <= timedelta(minutes=30)
    Link.update(expires_at=now()).where(Link.token_hash == link.token_hash).execute()
    visitor.put(
        "/api/password-reset", 410, "link-spent", token=token, new_password="Nowe-haslo-na-2027"
    )


@pytest.mark.shows("T5.7", "V6.4.3")
def test_reset_answers_the_same_to_everybody_and_writes_only_to_the_owner(office, visitor, anna):
    customer, email = anna
    stranger = new_email()
    right = visitor.post("/api/password-reset", 202, customer_code=customer.code, email=email)
    wrong = visitor.post("/api/password-reset", 202, customer_code=customer.code, email=stranger)
    nobody = visitor.post("/api/password-reset", 202, customer_code="39-1", email=stranger)
    assert right.body == wrong.body == nobody.body
    reset_token(office, email)
    assert not office.mails_to(stranger)


def test_expired_temporary_password_can_be_replaced_the_same_way(office, visitor):
    customer = new_customer()
    email = new_email()
    visitor.register(customer, email)
    Account.find(customer.code).change(password_expires_at=now())
    visitor.post("/api/password-reset", 202, customer_code=customer.code, email=email)
    visitor.put("/api/password-reset", token=reset_token(office, email), new_password=PASSWORD)
    visitor.log_in(customer.code, PASSWORD)
    visitor.get("/api/account")
