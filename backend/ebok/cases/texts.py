"""Where a customer's registration or account stands, and what became of a mail, in sentences."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import (
    format_datetime,
    get_locale,
    gettext as _,
    lazy_gettext as lazy,
    ngettext,
)

from ebok import settings
from ebok.accounts.models import Account
from ebok.accounts.texts import WHY
from ebok.audit import AuditRow
from ebok.audit.events import Event
from ebok.cases.operations import Case
from ebok.cases.texts_acts import REASONS
from ebok.data_export.texts import WORDS
from ebok.database import now
from ebok.languages import moment as in_full
from ebok.mail.answers import DEAD
from ebok.mail.models import EXPIRED, NOT_WANTED, WITHDRAWN, Mail
from ebok.notifications.models import Bounce
from ebok.profile.operations_looks import CHECK, COUNTER, PHONE, WRITTEN
from ebok.registration.models import Registration
from ebok.staff.texts import DID
from ebok.values import days

PURPOSES = {
    PHONE: lazy("phone call"),
    COUNTER: lazy("visit at the counter"),
    WRITTEN: lazy("e-mail or letter"),
    CHECK: lazy("check by the office"),
}
OURS = {
    Event.CUSTOMER_SEEN: lazy("opened this page"),
    Event.SCREEN_SEEN: lazy("saw the customer's own screens"),
    Event.NOTE_WRITTEN: lazy("wrote a note"),
    Event.MAIL_SENT_AGAIN: lazy("sent an e-mail again"),
    Event.TRIES_UNLOCKED: lazy("gave new attempts"),
    Event.ACT_UNDONE: lazy("took it back"),
}

SEEN = (str(Event.CUSTOMER_SEEN), str(Event.SCREEN_SEEN))
"""Events that are looks."""
BAD = {
    str(event)
    for event in (
        Event.MANY_FAILED_LOGINS,
        Event.EMAIL_BOUNCED,
        Event.ACCOUNT_FROZEN,
        Event.REGISTRATION_REFUSED,
    )
}
"""Events that tell of trouble."""
INVOICE_KINDS = {"overdue": "late", "paid": "paid", "covered": "paid", "settled": "paid"}
INVOICE_STATES = {
    "due": lazy("to pay"),
    "overdue": lazy("overdue"),
    "waiting": lazy("paid online"),
    "covered": lazy("covered by your credit"),
    "paid": lazy("paid"),
    "credit": lazy("in credit"),
    "settled": lazy("settled"),
    "call": lazy("payment demand"),
}
WHO = {
    "customer": lazy("the customer"),
    "visitor": lazy("somebody who was not logged in"),
    "operator": lazy("the payment operator"),
}


def at(instant: datetime) -> str:
    """The time alone for today, else day and time."""
    here = instant.replace(tzinfo=UTC).astimezone(ZoneInfo(settings.current().timezone))
    return hour(instant) if here.date() == days.today() else in_full(instant)


def hour(instant: datetime) -> str:
    """The time in the town: in Polish 13.05, otherwise 13:05."""
    point = "." if get_locale().language == "pl" else ":"
    return format_datetime(instant, f"HH{point}mm")


def purpose(name: str) -> str:
    """Why somebody looks."""
    return str(PURPOSES.get(name, ""))


def event(name: str) -> str:
    """What the audit log records, in words; an event without any as the log names it."""
    ours = {str(key): value for key, value in (DID | OURS).items()}
    return str(ours.get(name) or WORDS.get(name, name))


def states(case: Case) -> list[tuple[str, str]]:
    """(kind, words) of where the customer stands; kind is "late", "paid" or "wait"."""
    account = case.account
    if account is None:
        return [_before_account(case)]
    if account.frozen_at:
        return [("late", _("account frozen"))]
    if account.bounced_at:
        return [("late", _("e-mails come back"))]
    if account.must_change_password:
        return [("wait", _("has a temporary password"))]
    return [("paid", _("has an account"))]


def _before_account(case: Case) -> tuple[str, str]:
    if case.customer is None:
        return "late", _("billing does not know this code")
    if case.waiting:
        return "late", _("waits for our check")
    registration = case.registration
    if registration is None or not case.is_registering:
        return "wait", _("no account")
    if registration.is_stopped(case.moment) or not registration.matches_left:
        return "late", _("registration is locked")
    if not registration.is_proven(case.moment):
        return "wait", _("registration waits for the code")
    if registration.matches_failed:
        return "late", _("registration is stuck on the invoice")
    return "wait", _("registration waits for the invoice")


def sentences(case: Case) -> list[str]:
    """What is the matter, as one would say it."""
    told = _registration(case) if case.is_registering else []
    if case.account:
        told += _account(case.account)
    elif not told:
        told = _nothing(case)
    if case.waiting:
        asked = at(case.waiting.asked_at)
        told.append(_("The office was asked to check by hand: %(moment)s.", moment=asked))
    return told


def _nothing(case: Case) -> list[str]:
    last = case.registration
    if last is None:
        return [_("There is no account, and nobody is registering with this customer code.")]
    began = at(last.started_at)
    told = [
        _("There is no account. A registration begun %(moment)s was not finished.", moment=began)
    ]
    if not last.code_hash:
        return told
    failed = last.matches_failed
    return told + ([_failed(failed)] if failed else [_("The code was never entered.")])


def _registration(case: Case) -> list[str]:
    registration = case.registration
    if registration is None:
        return []
    stopped_until, proven_until = registration.stopped_until, registration.proven_until
    if stopped_until and registration.is_stopped(case.moment):
        until = at(stopped_until)
        return [
            _("Too many failed matches with the invoices: locked until %(moment)s.", moment=until)
        ]
    if not registration.matches_left:
        return [_("No attempt to match an invoice is left.")]
    if proven_until and registration.is_proven(case.moment):
        return _proven(registration, at(proven_until))
    return [_code(case, registration), *_wrong_codes(registration)]


def _proven(registration: Registration, until: str) -> list[str]:
    told = [_("The e-mail address is confirmed, until %(moment)s.", moment=until)]
    if registration.matches_failed:
        told.append(_failed(registration.matches_failed))
    left = registration.matches_left
    told.append(ngettext("%(num)s attempt is left.", "%(num)s attempts are left.", left))
    return told


def _failed(count: int) -> str:
    return ngettext(
        "The invoice did not match %(num)s time.", "The invoice did not match %(num)s times.", count
    )


def _code(case: Case, registration: Registration) -> str:
    """Where the code is: with us, with the mail server, back again."""
    mail = case.mail_of(registration)
    if mail is None:
        return _("Waits for the code, which was not sent: too many were asked for.")
    sent = at(mail.created_at)
    if mail.id in case.bounces:
        return _("Waits for the code, sent %(sent)s. The e-mail came back.", sent=sent)
    if mail.sent_at:
        taken = at(mail.sent_at)
        return _(
            "Waits for the code, sent %(sent)s, accepted by the mail server %(taken)s.",
            sent=sent,
            taken=taken,
        )
    if mail.failed_at:
        return _("Waits for the code, which did not leave: %(why)s", why=fate(mail, None))
    return _("Waits for the code, which is about to be sent.")


def _wrong_codes(registration: Registration) -> list[str]:
    if not registration.code_hash:
        return []
    wrong = settings.current().limits.code_attempts - registration.code_attempts_left
    if wrong <= 0:
        return [_("No wrong attempts.")]
    return [ngettext("%(num)s wrong attempt.", "%(num)s wrong attempts.", wrong)]


def _account(account: Account) -> list[str]:
    opened = at(account.opened_at)
    told = [_("The account was opened %(moment)s.", moment=opened)]
    if account.frozen_at:
        frozen = at(account.frozen_at)
        told.append(_("It has been frozen since %(moment)s: nobody can log in.", moment=frozen))
    if account.must_change_password:
        told.append(_temporary(account))
    if account.bounced_at:
        since = at(account.bounced_at)
        told.append(_("E-mails to it have come back since %(moment)s.", moment=since))
        told.append(str(WHY.get(account.bounce_kind, WHY[DEAD])))
    return told


def _temporary(account: Account) -> str:
    until = account.password_expires_at
    if until is None:
        return _("The temporary password is about to be sent.")
    if until < now():
        return _("The temporary password expired %(moment)s, unused.", moment=at(until))
    return _("The temporary password works until %(moment)s and was not used.", moment=at(until))


def fate(mail: Mail, bounce: Bounce | None) -> str:
    """What became of a mail, in one sentence."""
    if bounce and bounce.is_final:
        return str(WHY.get(bounce.kind, WHY[DEAD]))
    if mail.sent_at:
        return _("The mail server accepted it %(moment)s.", moment=at(mail.sent_at))
    if not mail.failed_at:
        return _waiting(mail)
    return {
        EXPIRED: _("It could not be sent in time."),
        WITHDRAWN: _("It was taken back before it left."),
        NOT_WANTED: _("It was no longer needed."),
    }.get(mail.fault) or _("The mail server refused it (%(status)s).", status=mail.fault or "-")


def _waiting(mail: Mail) -> str:
    if mail.fault:
        tried = {"status": mail.fault, "moment": at(mail.due_at)}
        return _("The mail server did not take it (%(status)s). Next try %(moment)s.", **tried)
    return _("It leaves in a moment.")


def arrival(mail: Mail, bounce: Bounce | None) -> tuple[str, str]:
    """(kind, word) of what became of a mail."""
    if bounce and bounce.is_final:
        return "late", _("came back")
    if mail.sent_at:
        return "paid", _("arrived")
    if not mail.failed_at:
        return "wait", _("is waiting")
    is_calm = mail.fault in (WITHDRAWN, NOT_WANTED)
    return ("wait", _("was not sent")) if is_calm else ("late", _("did not arrive"))


def invoice_state(name: str) -> str:
    """The state of an invoice, as its customer reads it."""
    return str(INVOICE_STATES.get(name, name))


def who(kind: str) -> str:
    """Who did something, where it was none of the staff; "" for the software."""
    return str(WHO.get(kind, ""))


def detail(row: AuditRow) -> str:
    """What the log adds to an event, in words; "" where there are none for it."""
    if row.did in SEEN:
        return purpose(row.detail.partition(" ")[2])
    return str(REASONS.get(row.detail) or WORDS.get(row.detail, ""))
