"""Checks of the settings beyond their types."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from email_validator import validate_email
from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.pl import nip

from ebok.database import is_safe_sqlite
from ebok.settings.model import LOOPBACK, Settings, Utility
from ebok.values import nrb

RANGES = (
    ("port", 1, 65535),
    ("mail_port", 1, 65535),
    ("mail_connections", 1, 50),
    ("web_workers", 1, 64),
    ("web_threads", 1, 64),
    ("request_seconds", 1, 600),
    ("idle_seconds", 1, 600),
    ("attachment_kilobytes", 1, 25_000),
    ("bundle_megabytes", 1, 8_000),
    ("undo_imports", 1, 100),
    ("aside_rows", 0, 1000),
    ("aside_percent", 0, 100),
    ("missing_percent", 0, 100),
    ("bounces_to_mark", 1, 100),
    ("bounce_weeks", 1, 520),
    ("dead_to_doubt", 2, 100),
    ("dead_percent", 1, 100),
)
STATEMENT_DAYS = (
    "accessibility_published_on",
    "accessibility_updated_on",
    "accessibility_prepared_on",
)
LANGUAGES = ("pl", "en", "uk")
SAMPLE_KEY = "put at least 32 random characters here, and nobody else's"
"""The key printed in docs/settings.md."""
DURATIONS = (
    "code_minutes",
    "proven_minutes",
    "registration_hours",
    "temporary_password_hours",
    "password_reset_minutes",
    "freeze_days",
    "session_idle_minutes",
    "session_hours",
    "staff_session_idle_minutes",
    "staff_session_hours",
    "staff_invitation_hours",
    "staff_confirm_minutes",
    "notify_within_days",
    "remind_due_days",
    "remind_overdue_days",
    "inbox_keep_days",
    "held_days",
    "remind_held_days",
    "stale_import_days",
    "review_alert_hours",
    "undo_days",
)


def check(settings: Settings, faults: list[str]) -> None:
    """Append a sentence to `faults` for each fault of these settings."""
    try:
        base = urlsplit(settings.base_url)
        is_address = base.port != 0
    except ValueError:
        faults.append(f"base_url: {settings.base_url!r} is not an address")
        return
    if (
        not is_address
        or base.scheme not in ("http", "https")
        or not base.hostname
        or base.query
        or base.fragment
    ):
        faults.append(
            f"base_url: {settings.base_url!r} is not an address like https://ebok.example.pl/Town"
        )
    elif not settings.is_local:
        _check_production(settings, faults)
    for setting in ("base_url", "mail_server", "mail_hello"):
        if not getattr(settings, setting).isascii():
            faults.append(f"{setting}: only ASCII; a host with other letters is written xn--…")
    for setting, least, most in (*RANGES, *((name, 1, 10_000) for name in DURATIONS)):
        if not least <= getattr(settings, setting) <= most:
            faults.append(f"{setting}: must be from {least} to {most}")
    if not re.match(r"^($|sqlite:///.|postgres(ql)?://.)", settings.database_url):
        faults.append("database_url: expected sqlite:///path or postgresql://user@host/name")
    if not is_safe_sqlite(settings.database):
        faults.append("database_url: this SQLite has the WAL-reset bug; 3.51.3 or newer is needed")
    if settings.demo and not settings.is_local:
        faults.append("demo: only on loopback (base_url and host), because it shows every mail")
    if settings.hsts_subdomains and base.path.rstrip("/"):
        faults.append("hsts_subdomains: not under a path, where the host is not ours alone")
    if settings.report_language not in LANGUAGES:
        faults.append("report_language: expected pl, en or uk")
    _try(ZoneInfo, settings.timezone, "timezone", faults)
    _check_customer_code(settings, faults)
    _check_utility(settings.utility, faults)
    _check_maildir(settings, faults)
    if 0 < len(settings.health_token) < 24:
        faults.append("health_token: at least 24 random characters are needed")
    for address in settings.alert_addresses:
        _try(_email, address, "alert_emails", faults)
    for network in settings.staff_networks_allowed:
        _try(ip_network, network, "staff_networks", faults)
    _check_alert_relay(settings.alert_relay, faults)
    _check_imoje(settings, faults)
    _check_oidc(settings, faults)


def _check_customer_code(settings: Settings, faults: list[str]) -> None:
    pattern, known = settings.customer_code_pattern, len(faults)
    _try(re.compile, pattern, "customer_code_pattern", faults)
    if len(faults) == known and not re.fullmatch(pattern, settings.example_code, re.ASCII):
        faults.append("customer_code_example: expected a code that customer_code_pattern matches")


def _check_maildir(settings: Settings, faults: list[str]) -> None:
    folders = [Path(settings.bounce_maildir, name) for name in ("new", "cur", "tmp")]
    if settings.bounce_maildir and not all(folder.is_dir() for folder in folders):
        faults.append(f"bounce_maildir: {settings.bounce_maildir!r} is not a maildir")


def _check_alert_relay(address: str, faults: list[str]) -> None:
    try:
        url = urlsplit(address)
        is_relay = url.scheme in ("smtp", "smtps") and bool(url.hostname) and url.port != 0
        is_relay &= (url.hostname or "").isascii()
    except ValueError:
        is_relay = False
    if address and not is_relay:
        # Not the address itself: it contains a password.
        faults.append("alert_relay: expected smtp://user:password@host:587 or smtps://…")


def _check_utility(utility: Utility, faults: list[str]) -> None:
    _try(nip.validate, utility.nip, "utility.nip", faults)
    _try(iban.validate, utility.bank_account, "utility.bank_account", faults)
    for setting in ("hue_water", "hue_mark"):
        if getattr(utility, setting) > 360:
            faults.append(f"utility.{setting}: must be from 0 to 360")
    # The latest day that has begun anywhere: the town's clock may be what is wrong.
    newest = datetime.now(timezone(timedelta(hours=14))).date()
    for setting in STATEMENT_DAYS:
        if getattr(utility, setting) > newest:
            faults.append(f"utility.{setting}: must not be in the future")
    if utility.account_mask and not nrb.MASK.fullmatch(utility.account_mask):
        faults.append("utility.account_mask: expected 12 digits, 8 of the bank and 4 of the mask")
    if utility.logo and not Path(utility.logo).is_file():
        faults.append(f"utility.logo: {utility.logo!r} is not a file")


def _check_imoje(settings: Settings, faults: list[str]) -> None:
    names = (settings.imoje.merchant_id, settings.imoje.service_id, settings.imoje.service_key)
    if any(names) and not all(names):
        faults.append("imoje: merchant_id, service_id and service_key are needed together")
    address = urlsplit(settings.imoje.address)
    # Payers are sent there by a form; over http an attacker could change the account.
    if not address.hostname or (address.scheme != "https" and not settings.is_local):
        faults.append(f"imoje.address: {settings.imoje.address!r} is not an address with https")


def _check_oidc(settings: Settings, faults: list[str]) -> None:
    oidc = settings.oidc
    names = (oidc.issuer, oidc.client_id, oidc.client_secret)
    if any(names) and not all(names):
        faults.append("oidc: issuer, client_id and client_secret are needed together")
    if oidc.issuer and not is_provider_address(oidc.issuer, settings):
        faults.append(f"oidc.issuer: {oidc.issuer!r} is not an address with https")
    if not oidc.passwords and not oidc.is_on:
        faults.append("oidc.passwords: without a provider nobody could log in")


def is_provider_address(address: str, settings: Settings) -> bool:
    """Whether a provider may be asked there: by https; on loopback, for trying it out, also not."""
    try:
        url = urlsplit(address)
        is_here = settings.is_local and url.hostname in LOOPBACK and url.scheme == "http"
        is_address = bool(url.hostname) and url.port != 0 and not (url.username or url.fragment)
    except ValueError:
        return False
    return is_address and (url.scheme == "https" or is_here)


def _check_production(settings: Settings, faults: list[str]) -> None:
    if settings.secret_key == SAMPLE_KEY:
        faults.append("secret_key: this is the sample's, which everybody can read")
    if len(settings.secret_key) < 32:
        faults.append("secret_key: at least 32 characters are needed away from localhost")
    if not settings.mail_server:
        faults.append("mail_server: needed away from localhost: registration sends codes by mail")
    if "@" not in parseaddr(settings.mail_default_sender)[1]:
        faults.append("mail_default_sender: an address is needed away from localhost")


def _email(address: str) -> None:
    # Local addresses such as `root@mail.local` are valid.
    validate_email(address, check_deliverability=False, globally_deliverable=False)


def _try(check: Callable[[str], object], value: str, setting: str, faults: list[str]) -> None:
    """Call `check(value)`; report an exception as a fault of `setting`."""
    try:
        check(value)
    except (ValueError, KeyError, OSError, re.error, ValidationError) as fault:
        faults.append(f"{setting}: {value!r} is not usable: {type(fault).__name__}")
