"""Retention of used captchas."""

from ebok.captcha import operations
from ebok.jobs import Retention

forget_puzzles = Retention(operations.forget_puzzles)
