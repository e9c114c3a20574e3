"""For machines that watch the office: does this process answer, and can the office be used?"""

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
    """This process answers. It asks nothing else."""
    return {"status": OK, **_who(), "checks": []}


@routes.get("/readyz")
@machine
def readyz():
    """The office can be used: what takes a blink to look at, a finding each. 503 when not."""
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
    """What tells this office from another one: only who has its key can make it."""
    return sign("office", "").hex()[:16]


@cache
def _version() -> str:
    try:
        return version("ebok")
    except PackageNotFoundError:
        return ""
