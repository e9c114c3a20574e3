"""What may be a password, said with its reason; and how long one lasts."""

from datetime import timedelta

import pytest

from cast import new_account, new_customer, new_email
from ebok.accounts.models import Account
from ebok.database import now
from ebok.tokens import new_password
from visitor import PASSWORD


@pytest.fixture
def anna(visitor):
    """Anna, who is logged in: her customer."""
    customer = new_customer("Anna Lis")
    new_account(customer, PASSWORD, f"lisek.{new_email()}")
    visitor.log_in(customer.code, PASSWORD)
    return customer


def told(visitor, password: str) -> list[str]:
    """What is said at the field when this is to be the new password."""
    answer = visitor.put(
        "/api/account/password",
        422,
        "invalid-form",
        new_password=password,
        current_password=PASSWORD,
    )
    assert {fault["field"] for fault in answer["faults"]} == {"new_password"}
    return [fault["message"].replace("\u00a0", " ") for fault in answer["faults"]]


@pytest.mark.shows("V6.2.1")
@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Kr1!", "co najmniej 8 znaków"),
        ("Aa1" + "x" * 126, "najwyżej 128 znaków"),
        ("samemałelitery", "trzech"),
        ("Lisek.c{0}!A1", "nazwy"),
        ("Zaq12wsx!", "listach"),
        (PASSWORD, "teraz"),
    ],
)
def test_refusal_says_why(visitor, anna, password, reason):
    name = Account.find(anna.code).email.partition("@")[0].removeprefix("lisek.c")
    reasons = told(visitor, password.format(name))
    assert len(reasons) == 1, reasons
    assert reason in reasons[0], reasons


def test_all_that_is_wrong_is_said_at_once(visitor, anna):
    assert len(told(visitor, "krótk")) == 2


@pytest.mark.shows("V6.2.4", "V6.2.11")
@pytest.mark.parametrize(
    "password",
    [
        "Lato2026!",
        "1Wodociagi!",
        "Aa123456!",
        "Abc@1234",
        "Przykładowo-1",
        "Wodociągi Przykładowo 1",
    ],
)
def test_listed_words_are_refused_with_whatever_is_put_around_them(visitor, anna, password):
    """The waterworks' own name and town are what its customers think of first."""
    assert len(told(visitor, password)) == 1


@pytest.mark.parametrize("password", ["Woda z Przykładowa 7", "Lato nad rzeką 26"])
def test_words_among_others_are_good(visitor, anna, password):
    visitor.put("/api/account/password", new_password=password, current_password=PASSWORD)


def test_characters_are_counted_as_people_count_them(visitor, anna):
    """Seven signs are seven, also where a computer stores more."""
    assert "8 znaków" in told(visitor, "🐟🐟🐟🐟aA1")[0]
    visitor.put("/api/account/password", new_password="🐟🐟🐟🐟🐟aA1", current_password=PASSWORD)


@pytest.mark.shows("V6.2.8")
@pytest.mark.parametrize("wrong", [str.lower, str.upper, str.strip, lambda p: p + " "])
def test_password_counts_exactly_as_it_was_typed(visitor, anna, wrong):
    mine = " Kasztan-przy-rynku-8"
    visitor.put("/api/account/password", new_password=mine, current_password=PASSWORD)
    visitor.delete("/api/session")
    visitor.log_in(anna.code, wrong(mine), 401, "wrong-login")
    visitor.log_in(anna.code, mine)


@pytest.mark.shows("V6.2.10")
def test_own_password_lasts_until_its_owner_changes_it(visitor, anna):
    """Nobody is made to change it after a month, or after ten years."""
    long_ago = now() - timedelta(days=3650)
    account = Account.find(anna.code)
    account.change(password_changed_at=long_ago, opened_at=long_ago)
    assert account.password_expires_at is None
    visitor.delete("/api/session")
    session = visitor.log_in(anna.code, PASSWORD)["session"]
    assert not session["must_change_password"]
    visitor.get("/api/account")


@pytest.mark.shows("V6.4.1")
def test_temporary_password_cannot_become_ones_own(visitor):
    customer = new_customer()
    temporary = visitor.register(customer)
    visitor.log_in(customer.code, temporary)
    visitor.put("/api/account/password", 422, "invalid-form", new_password=temporary)
    assert visitor.get("/api/session")["session"]["must_change_password"]
    visitor.put("/api/account/password", new_password=PASSWORD)


@pytest.mark.shows("V6.4.1")
def test_our_own_passwords_keep_our_own_rules():
    """One in seven had no digit before this was asked for."""
    for _ in range(500):
        password = new_password()
        assert len(password) == 12
        for is_in_group in (str.islower, str.isupper, str.isdigit):
            assert any(is_in_group(character) for character in password)
