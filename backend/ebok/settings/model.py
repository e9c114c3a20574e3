"""Every setting with its type and default. `docs/settings.md` explains each."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from ebok.settings.office_hours import Hours, Notice, Words
from ebok.settings.plausibility import Plausibility
from ebok.values import example

USUAL_CODE = "39-29001"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Utility:
    """The water utility as its customers know it: name, contact data, opening hours, colours."""

    name: str = "Wodociągi Przykładowo"
    company_name: str = "Wodociągi Przykładowo sp. z o.o."
    address: str = "Rynek 7"
    postal_code: str = "39-000"
    city: str = "Przykładowo"
    phone: str = "15 000 12 34"
    emergency_phone: str = "994"
    email: str = "biuro@wodociagi.example"
    nip: str = "8671234568"
    bank_account: str = "PL61109010140000071219812874"
    account_mask: str = ""
    logo: str = ""
    e_invoice_benefit: Words | None = None
    accessibility_published_on: date = date(2026, 11, 30)
    accessibility_updated_on: date = date(2026, 11, 30)
    accessibility_prepared_on: date = date(2026, 11, 30)
    hue_water: int = 205
    hue_mark: int = 85
    hours: tuple[Hours, ...] = (
        Hours("mon", "7.30–17.00"),
        Hours("tue-thu", "7.30–15.30"),
        Hours("fri", "7.30–14.00"),
    )


@dataclass(frozen=True)
class Limits:
    """Rate limits. `docs/settings.md` explains each."""

    codes_per_email_hour: int = 6
    codes_beyond_per_email_hour: int = 6
    codes_per_source_hour: int = 30
    codes_per_office_hour: int = 1000
    code_attempts: int = 5
    code_resend_seconds: int = 60
    code_resends_hour: int = 5
    matches_per_registration: int = 5
    matches_per_code_and_source_day: int = 10
    matches_per_code_day: int = 30
    captcha_pictures_per_source_hour: int = 300
    captcha_sounds_per_source_hour: int = 60
    captcha_proofs_per_source_hour: int = 10
    logins_per_source: int = 10
    logins_per_code_hour: int = 100
    login_wait_minutes: int = 15
    password_changes_per_day: int = 20
    password_resets_per_email_hour: int = 3
    password_resets_per_email_day: int = 10
    password_resets_per_source_hour: int = 20
    tries_per_password_reset: int = 10
    reviews_per_source_day: int = 5
    payment_orders_per_account_hour: int = 20
    false_notifications_per_source_hour: int = 60
    pdfs_per_code_hour: int = 120
    archives_per_code_hour: int = 6
    contact_changes_per_day: int = 10
    decisions_per_day: int = 50
    own_data_per_account_day: int = 5
    sign_ins_per_account_day: int = 50
    genuine_checks_per_source_hour: int = 20
    genuine_checks_per_office_hour: int = 2000
    wrong_keys_per_source_hour: int = 20
    staff_logins_per_source: int = 10
    staff_logins_per_login_hour: int = 30
    staff_codes_per_login: int = 5
    staff_searches_per_hour: int = 600


@dataclass(frozen=True)
class Imoje:
    """The payment operator imoje (ING); off until merchant, service and key are set."""

    address: str = "https://paywall.imoje.pl/payment"
    merchant_id: str = ""
    service_id: str = ""
    service_key: str = field(default="", repr=False)

    @property
    def is_on(self) -> bool:
        """Whether customers can pay through imoje."""
        return bool(self.service_key)


@dataclass(frozen=True)
class Oidc:
    """The OpenID Connect provider of the staff's work accounts; off until an issuer is set."""

    issuer: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    links_by_email: bool = True
    acr: str = ""
    amr: str = ""
    passwords: bool = True

    @property
    def is_on(self) -> bool:
        """Whether the staff can log in with work accounts."""
        return bool(self.issuer)

    @property
    def acr_accepted(self) -> tuple[str, ...]:
        """Values of `acr` that stand for a second factor."""
        return tuple(self.acr.replace(",", " ").split())

    @property
    def amr_accepted(self) -> tuple[str, ...]:
        """Values of `amr` that stand for a second factor."""
        return tuple(self.amr.replace(",", " ").split())


