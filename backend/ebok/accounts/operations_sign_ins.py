"""The account's login history for its owner: successful and failed logins of twelve months."""

from datetime import datetime, timedelta

from ebok import limits, settings
from ebok.accounts.models import Account, SignIn
from ebok.database import now, transaction
from ebok.database.prepared import prepared
from ebok.settings import Settings

KEPT, DAY = timedelta(days=365), timedelta(days=1)
SHOWN = 50


def note_wrong(customer_code: str, device: str, network: str) -> None:
    """Record a failed login, up to a daily limit. Costs the same work for a code without an
    account.

    The counter and the row are written in one transaction; without an account, the counter alone,
    in a transaction that takes as long.
    """
    most = settings.current().limits.sign_ins_per_account_day
    with transaction():
        within = limits.consume("sign-ins-wrong", customer_code, most, DAY)
        _note(customer_code if within else "", "wrong", device, network)


def note_right(account: Account, device: str, network: str) -> None:
    """Record a successful login, in its transaction. Has a limit apart from that of failed
    logins.
    """
    most = settings.current().limits.sign_ins_per_account_day
    if limits.consume("sign-ins", str(account.id), most, DAY):
        outcome = "temporary" if account.must_change_password else "in"
        _note(account.customer_code, outcome, device, network)


def _note(customer_code: str, outcome: str, device: str, network: str) -> None:
    _insert.run(now(), outcome, device, network, customer_code)


@prepared
def _insert(at: datetime, outcome: str, device: str, network: str, customer_code: str):
    owner = Account.select(Account.id, at, outcome, device, network).where(
        (Account.customer == customer_code) & Account.closed_at.is_null()
    )
    columns = (SignIn.account, SignIn.at, SignIn.outcome, SignIn.device, SignIn.network)
    return SignIn.insert_from(owner, columns)


def newest(account: Account) -> list[SignIn]:
    """The latest logins (at most SHOWN), newest first."""
    mine = SignIn.select().where(SignIn.account == account)
    return list(mine.order_by(SignIn.at.desc(), SignIn.id.desc()).limit(SHOWN))


def forget_sign_ins(moment: datetime, _settings: Settings) -> int:
    """Delete logins older than twelve months."""
    return SignIn.delete().where(SignIn.at < moment - KEPT).execute()
