"""The office's health as the API has it."""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, TypedDict

from ebok.doctor import FAIL, OK, WARN, Finding
from ebok.tokens import sign

WORST_FIRST = (FAIL, WARN, OK)
_State = Annotated[str, f"enum: {[OK, WARN, FAIL]}"]


class CheckJson(TypedDict):
    """How one thing is."""

    name: str
    state: _State
    what: str
    """How it is, and what that means."""
    todo: str
    """What to do; empty where all is well."""


class HealthJson(TypedDict):
    """Whether the office is well: as well as the worst of what was looked at."""

    status: _State
    version: str
    office: str
    """What tells this office from another one."""
    checks: list[CheckJson]


def health(findings: Sequence[Finding] = ()) -> HealthJson:
    """What was found, and the worst of it."""
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
