"""*Zobacz jak klient*: a member of the staff sees a customer's own screens, read only."""

from datetime import datetime, timedelta

from ebok.access import CUSTOMER, STAFF, Person, VisitOver, Visits
from ebok.accounts.models import Account
from ebok.actor import Actor
from ebok.cases import operations_looks as looks
from ebok.cases.models import Visit
from ebok.database import is_ahead, now, transaction
from ebok.errors import NotFound
from ebok.settings import Settings
from ebok.staff.models import StaffSession

LONGEST_VISIT = timedelta(minutes=30)


def begin(actor: Actor, session: StaffSession, code: str) -> Visit:
    """Begin a visit, recorded before anything is shown. Raises NotFound without an account."""
    account = Account.find(code)
    if account is None:
        raise NotFound()
    with transaction():
        looks.note_screen_seen(actor, session.member, code)
        return Visit.create(session=session, account=account, began_at=now())


def find_customer(member: Person, public_id: str) -> Person:
    """The customer whose screens this member sees in this visit. Raises VisitOver."""
    visit, moment = Visit.find(member.account, public_id), now()
    if visit is None:
        raise VisitOver()
    account: Account = visit.account
    began_at: datetime = visit.began_at
    is_over = began_at < moment - LONGEST_VISIT or is_ahead(began_at, moment)
    if is_over or account.closed_at:
        raise VisitOver(f"/biuro/klient/{account.customer_code}")
    return Person(CUSTOMER, "", str(account.id), account, seen_by=member)


VISITS = Visits(STAFF, find_customer)


def forget_visits(moment: datetime, _settings: Settings) -> int:
    """Delete visits that are over; the audit log keeps that they were."""
    return Visit.delete().where(Visit.began_at < moment - LONGEST_VISIT).execute()
