"""Retention of payment orders."""

from ebok.jobs import Retention
from ebok.payments import operations_orders as orders

forget_unpaid_orders = Retention(orders.forget_unpaid_orders)
