"""Many behind one address: a mobile network, a housing estate, and a guesser among them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest

from api import create_api
from cast import new_account, new_customer
from ebok import database, settings
from ebok.accounts import operations_passwords as passwords
from ebok.database import now
from ebok.limits import Limit
from office import SECRET, Office, new_source
from patience import HANG_SECONDS
from smtp import MailServer
from visitor import PASSWORD, Visitor

ESTATE = 40
REFUSED = {"login": (401, "wrong-login"), "wait": (429, "too-many-logins")}


@pytest.fixture
def busy_office(database_url, tmp_path):
    """An office that looks at more passwords at once than one source has failures."""
    with (
        MailServer() as post,
        Office(database_url, tmp_path, post, EBOK_WEB_THREADS="16") as office,
    ):
        database.connect(database_url)
        database.database.connect(reuse_if_open=True)
        yield office
        database.database.close_all()


@pytest.fixture
def estate(busy_office):
    """Forty customers and their browsers, all behind one address."""
    source, customers = new_source(), [new_customer(months=0) for _ in range(ESTATE)]
    for customer in customers:
        new_account(customer, PASSWORD)
    with ExitStack() as opened:
        browsers = [opened.enter_context(Visitor(busy_office, source)) for _ in customers]
        for browser in browsers:
            browser.token = browser.get("/api/session")["session"]["csrf_token"]
        yield list(zip(customers, browsers, strict=True))


def all_at_once(acts: list) -> list:
    """What each of them returns; all begin at the same moment."""
    barrier = threading.Barrier(len(acts))

    def do(act):
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(do, acts))


def log_in(browser, customer, password) -> tuple[int, str]:
    answer = browser.http.post(
        "/api/session",
        json={"customer_code": customer.code, "password": password},
        headers={"X-CSRFToken": browser.token},
    )
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.shows("P101", "T4.6")
def test_forty_customers_log_in_at_once_beside_a_guesser_who_is_stopped_at_the_tenth(
    busy_office, estate
):
    victim, source = estate[0][0], estate[0][1].source
    with Visitor(busy_office, source) as guesser:
        guesser.token = guesser.get("/api/session")["session"]["csrf_token"]

        def guess_nine_times():
            return [log_in(guesser, victim, f"guess {n}") for n in range(9)]

        acts = [lambda c=c, b=b: log_in(b, c, PASSWORD) for c, b in estate]
        *answers, guesses = all_at_once([*acts, guess_nine_times])
        assert answers == [(201, "")] * ESTATE
        assert guesses == [REFUSED["login"]] * 9
        assert log_in(guesser, victim, "tenth") == REFUSED["login"]
        assert log_in(guesser, victim, PASSWORD) == REFUSED["wait"]
    # Whoever has logged in here before does not wait for the guesser.
    for customer, browser in estate:
        browser.token = ""
        browser.delete("/api/session")
        browser.log_in(customer.code, PASSWORD)


@pytest.mark.shows("P101", "T4.5")
def test_forty_guesses_at_once_are_ten(estate):
    victim = estate[0][0]
    acts = [lambda b=b, n=n: log_in(b, victim, f"{n}") for n, (_c, b) in enumerate(estate)]
    answers = all_at_once(acts)
    assert answers.count(REFUSED["login"]) == 10
    assert answers.count(REFUSED["wait"]) == ESTATE - 10
    # What was refused to this source is not counted against the code.
    assert Limit.get(Limit.name == "logins-code").used == 10


@pytest.fixture
def client(database_url, tmp_path):
    """The application in this process, whose hashes can be held."""
    given = {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "SECRET_KEY": SECRET}
    given["WEB_THREADS"] = "20"
    app = create_api(settings.load({f"EBOK_{name}": value for name, value in given.items()}))
    database.database.connect(reuse_if_open=True)
    yield lambda: app.test_client()
    database.database.close_all()


def try_here(client, customer, password) -> int:
    here = client()
    token = here.get("/api/session").json["session"]["csrf_token"]
    typed = {"customer_code": customer.code, "password": password}
    return here.post("/api/session", json=typed, headers={"X-CSRFToken": token}).status_code


def hold(monkeypatch, arrive) -> None:
    """Call `arrive(password)` before each hash: the library's own function still does its work."""
    real = passwords.PasswordHasher.verify

    def held(hasher, password_hash, password):
        arrive(password)
        return real(hasher, password_hash, password)

    monkeypatch.setattr(passwords.PasswordHasher, "verify", held)


def test_what_is_in_flight_starts_no_wait_and_right_passwords_use_up_nothing(client, monkeypatch):
    """All sixteen are being looked at before one of them is found right."""
    customers = [new_customer(months=0) for _ in range(16)]
    for customer in customers:
        new_account(customer, PASSWORD)
    together = threading.Barrier(len(customers))
    hold(monkeypatch, lambda _password: together.wait(HANG_SECONDS))
    acts = [lambda c=c: try_here(client, c, PASSWORD) for c in customers]
    assert all_at_once(acts) == [201] * len(customers)
    assert not Limit.select().where(Limit.name.in_(["logins", "logins-code"])).exists()


@pytest.mark.shows("T4.5")
def test_right_guess_among_many_at_once_is_not_told_after_the_tenth(client, monkeypatch):
    """It began first, and is found right when ten wrong ones have been counted."""
    customer = new_customer(months=0)
    new_account(customer, PASSWORD)
    begun, go_on = threading.Event(), threading.Event()

    def arrive(password):
        if password == PASSWORD:
            begun.set()
            go_on.wait(HANG_SECONDS)

    hold(monkeypatch, arrive)
    with ThreadPoolExecutor(1) as elsewhere:
        guess = elsewhere.submit(try_here, client, customer, PASSWORD)
        assert begun.wait(HANG_SECONDS)
        assert [try_here(client, customer, "wrong") for _ in range(10)] == [401] * 10
        go_on.set()
        assert guess.result() == 429


def test_wait_begins_with_the_tenth_wrong_one(visitor):
    """Nine of them may be as old as the window: the tenth makes the source wait for all of it."""
    customer = new_customer(months=0)
    fresh = now() - timedelta(seconds=30)
    for _ in range(9):
        visitor.log_in(customer.code, "wrong", 401)
    mine = (Limit.name == "logins") & (Limit.started_at > fresh) & (Limit.used == 9)
    Limit.update(started_at=now() - timedelta(minutes=14)).where(mine).execute()
    visitor.log_in(customer.code, "wrong", 401)
    answer = visitor.log_in(customer.code, "wrong", 429, "too-many-logins")
    assert 880 < answer["retry_after_seconds"] <= 900
