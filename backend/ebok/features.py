"""Every feature of the office: what it answers, what it is told to do, what it declares.

`app.py` and `cli.py` read this list and collect nothing else. A module that declares a letter, a
job, a retention, a check or what a process shall print stands under `declares`: it works because
it is named here, not because somebody happened to import it.
"""

from dataclasses import dataclass
from types import ModuleType

from click import Command
from flask import Blueprint

from ebok import limits
from ebok.accounts import (
    commands as account_commands,
    operations as accounts,
    operations_closing,
    operations_contacts,
    operations_links,
    operations_sessions,
    operations_sign_ins,
    routes as account_routes,
)
from ebok.audit import chain, commands as audit_commands, head
from ebok.billing import (
    commands as billing_commands,
    commands_keys,
    jobs as held_imports,
    jobs_inbox,
    operations_alerts,
    operations_baseline as billing_baseline,
    operations_deliveries,
    operations_held,
    operations_history,
    operations_inbox_state,
    operations_keys,
    operations_withdrawn_rows,
    routes as billing_routes,
)
from ebok.captcha import operations as captcha, routes as captcha_routes
from ebok.consents import operations as consents
from ebok.consumption import routes as consumption_routes
from ebok.dashboard import routes as dashboard_routes
from ebok.data_export import operations as data_export, routes as data_export_routes
from ebok.demo import commands as demo_commands
from ebok.documents import (
    commands as document_commands,
    operations as documents,
    routes as document_routes,
)
from ebok.exports import commands as export_commands, operations as exports
from ebok.invoices import routes as invoice_routes
from ebok.mail import alerts, commands as mail_commands, expiring, outbox, relay, trouble
from ebok.notifications import (
    commands as notification_commands,
    jobs as returned_mails,
    letters as notification_letters,
    operations as notifications,
    operations_bounces,
    operations_evidence,
    operations_reminders,
    operations_replaced,
    operations_returned,
    operations_samples,
    operations_strays,
    operations_unreached,
    routes as notification_routes,
)
from ebok.operation import (
    commands as operation_commands,
    jobs as watch,
    operations_hardening,
    operations_machine,
    operations_port,
    operations_printing,
    operations_stores,
    operations_workers,
    routes as operation_routes,
)
from ebok.payments import operations_orders, routes as payment_routes
from ebok.pdf import cache
from ebok.profile import commands as profile_commands, routes as profile_routes
from ebok.registration import (
    commands as registration_commands,
    operations as registration,
    operations_reviews,
    routes as registration_routes,
)
from ebok.verification import routes as verification_routes


@dataclass(frozen=True)
class Feature:
    """One of them. Its routes stand below `prefix`."""

    name: str
    routes: Blueprint | None = None
    prefix: str = "/api"
    commands: tuple[Command, ...] = ()
    declares: tuple[ModuleType, ...] = ()


FEATURES = (
    Feature("captcha", captcha_routes.routes, declares=(captcha,)),
    Feature(
        "registration",
        registration_routes.routes,
        commands=(registration_commands.registrations,),
        declares=(registration, operations_reviews),
    ),
    Feature(
        "accounts",
        account_routes.routes,
        commands=(account_commands.accounts,),
        declares=(
            accounts,
            operations_closing,
            operations_contacts,
            operations_links,
            operations_sessions,
            operations_sign_ins,
        ),
    ),
    Feature("consents", declares=(consents,)),
    Feature("dashboard", dashboard_routes.routes),
    Feature("invoices", invoice_routes.routes),
    Feature("payments", payment_routes.routes, declares=(operations_orders,)),
    Feature(
        "documents",
        document_routes.routes,
        commands=(document_commands.documents,),
        declares=(documents, document_commands),
    ),
    Feature("consumption", consumption_routes.routes),
    Feature("verification", verification_routes.routes),
    Feature("profile", profile_routes.routes),
    Feature("data_export", data_export_routes.routes, declares=(data_export,)),
    Feature(
        "billing",
        billing_routes.routes,
        commands=(
            billing_commands.import_bundle,
            billing_commands.imports,
            billing_commands.inbox,
            commands_keys.commands,
        ),
        declares=(
            held_imports,
            jobs_inbox,
            operations_alerts,
            operations_deliveries,
            billing_baseline,
            operations_held,
            operations_history,
            operations_inbox_state,
            operations_keys,
            operations_withdrawn_rows,
        ),
    ),
    Feature(
        "notifications",
        notification_routes.routes,
        prefix="",
        commands=(notification_commands.bounces, notification_commands.evidence),
        declares=(
            notifications,
            notification_letters,
            operations_bounces,
            operations_evidence,
            operations_reminders,
            operations_replaced,
            operations_returned,
            operations_samples,
            operations_strays,
            operations_unreached,
            returned_mails,
        ),
    ),
    Feature("exports", commands=(export_commands.export,), declares=(exports,)),
    Feature(
        "operation",
        operation_routes.routes,
        prefix="",
        commands=(operation_commands.doctor,),
        declares=(
            operations_hardening,
            operations_machine,
            operations_port,
            operations_printing,
            operations_stores,
            operations_workers,
            watch,
        ),
    ),
    # Its routes bring a mail server along, which nobody else has a use for: see app.py.
    Feature("demo", commands=(demo_commands.demo,)),
    Feature(
        "mail",
        commands=(mail_commands.mails, mail_commands.worker),
        declares=(alerts, expiring, outbox, relay, trouble),
    ),
    Feature("audit", commands=(audit_commands.commands,), declares=(chain, head)),
    Feature("floor", declares=(limits, cache)),
)

# It needs consents and notifications, which know accounts, and not the other way round.
account_commands.accounts.add_command(profile_commands.close)
