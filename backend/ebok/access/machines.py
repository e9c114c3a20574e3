"""The mark of what answers the machines that watch the office."""

from dataclasses import dataclass

from flask import request

from ebok import settings
from ebok.access.marks import Mark, View
from ebok.database import now
from ebok.errors import NotFound
from ebok.tokens import same, sign


@dataclass(frozen=True)
class Machine(Mark):
    """See `machine`."""

    def __call__(self, view: View) -> View:
        """Put the mark on this view, which answers without a database, too."""
        setattr(view, "needs_database", False)  # noqa: B010
        return super().__call__(view)

    def check(self) -> None:
        """Refuse whoever may not know how the office is."""
        chosen = settings.current()
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        wanted = [chosen.health_token, own_token()]
        if not chosen.is_local and not any(key and same(shown, key) for key in wanted):
            raise NotFound()


machine = Machine()
"""Answers a machine that watches the office: it shows `health_token`, or is this very one.

To everybody else there is nothing. Where a proxy stands in front all requests come from loopback,
so that is believed only of an office that no other machine can reach.
"""


def own_token() -> str:
    """What `ebok doctor` shows to the office of its own key, at whose port it asks."""
    return sign("doctor", f"{now():%Y-%m-%d %H}").hex()
