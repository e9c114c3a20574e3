"""Retention of exported changes."""

from ebok.exports import operations
from ebok.jobs import Retention

forget_exported = Retention(operations.forget_exported)
