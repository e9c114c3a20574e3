"""The list of all features and their parts.

`app.py` and `cli.py` read this list and collect nothing else: a letter, job or check that is
missing here does not run, whatever is imported. Entries are names, so that reading the list imports
nothing: a command imports only what it needs. `rules/test_features.py` resolves every name, and
finds parts that are not listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from ebok import parts

Names = tuple[str, ...]


@dataclass(frozen=True)
class Feature:
    """A feature. Entries are "module:name" below `package`.

    `routes` is a blueprint, mounted at `prefix`. `commands` maps names as typed to click commands:
    "accounts close" joins the group "accounts", which another feature may own. `letters` are its
    mails; `jobs`, `retention` and `watches` its background work (`jobs.py`); `checks` those of
    `ebok doctor`; `archives` the ZIP files customers can download; `failures` are called for
    undelivered mails, `retries` for mails about to be sent again. `sessions` are its realm's,
    `visits` show customers' screens to the staff, `pages` add to those of `pages/composed.py`.
    """

    name: str
    routes: str = ""
    prefix: str = "/api"
    commands: Mapping[str, str] = field(default_factory=dict[str, str])
    letters: Names = ()
    jobs: Names = ()
    retention: Names = ()
    watches: Names = ()
    checks: Names = ()
    archives: Names = ()
    failures: Names = ()
    retries: Names = ()
    sessions: str = ""
    visits: str = ""
    pages: str = ""
    package: str = "ebok"

    def find(self, place: str) -> Any:
        """Import what this entry of the feature names."""
        return find(place, self.package)


FEATURES = (
    Feature("captcha", routes="captcha.routes:routes", retention=("captcha.jobs:forget_puzzles",)),
    Feature(
        "registration",
        routes="registration.routes:routes",
        commands={"registrations": "registration.commands:registrations"},
        letters=(
            "registration.letters:registration_code",
            "registration.letters:review_received",
            "registration.letters:review_office",
            "registration.letters:review_refused",
        ),
        retention=("registration.jobs:forget_registrations", "registration.jobs:forget_reviews"),
    ),
    Feature(
        "accounts",
        routes="accounts.routes:routes",
        commands={"accounts": "accounts.commands:accounts"},
        letters=(
            "accounts.letters:temporary_password",
            "accounts.letters:password_changed",
            "accounts.letters:account_closed",
            "accounts.letters:email_code",
            "accounts.letters:email_changed",
            "accounts.letters:phone_changed",
            "accounts.letters:account_opened",
            "accounts.letters:password_reset",
            "accounts.letters:login_warning",
        ),
        retention=(
            "accounts.jobs:forget_email_changes",
            "accounts.jobs:forget_links",
            "accounts.jobs:forget_sessions",
            "accounts.jobs:forget_sign_ins",
        ),
        sessions="accounts.operations_sessions:SESSIONS",
    ),
    Feature(
        "consents",
        letters=(
            "consents.letters:e_invoice_given",
            "consents.letters:e_invoice_withdrawn",
        ),
    ),
    Feature("dashboard", routes="dashboard.routes:routes"),
    Feature("invoices", routes="invoices.routes:routes"),
    Feature(
        "payments",
        routes="payments.routes:routes",
        retention=("payments.jobs:forget_unpaid_orders",),
    ),
    Feature(
        "documents",
        routes="documents.routes:routes",
        commands={"documents": "documents.commands:documents"},
        checks=("documents.commands:look_at_documents",),
        archives=("documents.operations:pack_documents",),
    ),
    Feature("consumption", routes="consumption.routes:routes"),
    Feature("verification", routes="verification.routes:routes"),
    Feature(
        "profile",
        routes="profile.routes:routes",
        # In profile, because it needs consents and notifications, which import accounts.
        commands={"accounts close": "profile.commands:close"},
    ),
    Feature(
        "data_export",
        routes="data_export.routes:routes",
        archives=("data_export.operations:pack_own_data",),
    ),
    Feature(
        "billing",
        routes="billing.routes:routes",
        commands={
            "import": "billing.commands:import_bundle",
            "imports": "billing.commands:imports",
            "inbox": "billing.commands:inbox",
            "keys": "billing.commands_keys:commands",
        },
        jobs=("billing.jobs:remind_or_drop_held", "billing.jobs:alert_stale"),
        retention=(
            "billing.jobs:forget_baseline",
            "billing.jobs:forget_deliveries",
            "billing.jobs:forget_superseded",
            "billing.jobs:forget_set_aside",
            "billing.jobs:forget_reports",
            "billing.jobs:forget_bundles",
            "billing.jobs:forget_withdrawn",
        ),
        watches=("billing.jobs_inbox:watch_inbox",),
        checks=(
            "billing.jobs_inbox:check_inbox",
            "billing.operations_alerts:check_freshness",
            "billing.operations_keys:check_keys",
        ),
    ),
    Feature(
        "notifications",
        routes="notifications.routes:routes",
        prefix="",
        commands={
            "bounces": "notifications.commands:bounces",
            "evidence": "notifications.commands:evidence",
        },
        letters=(
            "notifications.letters:invoice_issued",
            "notifications.letters:invoice_due",
            "notifications.letters:invoice_overdue",
            "notifications.letters:invoice_replaced",
            "notifications.letters:invoice_not_yours",
            "notifications.letters:invoice_sample",
            "notifications.letters:passed_on",
        ),
        jobs=(
            "notifications.jobs:read_bounces",
            "notifications.jobs:remind",
            "notifications.jobs:alert_unreached",
            "notifications.jobs:end_mended_alerts",
        ),
        retention=(
            "notifications.jobs:forget_notifications",
            "notifications.jobs:forget_samples",
            "notifications.jobs:forget_strays",
        ),
        failures=("notifications.operations_bounces:note",),
        retries=("notifications.operations_returned:give_up",),
    ),
    Feature(
        "exports",
        commands={"export": "exports.commands:export"},
        retention=("exports.jobs:forget_exported",),
    ),
    Feature(
        "operation",
        routes="operation.routes:routes",
        prefix="",
        commands={"doctor": "operation.commands:doctor"},
        jobs=("operation.jobs:turn",),
        watches=("operation.jobs:beat", "operation.jobs:watch_health"),
        checks=(
            "operation.operations_hardening:look_at_the_key",
            "operation.operations_hardening:look_for_what_goes_in_the_clear",
            "operation.operations_hardening:look_at_the_utility",
            "operation.operations_hardening:look_who_may_read",
            "operation.operations_machine:look_at_the_disk",
            "operation.operations_machine:look_at_the_clock",
            "operation.operations_machine:look_who_sets_the_clock",
            "operation.operations_port:look_at_the_port",
            "operation.operations_printing:look_at_printing",
            "operation.operations_stores:look_at_the_database",
            "operation.operations_stores:look_at_the_pages",
            "operation.operations_stores:look_at_the_schema",
            "operation.operations_workers:look_for_the_worker",
            "operation.operations_workers:look_for_late_mails",
        ),
    ),
    Feature(
        "staff",
        routes="staff.routes_office:routes",
        prefix="",
        commands={"staff": "staff.commands:staff"},
        letters=("staff.letters:staff_invitation", "staff.letters:staff_warning"),
        retention=("staff.jobs:forget_staff_sessions",),
        sessions="staff.routes:SESSIONS",
        checks=("staff.operations_discovery:look_at_the_provider",),
    ),
    Feature(
        "cases",
        routes="cases.routes_office:routes",
        visits="cases.operations_visits:VISITS",
        prefix="",
        retention=(
            "cases.jobs:forget_looks",
            "cases.jobs:forget_notes",
            "cases.jobs:forget_undone",
            "cases.jobs:forget_visits",
        ),
    ),
    Feature(
        "reviews",
        routes="reviews.routes_office:routes",
        prefix="",
        jobs=("reviews.jobs:alert_waiting",),
    ),
    Feature(
        "lookup",
        routes="lookup.routes_office:routes",
        prefix="",
        commands={"lookup": "lookup.commands:lookup"},
        jobs=("lookup.jobs:index_changes",),
        retention=("lookup.jobs:forget_searches",),
    ),
    # Its routes import a mail server, so they are registered in app.py.
    Feature("demo", commands={"demo": "demo.commands:demo"}),
    # Parts of the floor.
    Feature(
        "mail",
        commands={"mails": "mail.commands:mails", "worker": "mail.commands:worker"},
        letters=("mail.letters:alert",),
        jobs=(
            "mail.alerts:correct_times",
            "mail.expiring:alert_expired",
            "mail.trouble:end_passed_alerts",
        ),
        retention=("mail.alerts:forget_alerts", "mail.outbox:forget_mails"),
        checks=(
            "mail.alerts:list_open",
            "mail.alerts:look_for_readers",
            "mail.relay:look_at_the_relay",
            "mail.relay:look_at_the_letters",
        ),
    ),
    Feature(
        "audit",
        commands={"audit": "audit.commands:commands"},
        letters=("audit.letters:audit_head",),
        jobs=("audit.head:mail_head",),
        retention=("audit.head:note_head",),
        checks=("audit.chain:look_at_the_log",),
    ),
    Feature("pdf", retention=("pdf.cache:forget_printed",)),
    Feature("limits", retention=("limits:forget_limits",)),
)

COMMANDS = {name: place for feature in FEATURES for name, place in feature.commands.items()}


def find(place: str, package: str = "ebok") -> Any:
    """Import "module:name", for example "billing.commands:inbox", or a module without a name."""
    module, _, name = place.partition(":")
    found = import_module(f"{package}.{module}")
    return getattr(found, name) if name else found


def register_parts() -> None:
    """Let `parts` find the parts of all features; each part is imported when asked for."""
    parts.register_parts(_look_up)


def _look_up(part: str, name: str) -> list[Any]:
    return [
        each.find(place)
        for each in FEATURES
        for place in getattr(each, part)
        if not name or place.endswith(f":{name}")
    ]
