"""Browsers that have logged in before, and codes that strangers try from everywhere."""

import pytest

from accounts.tries import TRIES_OF_A_CODE, use_up
from cast import new_account, new_customer, new_email
from ebok.accounts.models import Session
from office import LIMITS
from visitor import PASSWORD, Visitor


def fail(visitor, customer, times: int) -> None:
    for _ in range(times):
        visitor.log_in(customer.code, "wrong", 401)


def test_known_browsers_share_ten_tries_and_have_those_of_their_place_then(
    office, visitor, other_visitor
):
    customer = new_customer()
    visitor.settle(customer)
    other_visitor.log_in(customer.code, PASSWORD)
    for known in (visitor, other_visitor):
        known.delete("/api/session")
    fail(visitor, customer, 20)
    visitor.log_in(customer.code, PASSWORD, 429, "too-many-logins")
    other_visitor.log_in(customer.code, PASSWORD)


def test_bookkeepers_browser_is_known_for_every_customer_code(office, visitor):
    companies = [new_customer() for _ in range(3)]
    for company in companies:
        visitor.settle(company)
        visitor.delete("/api/session")
    with Visitor(office, visitor.source) as sinner:
        fail(sinner, companies[0], 10)
        sinner.log_in(companies[0].code, PASSWORD, 429, "too-many-logins")
    for company in companies:
        visitor.log_in(company.code, PASSWORD)
        visitor.delete("/api/session")


def test_mark_that_was_made_up_is_worth_nothing(office, visitor):
    customer = new_customer()
    visitor.settle(customer)
    day = visitor.http.cookies["ebok_known"].split("-")[0]
    with Visitor(office) as sinner:
        sinner.http.cookies.set("ebok_known", f"{day}-{'0' * 32}.{day}-{'f' * 32}")
        fail(sinner, customer, 10)
        sinner.http.cookies.set("ebok_known", f"{day}-{'1' * 32}")
        sinner.log_in(customer.code, PASSWORD, 429, "too-many-logins")


@pytest.mark.shows("T4.4", "V6.3.1")
def test_many_sources_together_have_a_hundred_tries_and_the_owner_gets_in(office, visitor):
    customer = new_customer()
    email = visitor.settle(customer)
    visitor.delete("/api/session")
    for _ in range(TRIES_OF_A_CODE // 10):
        with Visitor(office) as sinner:
            fail(sinner, customer, 10)
    with Visitor(office) as stranger:
        stranger.log_in(customer.code, PASSWORD, 429, "too-many-logins-of-code")
    office.mail_to(email, f"{LIMITS.login_wait_minutes} minut")
    visitor.log_in(customer.code, PASSWORD)


@pytest.mark.shows("T4.4")
def test_owner_at_a_new_browser_gets_in_by_the_mailbox(office):
    customer, email = new_customer(), new_email()
    new_account(customer, PASSWORD, email)
    with Visitor(office) as stranger:
        use_up(stranger, customer.code)
    with Visitor(office) as owner:
        owner.log_in(customer.code, PASSWORD, 429, "too-many-logins-of-code")
        owner.post("/api/password-reset", 202, customer_code=customer.code, email=email)
        token = office.mail_to(email, "/nowe-haslo#").text.split("#")[1].split()[0]
        owner.put("/api/password-reset", token=token, new_password="Bocian-na-kominie-5")
        owner.log_in(customer.code, "Bocian-na-kominie-5")


@pytest.mark.shows("T7.5", "V7.5.1")
def test_tenth_wrong_present_password_ends_the_session(visitor):
    customer = new_customer()
    visitor.settle(customer)
    change = {"new_password": "Bocian-na-kominie-5", "current_password": "wrong"}
    for _ in range(10):
        visitor.put("/api/account/password", 422, **change)
    visitor.put("/api/account/password", 429, "too-many-checks", **change)
    assert not visitor.get("/api/session")["session"]["signed_in"]
    assert not Session.select().where(Session.account_id.in_(_account(customer))).exists()
    visitor.log_in(customer.code, PASSWORD)


def _account(customer) -> list[int]:
    from ebok.accounts.models import Account

    return [Account.find(customer.code).id]


@pytest.mark.shows("V7.4.5")
def test_clerk_freezes_an_account_and_ends_sessions(office, visitor):
    customer = new_customer()
    visitor.settle(customer)
    by_dorota = (customer.code, "--clerk", "Dorota")
    office.run("accounts", "end-sessions", *by_dorota)
    visitor.get("/api/account", 401)
    visitor.log_in(customer.code, PASSWORD)
    office.run("accounts", "freeze", *by_dorota)
    visitor.get("/api/account", 401)
    visitor.log_in(customer.code, PASSWORD, 423, "account-frozen")
    office.run("accounts", "thaw", *by_dorota)
    visitor.log_in(customer.code, PASSWORD)
    told = office.run("accounts", "freeze", "39-1", "--clerk", "Dorota", check=False)
    assert "No account" in told.stderr
