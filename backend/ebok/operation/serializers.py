"""JSON of the installation's health."""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, TypedDict

from ebok.doctor import FAIL, OK, WARN, Finding
from ebok.tokens import sign

WORST_FIRST = (FAIL, WARN, OK)
_State = Annotated[str, f"enum: {[OK, WARN, FAIL]}"]


class CheckJson(TypedDict):
    """The result of one check."""

    name: str
    state: _State
    what: str
    """The state and its effect."""
    todo: str
    """The remedy; empty if the check passed."""


class HealthJson(TypedDict):
    """The health of the installation: the worst state of its checks."""

    status: _State
    version: str
    office: str
    """Identifies the installation."""
    checks: list[CheckJson]


def health(findings: Sequence[Finding] = ()) -> HealthJson:
    """The findings, and the worst state among them."""
    states = {each.state for each in findings}
    return {
        "status": next((state for state in WORST_FIRST if state in states), OK),
        "version": _version(),
        "office": instance_id(),
        "checks": [
            {"name": each.name, "state": each.state, "what": each.what, "todo": each.todo}
            for each in findings
        ],
    }


def instance_id() -> str:
    """Identifies this installation: derived from its secret key."""
    return sign("office", "").hex()[:16]


@cache
def _version() -> str:
    try:
        return version("ebok")
    except PackageNotFoundError:
        return ""
