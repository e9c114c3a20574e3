"""The mail's fixture."""

from mailroom import mailroom  # noqa: F401