@dataclass(frozen=True)
class Settings:
    """All settings, already checked. Names of durations carry their unit."""

    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    base_url: str = "http://localhost:8000"
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    web_workers: int = 2
    web_threads: int = 4
    request_seconds: int = 10
    idle_seconds: int = 15
    trusted_proxies: int = 0
    hsts_subdomains: bool = False
    health_token: str = field(default="", repr=False)
    demo: bool = False
    timezone: str = "Europe/Warsaw"
    mail_server: str = ""
    mail_port: int = 587
    mail_username: str = ""
    mail_password: str = field(default="", repr=False)
    mail_use_tls: bool = True
    mail_tls_at_once: bool = False
    mail_hello: str = ""
    mail_connections: int = 6
    mail_ca_file: str = ""
    mail_default_sender: str = ""
    mail_bounce_tag: bool = True
    alert_emails: str = ""
    alert_relay: str = field(default="", repr=False)
    stale_import_days: int = 4
    review_alert_hours: int = 72
    bounce_maildir: str = ""
    bounces_to_mark: int = 3
    bounce_weeks: int = 26
    dead_to_doubt: int = 5
    dead_percent: int = 50
    customer_code_pattern: str = r"\d{1,4}-\d{1,8}"
    customer_code_example: str = ""
    code_minutes: int = 10
    proven_minutes: int = 60
    registration_hours: int = 24
    temporary_password_hours: int = 24
    password_reset_minutes: int = 30
    freeze_days: int = 30
    paper_notice_days: int = 7
    notify_within_days: int = 45
    attach_pdf: bool = True
    attachment_kilobytes: int = 5_000
    remind_due_days: int = 3
    remind_overdue_days: int = 3
    ksef_number_in_title_from: date = date(2027, 1, 1)
    inbox_keep_days: int = 30
    held_days: int = 14
    remind_held_days: int = 3
    bundle_megabytes: int = 2_000
    report_language: str = "pl"
    undo_imports: int = 7
    undo_days: int = 14
    aside_rows: int = 20
    aside_percent: int = 1
    missing_percent: int = 5
    session_idle_minutes: int = 30
    session_hours: int = 12
    staff_session_idle_minutes: int = 60
    staff_session_hours: int = 12
    staff_invitation_hours: int = 24
    staff_confirm_minutes: int = 10
    staff_networks: str = ""
    utility: Utility = Utility()
    limits: Limits = Limits()
    plausibility: Plausibility = Plausibility()
    imoje: Imoje = Imoje()
    oidc: Oidc = Oidc()
    notices: tuple[Notice, ...] = ()

    @property
    def prefix(self) -> str:
        """Path under which the application is mounted: "" or "/Tarnobrzeg"."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def alert_addresses(self) -> tuple[str, ...]:
        """Addresses that alerts are mailed to."""
        return tuple(part.strip() for part in self.alert_emails.split(",") if part.strip())

    @property
    def staff_networks_allowed(self) -> tuple[str, ...]:
        """Networks from which the back office can be reached; empty for all."""
        return tuple(part.strip() for part in self.staff_networks.split(",") if part.strip())

    @property
    def is_https(self) -> bool:
        """Whether customers use https."""
        return self.base_url.startswith("https:")

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the application: development or a demo."""
        return urlsplit(self.base_url).hostname in LOOPBACK and self.host in LOOPBACK

    @cached_property
    def example_code(self) -> str:
        """A customer code of this utility's pattern, to be shown beside the field."""
        if self.customer_code_example:
            return self.customer_code_example
        is_usual = re.fullmatch(self.customer_code_pattern, USUAL_CODE, re.ASCII)
        return USUAL_CODE if is_usual else example.of_pattern(self.customer_code_pattern)

    @property
    def database(self) -> str:
        """The database URL; by default an SQLite file in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir / 'ebok.sqlite3'}"
