"""*Pierwsze logowanie*: the temporary password is good for one thing."""

from datetime import timedelta

import pytest

import cast
from accounts.tries import use_up
from cast import new_code, new_customer
from cheap import REAL
from ebok import settings
from ebok.access import (
    CUSTOMER,
    STAFF,
    RequiresKey,
    anyone,
    machine,
    mark_of,
    signed_in,
    signed_itself,
)
from ebok.accounts.models import Account, Session
from ebok.app import create_app
from ebok.database import now
from office import LIMITS
from visitor import PASSWORD, Visitor

WAIT = f"{LIMITS.login_wait_minutes} minut"

REFUSED = (403, "must-change-password")
OPEN = (anyone, signed_itself)


@pytest.fixture
def registered(visitor):
    """Somebody who has registered: customer and the temporary password from the mail."""
    customer = new_customer()
    return customer, visitor.register(customer)


@pytest.fixture
def newcomer(visitor):
    """Somebody with a temporary password: customer and password."""
    return cast.newcomer()


def test_temporary_password_is_twelve_characters_that_look_like_nothing_else(registered):
    _customer, password = registered
    assert len(password) == 12
    assert not set(password) & set("0Oo1lIi2Zz5Ss8BG6")


@pytest.mark.shows("T9.2", "V6.5.2", "V11.4.2")
def test_temporary_password_is_kept_only_as_a_hash(registered):
    customer, password = registered
    row = Account.select().where(Account.customer == customer.code).dicts().get()
    assert password not in str(row)
    assert row["password_hash"].startswith("$argon2id$v=19$")
    # The production hasher; tests use a cheap one.
    assert REAL.hash(password).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.shows("T2.9")
def test_everything_but_an_own_password_and_logging_out_is_refused(visitor, registered):
    customer, password = registered
    session = visitor.log_in(customer.code, password)["session"]
    assert session["must_change_password"]
    assert visitor.get("/api/account", 403)["code"] == "must-change-password"
    assert visitor.get("/start", 303).headers["Location"].endswith("/zmiana-hasla")
    visitor.get("/zmiana-hasla")
    visitor.delete("/api/session")
    visitor.log_in(customer.code, password)
    visitor.put("/api/account/password", new_password=PASSWORD)
    assert visitor.get("/api/account")["account"]["customer_code"] == customer.code


@pytest.mark.shows("V2.3.1", "V8.3.1")
def test_every_page_and_call_waits_for_an_own_password_but_the_change_and_the_way_out(
    office, visitor, newcomer
):
    """Whatever is behind the login, also what is added one day."""
    app = create_app(settings.load(office.settings()))
    customer, password = newcomer
    visitor.log_in(customer.code, password)
    token = visitor.get("/api/session")["session"]["csrf_token"]
    behind = {}
    for rule in app.url_map.iter_rules():
        mark = mark_of(app.view_functions[rule.endpoint])
        for method in rule.methods - {"HEAD", "OPTIONS"} if mark not in OPEN else ():
            behind[str(rule), method] = mark
    open_to_newcomers = {place for place, mark in behind.items() if mark == signed_in(CUSTOMER)}
    assert open_to_newcomers == {
        ("/api/session", "DELETE"),
        ("/api/account/password", "PUT"),
        ("/zmiana-hasla", "GET"),
        # On a phone the way out lies there.
        ("/wiecej", "GET"),
    }
    for path, method in behind.keys() - open_to_newcomers:
        answer = visitor.http.request(method, path, headers={"X-CSRFToken": token})
        if behind[path, method] == machine:
            assert answer.status_code in (200, 503), path
        elif path.startswith("/api/"):
            # A door with a key of its own asks nobody's session.
            has_key = isinstance(behind[path, method], RequiresKey)
            refused = (401, "wrong-key") if has_key else REFUSED
            assert (answer.status_code, answer.json()["code"]) == refused
        elif getattr(behind[path, method], "realm", CUSTOMER) is STAFF:
            assert answer.headers["Location"].startswith("/biuro/logowanie"), path
        else:
            assert answer.headers["Location"] == "/zmiana-hasla", path


@pytest.mark.shows("T2.9", "T5.6", "V6.4.1")
@pytest.mark.defaults("temporary_password_hours")
def test_temporary_password_ends_after_a_day(visitor, registered):
    customer, password = registered
    account = Account.find(customer.code)
    assert timedelta(hours=23) < account.password_expires_at - now() <= timedelta(hours=24)
    account.change(password_expires_at=now())
    visitor.log_in(customer.code, password, 410, "temporary-password-expired")


def test_temporary_password_is_void_once_an_own_one_is_set(visitor, newcomer):
    customer, password = newcomer
    visitor.log_in(customer.code, password)
    visitor.put("/api/account/password", new_password=PASSWORD)
    visitor.delete("/api/session")
    visitor.log_in(customer.code, password, 401, "wrong-login")
    visitor.log_in(customer.code, PASSWORD)


def test_session_with_the_temporary_password_ends_with_the_change(office, visitor, newcomer):
    customer, password = newcomer
    with Visitor(office) as elsewhere:
        elsewhere.log_in(customer.code, password)
        visitor.log_in(customer.code, password)
        visitor.put("/api/account/password", new_password=PASSWORD)
        assert not elsewhere.get("/api/session")["session"]["signed_in"]


def test_wrong_logins_get_one_answer(visitor, newcomer):
    customer, password = newcomer
    wrong = visitor.log_in(customer.code, "x" + password[1:], 401, "wrong-login")
    unknown = visitor.log_in(new_code(), password, 401, "wrong-login")
    assert wrong.body == unknown.body


