"""The mails about an account: its passwords, its links, its addresses, its end."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as lazy

from ebok import audit
from ebok.accounts import operations_links as links, operations_passwords as passwords
from ebok.accounts.models import Account, EmailChange, Link
from ebok.actor import SYSTEM
from ebok.audit.events import Event
from ebok.database import now
from ebok.mail.kinds import EXAMPLE, Letter
from ebok.mail.masking import mask_code, mask_email
from ebok.one_time_codes import operations as codes
from ebok.settings import Settings
from ebok.tokens import new_password

TemplateValues = dict[str, Any]
AT = datetime(2026, 11, 20, 9, 30)


def _masked(account: Account) -> TemplateValues:
    return {"customer_code_masked": mask_code(account.customer_code)}


def _write_temporary_password(subject_id: int, settings: Settings) -> TemplateValues | None:
    """Generate the temporary password when its mail is written; it replaces an earlier one."""
    account = Account.find_open(subject_id)
    if account is None or not account.must_change_password or account.frozen_at:
        return None
    password = new_password()
    hours = settings.temporary_password_hours
    generated = account.supersede_password(
        password_hash=passwords.hash_password(password),
        password_expires_at=now() + timedelta(hours=hours),
    )
    # The owner set a password meanwhile, which must not be overwritten.
    if not generated:
        return None
    audit.record(SYSTEM, Event.TEMPORARY_PASSWORD_MADE, account.customer_code)
    return {"password": password, "hours": hours} | _masked(account)


temporary_password = Letter(
    "temporary_password",
    lazy("Temporary password"),
    Account,
    _write_temporary_password,
    example=EXAMPLE | {"password": "Kx7<m2&pQ>9t", "hours": 24},
    ttl=lambda settings: timedelta(hours=settings.temporary_password_hours),
    urgent=True,
)


def _write_account_opened(subject_id: int, settings: Settings) -> TemplateValues | None:
    """Tell the address in billing that an account was opened, with a link that freezes it."""
    account = Account.find_open(subject_id)
    if account is None:
        return None
    return {
        "token": links.new_freeze_link(account, settings),
        "freeze_days": settings.freeze_days,
        "opened_at": account.opened_at,
        "email_masked": mask_email(account.email),
    } | _masked(account)


account_opened = Letter(
    "account_opened",
    lazy("Message that an e-BOK account was opened"),
    Account,
    _write_account_opened,
    example=EXAMPLE
    | {
        "email_masked": "h…a@poczta.example",
        "opened_at": AT,
        "token": "f-token",
        "freeze_days": 30,
    },
    ttl=lambda settings: timedelta(days=settings.freeze_days),
)


def _write_password_changed(subject_id: int, _settings: Settings) -> TemplateValues | None:
    """Confirm a change of password to the owner."""
    account = Account.find_open(subject_id)
    return account and {"changed_at": account.password_changed_at} | _masked(account)


password_changed = Letter(
    "password_changed",
    lazy("Confirmation that the password was changed"),
    Account,
    _write_password_changed,
    example=EXAMPLE | {"changed_at": AT},
    ttl=lambda _settings: timedelta(days=2),
)


def _write_password_reset(subject_id: int, settings: Settings) -> TemplateValues | None:
    """Generate the reset link when its mail is written; older reset links end."""
    account = Account.find_open(subject_id)
    if account is None or account.frozen_at:
        return None
    # A newer link to a new password ends the older ones.
    Link.end(account, "reset")
    minutes = settings.password_reset_minutes
    token = links.new_link(account, "reset", timedelta(minutes=minutes))
    return {"token": token, "minutes": minutes} | _masked(account)


password_reset = Letter(
    "password_reset",
    lazy("Link to set a new password"),
    Account,
    _write_password_reset,
    example=EXAMPLE | {"token": "r-token", "minutes": 30},
    ttl=lambda settings: timedelta(minutes=settings.password_reset_minutes),
    urgent=True,
)


def _write_login_warning(subject_id: int, settings: Settings) -> TemplateValues | None:
    """Warn the owner of many failed logins."""
    account = Account.find_open(subject_id)
    return account and {"wait_minutes": settings.limits.login_wait_minutes} | _masked(account)


login_warning = Letter(
    "login_warning",
    lazy("Warning about failed logins"),
    Account,
    _write_login_warning,
    example=EXAMPLE | {"wait_minutes": 15},
    ttl=lambda _settings: timedelta(days=1),
)


def _write_email_code(subject_id: int, settings: Settings) -> TemplateValues | None:
    """Generate the code when its mail is written; the former one becomes invalid."""
    change = EmailChange.get_or_none(
        (EmailChange.id == subject_id) & EmailChange.ended_at.is_null()
    )
    account = change and Account.find_open(change.account_id)
    if change is None or account is None or account.frozen_at:
        return None
    return {
        "code": codes.generate(change, settings),
        "is_new": change.email != account.email,
        "minutes": settings.code_minutes,
    } | _masked(account)


email_code = Letter(
    "email_code",
    lazy("Code to confirm an e-mail address"),
    EmailChange,
    _write_email_code,
    example=EXAMPLE | {"code": "530217", "minutes": 10, "is_new": True},
    ttl=lambda settings: timedelta(minutes=settings.code_minutes),
    urgent=True,
)


def _write_email_changed(subject_id: int, settings: Settings) -> TemplateValues | None:
    """Tell the former address of the change, with a link that freezes the account."""
    change = EmailChange.get_or_none(EmailChange.id == subject_id)
    account = change and Account.find_open(change.account_id)
    if change is None or account is None:
        return None
    return {
        "token": links.new_freeze_link(account, settings, change),
        "freeze_days": settings.freeze_days,
        "changed_at": change.ended_at,
        "email_masked": mask_email(change.email),
    } | _masked(account)


email_changed = Letter(
    "email_changed",
    lazy("Message that the e-mail address was changed"),
    EmailChange,
    _write_email_changed,
    example=EXAMPLE
    | {"changed_at": AT, "email_masked": "h…a@poczta.example", "token": "t", "freeze_days": 30},
    ttl=lambda settings: timedelta(days=settings.freeze_days),
)


def _write_phone_changed(subject_id: int, _settings: Settings) -> TemplateValues | None:
    """Confirm a change of phone to the owner, with the new number's last digits or ""."""
    account = Account.find_open(subject_id)
    return account and {"phone_end": account.phone[-3:]} | _masked(account)


phone_changed = Letter(
    "phone_changed",
    lazy("Confirmation that the phone number was changed"),
    Account,
    _write_phone_changed,
    example=EXAMPLE | {"phone_end": "123"},
    ttl=lambda _settings: timedelta(days=2),
)


def _write_account_closed(subject_id: int, _settings: Settings) -> TemplateValues | None:
    """Confirm the closing to the account's last address and to its former ones."""
    account = Account.get_or_none((Account.id == subject_id) & Account.closed_at.is_null(False))
    return account and {"closed_at": account.closed_at} | _masked(account)


account_closed = Letter(
    "account_closed",
    lazy("Confirmation that the account was closed"),
    Account,
    _write_account_closed,
    example=EXAMPLE | {"closed_at": AT},
    ttl=lambda _settings: timedelta(days=4),
)
