"""What the customer's page shows: rows whose texts are ready."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from ebok.accounts.models import Account
from ebok.actor import Kind
from ebok.audit import AuditRow
from ebok.cases import operations, texts
from ebok.cases.models import Look
from ebok.cases.operations import Case
from ebok.consents.models import Consent
from ebok.customers.models import Customer
from ebok.data_export.texts import WORDS
from ebok.invoices import serializers_list as invoices
from ebok.invoices.operations_list import Wanted
from ebok.invoices.operations_states import day_of
from ebok.invoices.serializers_json import InvoiceListJson
from ebok.mail.models import Mail
from ebok.profile.operations_looks import PURPOSES
from ebok.registration.models import Review
from ebok.staff.models import StaffMember
from ebok.values import days, money, nrb
from ebok.verification import operations_mails as mails

INVOICES, ON_AXIS = 5, 40
"""How many are shown: of invoices, and of what happened."""
LATE, OURS = "bad", "ours"


@dataclass(frozen=True)
class Happened:
    """Something on the axis of time. `kind` is "bad" for trouble, "ours" for the staff's."""

    at: datetime
    text: str
    kind: str = ""


@dataclass(frozen=True)
class Fact:
    """A labelled fact of the head. `kind` is "phone" for a number to call, "strong" for a sum."""

    name: str
    text: str
    more: str = ""
    kind: str = ""


def whole(case: Case, member: StaffMember, look: Look) -> dict[str, Any]:
    """Everything that the page shows, but what can be done."""
    listed = invoices.listed(case.code, Wanted(limit=INVOICES))
    return {
        "code": case.code,
        "heading": _name(case),
        "states": texts.states(case),
        "facts": _facts(case),
        "sentences": texts.sentences(case),
        "look": _look(look),
        "purposes": [(name, texts.purpose(name)) for name in PURPOSES],
        "others": others(Look.others(member, case.code, case.moment)),
        "mails": [_mail(case, mail) for mail in case.mails],
        "invoices": _invoices(listed),
        "invoices_in_all": listed["total"] or 0,
        "bank_account": nrb.grouped(case.customer.bank_account) if case.customer else "",
        "axis": _axis(case),
        "consents": _consents(case),
        "has_account": case.account is not None,
        "reviews": [_review(review) for review in case.reviews],
        "looks": [_seen(row) for row in case.events if row.did in texts.SEEN],
        "notes": [
            {"at": texts.at(note.written_at), "who": note.member.name, "text": note.text}
            for note in case.notes
        ],
        **_logins(case.account),
    }


def _name(case: Case) -> str:
    return case.customer.name if case.customer else _("Unknown customer")


def _look(look: Look) -> dict[str, str]:
    return {
        "since": texts.hour(look.since_at),
        "purpose": look.purpose,
        "why": texts.purpose(look.purpose),
    }


def others(looks: list[Look]) -> list[dict[str, str]]:
    """The colleagues who are looking at the same customer now."""
    return [{"name": each.member.name, "since": texts.hour(each.since_at)} for each in looks]


def _facts(case: Case) -> list[Fact]:
    """Facts of the head: what billing holds, and what somebody typed."""
    found = _of_billing(case.customer) if case.customer else []
    found += _of_account(case)
    if case.meters:
        found.append(Fact(_("Meter"), ", ".join(case.meters)))
    return [*found, _owed(case)]


def _owed(case: Case) -> Fact:
    owed, due = case.balance.left_grosze, case.balance.next_due_on
    more = _("until %(day)s", day=days.text(due)) if owed and due else ""
    if case.balance.overdue:
        more = _("part of it is overdue")
    return Fact(_("To pay"), money.zloty(owed), more, "strong")


def _of_billing(customer: Customer) -> list[Fact]:
    town = " ".join(filter(None, [customer.postal_code, customer.city]))
    address = ", ".join(filter(None, [customer.street, town]))
    none = _("none")
    found = [
        Fact(_("Address"), address or none),
        Fact(_("Phone in billing"), customer.phone or none, kind="phone"),
        Fact(_("E-mail in billing"), customer.email or none),
    ]
    return found + ([Fact(_("NIP (tax number)"), customer.nip)] if customer.nip else [])


def _of_account(case: Case) -> list[Fact]:
    found: list[Fact] = []
    if case.account:
        found.append(Fact(_("E-mail of the account"), case.account.email))
        if case.account.phone:
            found.append(Fact(_("Phone of the account"), case.account.phone))
    registration = case.registration
    if registration and (case.is_registering or not case.account):
        is_proven = registration.is_proven(case.moment)
        more = _("confirmed") if is_proven else _("not confirmed")
        found.append(Fact(_("E-mail in the registration"), registration.email, more))
    return found


