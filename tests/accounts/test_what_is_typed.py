"""What people type and paste to get in: read as they meant it, or told what it should look like."""

import pytest

import cast
from cast import new_code, new_customer, new_email
from visitor import PASSWORD, Visitor

BLANKS = [
    "\u00a0{}\u00a0",
    "\u200b{}\u200b",
    "\ufeff{}",
    "{}\r\n",
    "\n\t{} \n",
    "{}\u00ad",
    "\u2060{}",
]


@pytest.fixture
def newcomer(visitor):
    """Somebody with a temporary password: customer and password."""
    return cast.newcomer()


@pytest.mark.shows("P58")
@pytest.mark.parametrize("pasted", BLANKS)
def test_temporary_password_is_taken_with_blanks_around(visitor, newcomer, pasted):
    customer, password = newcomer
    visitor.log_in(customer.code, pasted.format(password))


def test_temporary_password_is_taken_with_blanks_in_it_and_no_other_letter(visitor, newcomer):
    """A mail program that breaks or hyphenates it."""
    customer, password = newcomer
    visitor.log_in(customer.code, f"{password[:6]} \u00ad\u200b{password[6:]}")
    visitor.delete("/api/session")
    visitor.log_in(customer.code, password.swapcase(), 401, "wrong-login")


def test_own_password_is_taken_exactly(office, visitor):
    customer = new_customer()
    visitor.settle(customer)
    visitor.put(
        "/api/account/password", new_password=" Bocian na Kominie 5 ", current_password=PASSWORD
    )
    for other in (
        "Bocian na Kominie 5",
        " Bocian na Kominie 5",
        " Bocian na  Kominie 5 ",
        "BociannaKominie5",
    ):
        with Visitor(office) as stranger:
            stranger.log_in(customer.code, other, 401, "wrong-login")
    with Visitor(office) as owner:
        owner.log_in(customer.code, " Bocian na Kominie 5 ")


LOGINS = {
    "helena@poczta.example": "adresem",
    "{}": "39\u201129001",
    "Helena Wójcik": "39\u201129001",
    "'; --": "39\u201129001",
}


@pytest.mark.shows("P59")
@pytest.mark.parametrize(("path", "rest"), [("session", "password"), ("password-reset", "email")])
@pytest.mark.parametrize("typed", LOGINS)
def test_what_cannot_be_a_login_is_told_at_the_field_the_same_to_everybody(
    office, visitor, path, rest, typed
):
    customer = new_customer()
    with Visitor(office) as anna:
        anna.settle(customer)
    answers = []
    for code in (customer.code, new_code()):
        rest_of_form = {rest: PASSWORD if rest == "password" else new_email()}
        answer = visitor.post(
            f"/api/{path}",
            422,
            "invalid-form",
            customer_code=typed.format(code.replace("-", "")),
            **rest_of_form,
        )
        assert [fault["field"] for fault in answer["faults"]] == ["customer_code"]
        assert LOGINS[typed] in answer["faults"][0]["message"]
        assert "39\u201129001" in answer["faults"][0]["message"]
        answers.append(answer.body)
    assert answers[0] == answers[1]


def test_what_cannot_be_a_login_uses_up_no_try(visitor, newcomer):
    customer, password = newcomer
    for _ in range(12):
        visitor.log_in("helena@poczta.example", password, 422)
    visitor.log_in(customer.code, password)


def test_address_that_cannot_be_one_is_told_at_its_field(visitor):
    answer = visitor.post("/api/password-reset", 422, customer_code=new_code(), email="helena")
    assert [fault["field"] for fault in answer["faults"]] == ["email"]
