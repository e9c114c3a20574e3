"""What the right column of the customer's page shows: acts, the form of one, what can be undone."""

from math import ceil
from typing import Any

from ebok.cases import forms_acts, texts_acts
from ebok.cases.models import Done
from ebok.cases.operations import Case
from ebok.staff.models import StaffMember


def acts(case: Case, member: StaffMember, slug: str = "") -> dict[str, Any]:
    """The acts in groups, the one whose form is open, and what the member can take back."""
    return {
        "acts": forms_acts.possible(case),
        "act": forms_acts.find(case, slug) if slug else None,
        "undo": _undo(case, member),
        "has_keys": member.single_keys,
    }


def _undo(case: Case, member: StaffMember) -> dict[str, Any] | None:
    done = Done.find(member, case.code, case.moment)
    if done is None:
        return None
    left = ceil((done.until_at - case.moment).total_seconds())
    return {"what": str(texts_acts.REASONS[done.act]), "seconds": left}
