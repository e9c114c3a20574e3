"""The mark of views for monitoring, such as `/readyz`."""

from dataclasses import dataclass

from flask import request

from ebok import settings
from ebok.access.marks import Mark, View
from ebok.database import now
from ebok.errors import NotFound
from ebok.tokens import same, sign


@dataclass(frozen=True)
class Machine(Mark):
    """The class of `machine`."""

    def __call__(self, view: View) -> View:
        """Put the mark on the view, which must also answer while the database is down."""
        setattr(view, "needs_database", False)  # noqa: B010
        return super().__call__(view)

    def check(self) -> None:
        """Raise NotFound unless the request has a valid token or the application is local."""
        chosen = settings.current()
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        wanted = [chosen.health_token, own_token()]
        if not chosen.is_local and not any(key and same(shown, key) for key in wanted):
            raise NotFound()


machine = Machine()
"""Answers monitoring: the request shows `health_token`, or comes from `ebok doctor`.

Anybody else gets 404. A loopback address is trusted only if the application is local, because
behind a proxy all requests come from loopback.
"""


def own_token() -> str:
    """Token of `ebok doctor`, signed with the installation's secret; valid for the hour."""
    return sign("doctor", f"{now():%Y-%m-%d %H}").hex()
