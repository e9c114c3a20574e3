"""Who sits down at a browser after somebody has registered there."""

import pytest

from cast import new_customer
from visitor import form_of

pytestmark = pytest.mark.shows("T7.7")


@pytest.mark.shows("P111")
def test_registration_shows_nothing_once_it_has_opened_its_account(visitor):
    """No door tells whose account was opened, but to who has the invoice in hand."""
    customer = new_customer()
    email = visitor.start_and_prove(customer.code)
    visitor.confirm(customer)
    visitor.get("/api/registration", 404)
    doors = (("code", {"code_": "000000"}), ("code/resend", {}), ("review", form_of(customer)))
    for door, typed in doors:
        visitor.post(f"/api/registration/{door}", 404, "no-registration", **typed)
    answer = visitor.confirm(customer, 410, "registration-void", number="FV/0", amount="1,00")
    assert email not in str(answer.body)


def test_invoice_cannot_be_guessed_at_a_registration_that_is_over(visitor):
    customer = new_customer()
    visitor.register(customer)
    for _ in range(5):
        visitor.confirm(customer, 410, "registration-void", amount="1,00")
    visitor.confirm(customer, 410, "registration-void")