def _mail(case: Case, mail: Mail) -> dict[str, str]:
    bounce = case.bounces.get(mail.id)
    kind, word = texts.arrival(mail, bounce)
    return {
        "at": texts.at(mail.created_at),
        "what": mails.kind_of(mail),
        "to": mail.recipient,
        "kind": kind,
        "word": word,
        "fate": texts.fate(mail, bounce),
    }


def _invoices(listed: InvoiceListJson) -> list[dict[str, str]]:
    return [
        {
            "number": item["number"],
            "issued": item["issued"]["brief"],
            "due": item["due"]["brief"] if item["due"] else "",
            "kind": texts.INVOICE_KINDS.get(item["state"], "wait"),
            "state": texts.invoice_state(item["state"]),
            "gross": item["gross"]["text"],
            "left": item["left"]["text"],
        }
        for item in listed["items"]
    ]


def _consents(case: Case) -> list[dict[str, str]]:
    found = operations.decisions_of(case.account) if case.account else []
    return [_consent(each) for each in found]


def _consent(consent: Consent) -> dict[str, str]:
    """A decision with its evidence: when, where, by whom, of which words."""
    return {
        "what": str(WORDS.get(consent.purpose, consent.purpose)),
        "word": _("YES") if consent.given else _("NO"),
        "at": texts.at(consent.decided_at),
        "channel": str(WORDS.get(consent.channel, consent.channel)),
        "hash": consent.text_hash[:12],
    }


def _review(review: Review) -> dict[str, str | int]:
    told = {"waits": _("waits")} | {
        name: str(WORDS.get(name, name)) for name in ("approved", "refused", "overtaken")
    }
    decided = review.decision or "waits"
    return {
        "id": review.id,
        "at": texts.at(review.asked_at),
        "email": review.email,
        "kind": "late" if decided == "waits" else "wait",
        "word": told.get(decided, decided),
        "by": review.decided_by,
    }


def _logins(account: Account | None) -> dict[str, Any]:
    opened, logins = operations.logins_of(account) if account else ([], [])
    return {
        "sessions": [
            {"where": _place(each), "since": texts.at(each.started_at)} for each in opened
        ],
        "logins": [
            {
                "at": texts.at(each.at),
                "where": _place(each),
                "what": str(WORDS.get(each.outcome, each.outcome)),
                "kind": "late" if each.outcome == "wrong" else "paid",
            }
            for each in logins
        ],
    }


def _place(of: Any) -> str:
    return ", ".join(filter(None, [of.device or _("unknown browser"), of.network]))


def _seen(row: AuditRow) -> dict[str, str]:
    _role, _space, purpose = row.detail.partition(" ")
    return {"at": texts.at(row.at), "who": row.who, "what": texts.purpose(purpose)}


def _axis(case: Case) -> list[tuple[str, list[Any]]]:
    """All that happened, by day, the newest first."""
    found = [_event(row) for row in case.events]
    found += [_sent(case, mail) for mail in case.mails]
    for each in case.registrations:
        found.append(Happened(each.started_at, _("A registration was begun.")))
    for note in case.notes:
        found.append(Happened(note.written_at, note.text, OURS))
    newest = sorted(found, key=lambda each: each.at, reverse=True)[:ON_AXIS]
    by_day = groupby(newest, key=lambda each: day_of(each.at))
    return [
        (days.text(day), [(texts.hour(each.at), each.text, each.kind) for each in some])
        for day, some in by_day
    ]


def _event(row: AuditRow) -> Happened:
    is_ours = row.kind == Kind.STAFF
    who = row.who if is_ours else texts.who(row.kind)
    what = texts.event(row.did)
    detail = texts.detail(row)
    text = _("%(who)s: %(what)s", who=who, what=what) if who else what
    if detail:
        text = f"{text} ({detail})"
    is_bad = row.did in texts.BAD
    return Happened(row.at, text, LATE if is_bad else OURS if is_ours else "")


def _sent(case: Case, mail: Mail) -> Happened:
    bounce = case.bounces.get(mail.id)
    kind, word = texts.arrival(mail, bounce)
    what = {"what": mails.kind_of(mail), "to": mail.recipient, "word": word}
    text = _("E-mail “%(what)s” to %(to)s: %(word)s", **what)
    return Happened(mail.created_at, text, LATE if kind == "late" else "")
