"""Marks of known browsers (`ebok_known`): what they are bound to, and how many guesses they buy."""

from datetime import UTC, datetime

import pytest

from cast import new_customer
from ebok import settings
from ebok.accounts import operations_known_browsers as known_browsers
from ebok.accounts.models import Account
from ebok.app import create_core
from office import new_source
from visitor import PASSWORD, Visitor

pytestmark = pytest.mark.shows("T4.8")

ANOTHER = "Bocian-na-kominie-5"


def mark_of(visitor: Visitor) -> str:
    return visitor.http.cookies["ebok_known"]


def with_mark(office, mark: str, source: str = "") -> Visitor:
    visitor = Visitor(office, source)
    visitor.http.cookies.set("ebok_known", mark)
    return visitor


def guess(visitor: Visitor, customer, times: int) -> None:
    for _ in range(times):
        visitor.log_in(customer.code, "wrong", 401)


def tried(browser: Visitor, customer, password: str) -> int:
    """The status of one login, whatever it is."""
    token = browser.get("/api/session")["session"]["csrf_token"]
    typed = {"customer_code": customer.code, "password": password}
    answer = browser.http.post("/api/session", json=typed, headers={"X-CSRFToken": token})
    return answer.status_code


def is_known(office, customer, mark: str) -> bool:
    """Whether a browser with this mark gets in where a stranger has to wait."""
    source = new_source()
    with Visitor(office, source) as stranger:
        guess(stranger, customer, 10)
        stranger.log_in(customer.code, "wrong", 429, "too-many-logins")
    with with_mark(office, mark, source) as browser:
        return tried(browser, customer, PASSWORD) != 429


@pytest.mark.shows("P99")
def test_all_marks_of_an_account_together_have_ten_guesses(office, visitor):
    """Twelve browsers that were let in once, each on a day of its own, and that guess today."""
    customer = new_customer()
    visitor.settle(customer)
    with create_core(settings.load(office.settings())).app_context():
        account, today = Account.find(customer.code), datetime.now(UTC).toordinal()
        held = [known_browsers._token(account, today - days) for days in range(12)]
    assert mark_of(visitor).split(".")[0] == held[0]
    place, told = new_source(), []
    for mark in held:
        with with_mark(office, mark, place) as browser:
            told += [tried(browser, customer, "wrong") for _ in range(10)]
    # Ten of the marks', and then the ten of the place where they are.
    assert told == [401] * 20 + [429] * 100


def test_used_up_marks_leave_the_owner_the_tries_of_a_stranger(office, visitor):
    customer = new_customer()
    visitor.settle(customer)
    with with_mark(office, mark_of(visitor)) as thief:
        guess(thief, customer, 20)
        thief.log_in(customer.code, PASSWORD, 429, "too-many-logins")
    visitor.delete("/api/session")
    visitor.log_in(customer.code, PASSWORD)


@pytest.mark.shows("P100")
def test_mark_ends_with_a_change_of_password_and_the_browser_that_changed_it_has_a_new_one(
    office, visitor, other_visitor
):
    customer = new_customer()
    visitor.settle(customer)
    other_visitor.log_in(customer.code, PASSWORD)
    before, elsewhere = mark_of(visitor), mark_of(other_visitor)
    assert is_known(office, customer, elsewhere)
    changed = {"new_password": ANOTHER, "current_password": PASSWORD}
    visitor.put("/api/account/password", **changed)
    assert not is_known(office, customer, before)
    assert not is_known(office, customer, elsewhere)
    assert is_known(office, customer, mark_of(visitor))


@pytest.mark.shows("P100")
def test_mark_ends_with_the_account(office, visitor, other_visitor):
    customer = new_customer()
    visitor.settle(customer)
    mark = mark_of(visitor)
    visitor.post("/api/my-data/closing", 204, current_password=PASSWORD)
    other_visitor.settle(customer)
    assert not is_known(office, customer, mark)


@pytest.mark.shows("P100", "V9.2.1")
@pytest.mark.parametrize(("days", "known"), [(364, True), (365, False), (-1, False)])
def test_mark_ends_after_a_year(office, visitor, days, known):
    customer = new_customer()
    visitor.settle(customer)
    with create_core(settings.load(office.settings())).app_context():
        mark = known_browsers._token(
            Account.find(customer.code), datetime.now(UTC).toordinal() - days
        )
    assert is_known(office, customer, mark) is known


@pytest.mark.shows("V9.1.1")
@pytest.mark.parametrize("made_up", ["", ".", "-", "1-", "x-y", "٣-ab", "9" * 4000, "739000-é"])
def test_what_is_no_mark_is_worth_nothing(office, visitor, made_up):
    customer = new_customer()
    visitor.settle(customer)
    with create_core(settings.load(office.settings())).app_context():
        assert not known_browsers.allowance_of(Account.find(customer.code), made_up)
