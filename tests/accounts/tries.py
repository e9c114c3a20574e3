"""Counters of wrong logins, set where the hundred tries themselves are not the subject."""

import hashlib
import hmac

from ebok.limits import Limit
from office import SECRET
from visitor import Visitor

TRIES_OF_A_CODE = 100


def use_up(visitor: Visitor, code: str) -> None:
    """One wrong login with this code, counted as the last of its hundred."""
    visitor.log_in(code, "wrong", 401)
    key = hmac.new(SECRET.encode(), f"limit:{code}".encode(), hashlib.sha256).hexdigest()
    mine = (Limit.name == "logins-code") & (Limit.key == key)
    assert Limit.update(used=TRIES_OF_A_CODE).where(mine).execute() == 1
