"""What is known of one customer, in few statements: the same that their own screens are made of."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ebok.accounts import operations_sessions as sessions, operations_sign_ins as sign_ins
from ebok.accounts.models import Account, Session, SignIn
from ebok.audit import AuditRow
from ebok.cases.models import Note
from ebok.consents.models import Consent
from ebok.customers.models import Customer
from ebok.database import now
from ebok.errors import NotFound
from ebok.mail.models import Mail
from ebok.meters.models import Meter, PointOfUse
from ebok.notifications.models import Bounce
from ebok.payments import operations_balance as balance
from ebok.payments.operations_balance import Balance
from ebok.profile import operations as profile
from ebok.registration.models import Registration, Review
from ebok.verification import operations_mails as mails

REGISTRATIONS, REVIEWS, EVENTS, MAILS, METERS = 5, 5, 60, 30, 3
"""How many of each are shown, the newest."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """All that is known of a customer code. `customer` is None where billing does not know it.

    `registrations`, `mails`, `events` and `notes` begin with the newest; `bounces` by mail.
    """

    code: str
    customer: Customer | None
    account: Account | None
    registrations: list[Registration]
    reviews: list[Review]
    mails: list[Mail]
    bounces: dict[int, Bounce]
    events: list[AuditRow]
    notes: list[Note]
    balance: Balance
    meters: list[str]
    moment: datetime = field(default_factory=now)

    @property
    def registration(self) -> Registration | None:
        """The newest registration, unless an account was opened in another way since."""
        newest = self.registrations[0] if self.registrations else None
        if newest is None or self.account is None or newest.account_id == self.account.id:
            return newest
        return newest if newest.started_at > self.account.opened_at else None

    @property
    def is_registering(self) -> bool:
        """Whether the newest registration is under way."""
        newest = self.registration
        return bool(newest and not newest.finished_at and newest.expires_at > self.moment)

    @property
    def waiting(self) -> Review | None:
        """The request for a check by hand that nobody has decided, else None."""
        return next((review for review in self.reviews if not review.decision), None)

    def mail_of(self, registration: Registration) -> Mail | None:
        """The newest mail with this registration's code, else None."""
        is_its = (
            mail
            for mail in self.mails
            if mail.letter == "registration_code" and mail.subject_id == registration.id
        )
        return next(is_its, None)


def get_case(code: str) -> Case:
    """What is known of this customer code. Raises NotFound if nobody has ever used it."""
    customer = Customer.get_or_none(Customer.code == code)
    account = Account.find(code)
    begun = Registration.of_code(code, REGISTRATIONS)
    if customer is None and account is None and not begun:
        raise NotFound()
    sent = _mails(account, begun)
    return Case(
        code=code,
        customer=customer,
        account=account,
        registrations=begun,
        reviews=_reviews(code),
        mails=sent,
        bounces=_bounces(sent),
        events=_events(code),
        notes=Note.of(code),
        balance=balance.asked_of(code),
        meters=_meters(code),
    )


def require_known(code: str) -> None:
    """Raise NotFound if nobody has ever used this customer code."""
    is_known = Customer.get_or_none(Customer.code == code) or Account.find(code)
    if not is_known and not Registration.of_code(code, 1):
        raise NotFound()


def _reviews(code: str) -> list[Review]:
    mine = Review.select().where(Review.customer_code == code)
    return list(mine.order_by(Review.id.desc()).limit(REVIEWS))


def _mails(account: Account | None, begun: list[Registration]) -> list[Mail]:
    """The account's mails as its owner sees them, and those of registrations for this code."""
    found = mails.of_account(account) if account else []
    known = {mail.id for mail in found}
    found += [mail for mail in _mails_of(begun) if mail.id not in known]
    return sorted(found, key=lambda mail: (mail.created_at, mail.id), reverse=True)[:MAILS]


def _mails_of(begun: list[Registration]) -> list[Mail]:
    if not begun:
        return []
    of_kind = Mail.letter.in_(mails.kinds_about(Registration))
    about = Mail.subject_id.in_([each.id for each in begun])
    to = Mail.recipient.in_([each.email for each in begun])
    return list(Mail.select().where(to & of_kind & about).order_by(Mail.id.desc()).limit(MAILS))


def _bounces(sent: list[Mail]) -> dict[int, Bounce]:
    if not sent:
        return {}
    rows = Bounce.select().where(Bounce.mail_id.in_([mail.id for mail in sent]))
    return {row.mail_id: row for row in rows.order_by(Bounce.id) if row.mail_id}


def _events(code: str) -> list[AuditRow]:
    mine = AuditRow.select().where(AuditRow.whom == code)
    return list(mine.order_by(AuditRow.id.desc()).limit(EVENTS))


def _meters(code: str) -> list[str]:
    """The numbers of the meters that hang at the customer's points, the newest METERS."""
    here = (PointOfUse.customer == code) & Meter.removed_on.is_null()
    rows = Meter.select(Meter.serial).join(PointOfUse).where(here)
    return [row.serial for row in rows.order_by(Meter.serial).limit(METERS)]


def decisions_of(account: Account) -> list[Consent]:
    """What the customer agreed to and withdrew, the newest first."""
    return profile.history(account)


def logins_of(account: Account) -> tuple[list[Session], list[SignIn]]:
    """The open sessions, and the newest logins."""
    return sessions.open_ones(account), sign_ins.newest(account)[:10]
