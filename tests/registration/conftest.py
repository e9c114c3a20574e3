"""Celina, who is registering."""

import pytest

from cast import new_customer


@pytest.fixture
def celina(visitor):
    """Celina, who has typed the code: customer and browser."""
    customer = new_customer("Celina Wójcik-Żak")
    visitor.start_and_prove(customer.code)
    return customer
