"""The mail's fixtures, here until all tests share them."""

from mailroom import database_url, mailroom  # noqa: F401
