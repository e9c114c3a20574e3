"""Routes for monitoring: whether this process answers, and whether the service is usable."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from flask import Blueprint
from flask_babel import force_locale

from ebok import settings
from ebok.access import machine
from ebok.doctor import FAIL, OK, WARN, examine
from ebok.tokens import sign

routes = Blueprint("operation", __name__)
WORST_FIRST = (FAIL, WARN, OK)


@routes.get("/healthz")
@machine
def healthz():
    """Answer that this process runs, without any check."""
    return {"status": OK, **_who(), "checks": []}


@routes.get("/readyz")
@machine
def readyz():
    """Run the quick checks; answer 503 if one fails."""
    with force_locale("en"):
        findings = list(examine(settings.current(), quick=True))
    states = {each.state for each in findings}
    status = next((state for state in WORST_FIRST if state in states), OK)
    checks = [
        {"name": each.name, "state": each.state, "what": each.what, "todo": each.todo}
        for each in findings
    ]
    answer = {"status": status, **_who(), "checks": checks}
    return answer, 503 if status == FAIL else 200


def _who() -> dict[str, str]:
    return {"version": _version(), "office": instance_id()}


def instance_id() -> str:
    """Identifies this installation: derived from its secret key."""
    return sign("office", "").hex()[:16]


@cache
def _version() -> str:
    try:
        return version("ebok")
    except PackageNotFoundError:
        return ""
