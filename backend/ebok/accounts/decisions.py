"""How often the owner of an account may decide anew what they are told and how."""

from datetime import timedelta

from flask import current_app

from ebok import limits
from ebok.accounts.models import Account
from ebok.errors import TooMany

DAY = timedelta(days=1)


def spend(account: Account) -> None:
    """Count a decision; TooMany after so many in a day: each is kept, told, and perhaps mailed."""
    most = current_app.config["EBOK"].limits.decisions_per_day
    if not limits.spend("decisions", str(account.id), most, DAY):
        raise TooMany()
