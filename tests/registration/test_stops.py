"""Forms that do not match, counted: for a registration, a source, and all."""

import threading

import pytest

from cast import new_code, new_customer
from visitor import Visitor, form_of


@pytest.mark.shows("V2.3.2")
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


@pytest.mark.shows("T4.1")
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


@pytest.mark.shows("V2.3.2")
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.defaults("matches_per_code_day", "matches_per_registration")
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


@pytest.mark.shows("T4.1")
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
