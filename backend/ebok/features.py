"""Every feature of the office: what it answers, what it is told to do, what it declares.

`app.py` and `cli.py` read this list and collect nothing else. All of it is names, so that reading
the list costs nothing: a command imports what it needs itself, and an application what it answers
with. A module that declares a letter, a job, a retention, a check or what a process shall print
stands under `declares`: it works because it is named here, not because somebody happened to import
it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Feature:
    """One of them; modules are named below `package`, and what stands in one behind a colon.

    `routes` is a blueprint, whose addresses stand below `prefix`. `commands` are named as they are
    typed: "accounts close" is added to the group "accounts", which is another feature's. `sessions`
    are those of its realm, `pages` what it brings beside the ones of `pages/composed.py`.
    """

    name: str
    routes: str = ""
    prefix: str = "/api"
    commands: Mapping[str, str] = field(default_factory=dict[str, str])
    declares: tuple[str, ...] = ()
    sessions: str = ""
    pages: str = ""
    package: str = "ebok"

    def find(self, place: str) -> Any:
        """What stands at this place of the feature: see `find` below."""
        return find(place, self.package)


FEATURES = (
    Feature("captcha", "captcha.routes:routes", declares=("captcha.operations",)),
    Feature(
        "registration",
        "registration.routes:routes",
        commands={"registrations": "registration.commands:registrations"},
        declares=("registration.operations", "registration.operations_reviews"),
    ),
    Feature(
        "accounts",
        "accounts.routes:routes",
        commands={"accounts": "accounts.commands:accounts"},
        declares=(
            "accounts.operations",
            "accounts.operations_closing",
            "accounts.operations_contacts",
            "accounts.operations_links",
            "accounts.operations_sessions",
            "accounts.operations_sign_ins",
        ),
        sessions="accounts.operations_sessions:SESSIONS",
    ),
    Feature("consents", declares=("consents.operations",)),
    Feature("dashboard", "dashboard.routes:routes"),
    Feature("invoices", "invoices.routes:routes"),
    Feature("payments", "payments.routes:routes", declares=("payments.operations_orders",)),
    Feature(
        "documents",
        "documents.routes:routes",
        commands={"documents": "documents.commands:documents"},
        declares=("documents.operations", "documents.commands"),
    ),
    Feature("consumption", "consumption.routes:routes"),
    Feature("verification", "verification.routes:routes"),
    Feature(
        "profile",
        "profile.routes:routes",
        # It needs consents and notifications, which know accounts, and not the other way round.
        commands={"accounts close": "profile.commands:close"},
    ),
    Feature("data_export", "data_export.routes:routes", declares=("data_export.operations",)),
    Feature(
        "billing",
        "billing.routes:routes",
        commands={
            "import": "billing.commands:import_bundle",
            "imports": "billing.commands:imports",
            "inbox": "billing.commands:inbox",
            "keys": "billing.commands_keys:commands",
        },
        declares=(
            "billing.jobs",
            "billing.jobs_inbox",
            "billing.operations_alerts",
            "billing.operations_deliveries",
            "billing.operations_baseline",
            "billing.operations_held",
            "billing.operations_history",
            "billing.operations_inbox_state",
            "billing.operations_keys",
            "billing.operations_withdrawn_rows",
        ),
    ),
    Feature(
        "notifications",
        "notifications.routes:routes",
        prefix="",
        commands={
            "bounces": "notifications.commands:bounces",
            "evidence": "notifications.commands:evidence",
        },
        declares=(
            "notifications.operations",
            "notifications.letters",
            "notifications.operations_bounces",
            "notifications.operations_evidence",
            "notifications.operations_reminders",
            "notifications.operations_replaced",
            "notifications.operations_returned",
            "notifications.operations_samples",
            "notifications.operations_strays",
            "notifications.operations_unreached",
            "notifications.jobs",
        ),
    ),
    Feature(
        "exports",
        commands={"export": "exports.commands:export"},
        declares=("exports.operations",),
    ),
    Feature(
        "operation",
        "operation.routes:routes",
        prefix="",
        commands={"doctor": "operation.commands:doctor"},
        declares=(
            "operation.operations_hardening",
            "operation.operations_machine",
            "operation.operations_port",
            "operation.operations_printing",
            "operation.operations_stores",
            "operation.operations_workers",
            "operation.jobs",
        ),
    ),
    # Its routes bring a mail server along, which nobody else has a use for: see app.py.
    Feature("demo", commands={"demo": "demo.commands:demo"}),
    Feature(
        "mail",
        commands={"mails": "mail.commands:mails", "worker": "mail.commands:worker"},
        declares=("mail.alerts", "mail.expiring", "mail.outbox", "mail.relay", "mail.trouble"),
    ),
    Feature(
        "audit",
        commands={"audit": "audit.commands:commands"},
        declares=("audit.chain", "audit.head"),
    ),
    Feature("floor", declares=("limits", "pdf.cache")),
)

COMMANDS = {name: place for feature in FEATURES for name, place in feature.commands.items()}


def find(place: str, package: str = "ebok") -> Any:
    """What stands at this place, "billing.commands:inbox", or the module "billing.commands"."""
    module, _, name = place.partition(":")
    found = import_module(f"{package}.{module}")
    return getattr(found, name) if name else found


def declare() -> None:
    """Import every module that declares anything: from then on all of it is known."""
    for feature in FEATURES:
        for name in feature.declares:
            find(name)
