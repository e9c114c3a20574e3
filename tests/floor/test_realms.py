"""Customers and staff: a session of one realm opens nothing of the other's."""

import re

import pytest
from flask.testing import FlaskClient

from backroom import BACKROOM
from backroom.routes import Seat
from cast import new_account, new_customer
from ebok import database, settings
from ebok.access import CLERK, CUSTOMER, requires
from ebok.app import create_app
from ebok.database import migrate
from ebok.features import FEATURES
from office import SECRET
from visitor import PASSWORD

pytestmark = pytest.mark.shows("T7.10")

SIGN_IN_FIRST = (401, "sign-in-first")
FORBIDDEN = (403, "forbidden")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The whole application, with the backroom plugged in."""
    data = tmp_path_factory.mktemp("realms")
    chosen = settings.load({"EBOK_DATA_DIR": str(data), "EBOK_SECRET_KEY": SECRET})
    app = create_app(chosen, (*FEATURES, BACKROOM))
    migrate.migrate()
    database.database.create_tables([Seat])
    return app


@pytest.fixture
def browser(house) -> FlaskClient:
    """A browser that nobody has signed in with."""
    database.connect(house.config["EBOK"].database)
    return house.test_client()


def token_of(browser: FlaskClient, place: str) -> dict[str, str]:
    return {"X-CSRFToken": browser.get(place).json["session"]["csrf_token"]}


def let_customer_in(browser: FlaskClient) -> str:
    customer = new_customer(months=1)
    with database.connection():
        new_account(customer, PASSWORD)
    typed = {"customer_code": customer.code, "password": PASSWORD}
    headers = token_of(browser, "/api/session")
    assert browser.post("/api/session", json=typed, headers=headers).status_code == 201
    return customer.code


def let_dorota_in(browser: FlaskClient, role: str = "clerk", has_second_factor=True) -> None:
    told = {"name": "Dorota", "role": role, "has_second_factor": has_second_factor}
    headers = token_of(browser, "/api/biuro/session")
    assert browser.post("/api/biuro/session", json=told, headers=headers).status_code == 201


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_nobody_is_sent_to_the_login_of_the_realm(browser):
    assert refusal(browser.get("/api/biuro/desk")) == SIGN_IN_FIRST
    wanted = browser.get("/biuro/okno")
    assert wanted.status_code == 303
    assert wanted.headers["Location"] == "/biuro/logowanie?next=/biuro/okno"
    assert browser.get("/faktury").headers["Location"] == "/logowanie?next=/faktury"


def test_customer_is_nobody_in_the_office(browser):
    let_customer_in(browser)
    assert browser.get("/api/account").status_code == 200
    assert refusal(browser.get("/api/biuro/desk")) == SIGN_IN_FIRST
    assert browser.get("/biuro/okno").headers["Location"].startswith("/biuro/logowanie")
    assert not browser.get("/api/biuro/session").json["session"]["signed_in"]


def test_clerk_is_nobody_among_customers(browser):
    let_dorota_in(browser)
    assert browser.get("/biuro/okno").status_code == 200
    assert refusal(browser.get("/api/account")) == SIGN_IN_FIRST
    assert browser.get("/start").headers["Location"] == "/logowanie"
    assert not browser.get("/api/session").json["session"]["signed_in"]


def test_role_opens_what_wants_it_and_nothing_else(house, browser):
    let_dorota_in(browser, "clerk")
    assert browser.get("/api/biuro/desk").json == {"desk": {"actor": "clerk Dorota"}}
    headers = token_of(browser, "/api/biuro/session")
    assert refusal(browser.put("/api/biuro/desk", headers=headers)) == FORBIDDEN
    let_dorota_in(browser, "administrator")
    headers = token_of(browser, "/api/biuro/session")
    assert browser.put("/api/biuro/desk", headers=headers).status_code == 200
    assert refusal(browser.get("/api/biuro/desk")) == FORBIDDEN


def test_what_is_grave_asks_the_realm_again_after_role_and_token(browser):
    let_dorota_in(browser)
    headers = token_of(browser, "/api/biuro/session")
    assert refusal(browser.delete("/api/biuro/desk", headers=headers)) == FORBIDDEN
    word = {"X-Word": "kaczka"}
    assert refusal(browser.delete("/api/biuro/desk", headers=word)) == (400, "csrf")
    assert browser.delete("/api/biuro/desk", headers=headers | word).status_code == 204


def test_who_has_something_to_do_first_does_nothing_else(browser):
    let_dorota_in(browser, has_second_factor=False)
    assert refusal(browser.get("/api/biuro/desk")) == (403, "needs-second-factor")
    assert browser.get("/biuro/okno").headers["Location"] == "/biuro/drugi-skladnik"
    headers = token_of(browser, "/api/biuro/session")
    assert browser.delete("/api/biuro/session", headers=headers).status_code == 204


def test_one_browser_may_be_signed_in_in_both_and_leaves_one_at_a_time(browser):
    let_customer_in(browser)
    let_dorota_in(browser)
    assert browser.get("/api/account").status_code == 200
    assert browser.get("/api/biuro/desk").status_code == 200
    headers = token_of(browser, "/api/biuro/session")
    assert browser.delete("/api/biuro/session", headers=headers).status_code == 204
    assert refusal(browser.get("/api/biuro/desk")) == SIGN_IN_FIRST
    assert browser.get("/api/account").status_code == 200


def test_cookie_of_one_realm_is_none_under_the_name_of_the_other(browser):
    let_customer_in(browser)
    let_dorota_in(browser)
    mine = {name: browser.get_cookie(name).value for name in ("ebok_session", "ebok_staff")}
    browser.set_cookie("ebok_session", mine["ebok_staff"])
    browser.set_cookie("ebok_staff", mine["ebok_session"])
    assert refusal(browser.get("/api/account")) == SIGN_IN_FIRST
    assert refusal(browser.get("/api/biuro/desk")) == SIGN_IN_FIRST


@pytest.mark.parametrize(
    ("let_in", "name", "other", "address"),
    [
        (let_customer_in, "ebok_session", "biuro", "/api/biuro/desk"),
        (let_dorota_in, "ebok_staff", "", "/api/account"),
    ],
    ids=["customer", "clerk"],
)
def test_token_of_one_realm_is_none_in_the_other(house, browser, let_in, name, other, address):
    """Even properly signed: it is looked for among the sessions of the other realm alone."""
    let_in(browser)
    cookies = house.session_interface.by_place
    held = cookies["" if other else "biuro"].signing.loads(browser.get_cookie(name).value)
    browser.set_cookie(cookies[other].name, cookies[other].signing.dumps(held))
    assert refusal(browser.get(address)) == SIGN_IN_FIRST
    session = "/api/biuro/session" if other else "/api/session"
    assert not browser.get(session).json["session"]["signed_in"]


def test_token_for_changes_is_the_realms_own(browser):
    let_customer_in(browser)
    let_dorota_in(browser, "administrator")
    for mine, address, method in (
        ("/api/session", "/api/biuro/desk", "PUT"),
        ("/api/biuro/session", "/api/session", "DELETE"),
    ):
        answer = browser.open(address, method=method, headers=token_of(browser, mine))
        assert refusal(answer) == (400, "csrf")


def test_view_that_stands_among_another_realms_addresses_answers_nobody(browser):
    let_customer_in(browser)
    let_dorota_in(browser)
    assert refusal(browser.get("/api/elsewhere")) == SIGN_IN_FIRST


def test_page_of_the_staff_is_composed_in_their_frame(browser):
    """With its own entry and way home, in each language, and with nothing of the customers'."""
    let_dorota_in(browser)
    for language, name in (("pl", "Biuro"), ("en", "Back office"), ("uk", "Офіс")):
        page = browser.get("/biuro/okno", headers={"Accept-Language": language}).text
        assert f'<html lang="{language}"' in page
        assert f'<span class="letterhead__office">{name}</span>' in page
        assert "<h1>Okienko</h1>" in page
        assert re.search(
            r'<script type="module" src="/static/staff-\w+.js" integrity="sha384', page
        )
        assert 'class="letterhead__name" href="/biuro"' in page
        assert not re.search(r'href="/(start|faktury|pomoc|regulamin)"', page)


def test_page_of_everybody_is_shown_in_the_frame_of_who_asks(browser):
    """What is around a page differs, so that the browser loads the whole of it."""

    def around(address: str) -> tuple[str, bool]:
        page = browser.get(address).text
        return re.search('data-layout="([^"]+)"', page)[1], 'class="places"' in page

    stranger = around("/pomoc")
    let_dorota_in(browser)
    assert around("/pomoc") == stranger
    assert around("/biuro/nic") == around("/biuro/okno") != stranger
    let_customer_in(browser)
    assert around("/pomoc") == around("/nic") == around("/start") != stranger
    assert [around(a)[1] for a in ("/pomoc", "/biuro/okno", "/biuro/nic")] == [True, False, False]


def test_mark_wants_no_role_that_the_realm_does_not_know():
    with pytest.raises(ValueError, match="customer knows no clerk"):
        requires(CUSTOMER, CLERK)