def test_login_forgives_spaces_and_dashes_in_the_code(visitor, newcomer):
    customer, password = newcomer
    visitor.log_in(f" 39 – {customer.code[3:]} ", password)


@pytest.mark.shows("T4.5", "V6.3.1")
@pytest.mark.defaults("logins_per_source", "login_wait_minutes")
def test_ten_failed_logins_from_one_source_wait_a_quarter_of_an_hour(office, visitor, newcomer):
    customer, password = newcomer
    for _ in range(10):
        visitor.log_in(customer.code, "wrong", 401, "wrong-login")
    answer = visitor.log_in(customer.code, password, 429, "too-many-logins")
    assert 880 < answer["retry_after_seconds"] <= 900
    with Visitor(office) as elsewhere:
        elsewhere.log_in(customer.code, password)


@pytest.mark.shows("T7.3", "V7.3.1")
@pytest.mark.defaults("session_idle_minutes")
def test_session_ends_after_half_an_hour_without_a_sign_of_life(visitor):
    customer = new_customer()
    visitor.settle(customer)
    account = Account.find(customer.code)
    mine = Session.account == account
    Session.update(seen_at=now() - timedelta(minutes=29)).where(mine).execute()
    visitor.get("/api/account")
    assert Session.get(mine).seen_at > now() - timedelta(minutes=1)
    Session.update(seen_at=now() - timedelta(minutes=31)).where(mine).execute()
    visitor.get("/api/account", 401)


@pytest.mark.shows("V7.3.2")
@pytest.mark.defaults("session_hours")
def test_session_ends_after_twelve_hours_whatever_happens(visitor):
    customer = new_customer()
    visitor.settle(customer)
    mine = Session.account == Account.find(customer.code)
    Session.update(started_at=now() - timedelta(hours=12)).where(mine).execute()
    visitor.get("/api/account", 401)


@pytest.mark.shows("T7.1", "V7.2.1", "V7.4.1")
def test_logging_out_ends_the_session_on_the_server(visitor):
    customer = new_customer()
    visitor.settle(customer)
    cookies = dict(visitor.http.cookies)
    visitor.delete("/api/session")
    visitor.http.cookies.update(cookies)
    assert not visitor.get("/api/session")["session"]["signed_in"]


@pytest.mark.shows("V3.3.4")
def test_cookie_holds_nothing_about_the_person_and_is_new_at_login(visitor, registered):
    customer, password = registered
    before = visitor.http.cookies["ebok_session"]
    answer = visitor.http.post(
        "/api/session",
        json={"customer_code": customer.code, "password": password},
        headers={"X-CSRFToken": visitor.token},
    )
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert before not in cookie
    token_rows = [row.token_hash for row in Session.select()]
    assert not any(token_hash in cookie for token_hash in token_rows)


@pytest.mark.shows("V8.2.2")
def test_anna_never_sees_bartek(office, visitor, other_visitor):
    anna, bartek = new_customer("Anna Lis"), new_customer("Bartek Dąb")
    visitor.settle(anna)
    other_visitor.settle(bartek)
    assert visitor.get("/api/account")["account"]["name"] == "Anna Lis"
    assert other_visitor.get("/api/account")["account"]["name"] == "Bartek Dąb"


def test_browser_that_has_logged_in_before_does_not_wait_for_the_sins_of_others(office, visitor):
    customer = new_customer()
    email = visitor.settle(customer)
    visitor.delete("/api/session")
    with Visitor(office, visitor.source) as sinner:
        for _ in range(LIMITS.logins_per_source):
            sinner.log_in(customer.code, "wrong", 401)
        sinner.log_in(customer.code, PASSWORD, 429, "too-many-logins")
    visitor.log_in(customer.code, PASSWORD)
    visitor.delete("/api/session")
    for _ in range(LIMITS.logins_per_source):
        visitor.log_in(customer.code, "wrong", 401)
    visitor.log_in(customer.code, PASSWORD, 429, "too-many-logins")
    office.mail_to(email, WAIT)


def test_mark_of_one_code_helps_with_no_other(office, visitor):
    mine, other = new_customer(), new_customer()
    visitor.settle(mine)
    visitor.delete("/api/session")
    for _ in range(LIMITS.logins_per_source):
        visitor.log_in(other.code, "wrong", 401)
    visitor.log_in(other.code, "wrong", 429, "too-many-logins")
    visitor.log_in(mine.code, PASSWORD)


def test_owner_is_told_of_failed_logins_once_a_day(office):
    customer = new_customer()
    with Visitor(office) as anna:
        email = anna.settle(customer)
    for _ in range(2):
        with Visitor(office) as sinner:
            for _ in range(LIMITS.logins_per_source):
                sinner.log_in(customer.code, "wrong", 401)
            sinner.log_in(customer.code, "wrong", 429)
    told = office.mail_to(email, WAIT)
    assert customer.code not in told.text
    with Visitor(office) as forgetful:
        forgetful.post("/api/password-reset", 202, customer_code=customer.code, email=email)
    office.mail_to(email, "/nowe-haslo#")
    assert sum(WAIT in mail.text for mail in office.mails_to(email)) == 1


@pytest.mark.shows("T5.1", "V6.3.1")
def test_unknown_code_is_stopped_after_a_hundred_tries_too(office, visitor):
    """Else the limit would tell which codes have an account."""
    code = new_code()
    use_up(visitor, code)
    visitor.log_in(code, "wrong", 429, "too-many-logins-of-code")
