"""What the pages of the requests show: rows and comparisons whose texts are ready."""

import json
from datetime import timedelta
from typing import Any

from ebok.accounts.models import Account
from ebok.actor import Actor
from ebok.cases import texts as case_texts
from ebok.cases.models import Look
from ebok.cases.operations_acts import UNDO
from ebok.customers.models import Customer
from ebok.database import now
from ebok.registration.models import Review
from ebok.registration.operations_reviews import ADDRESS, COUNTER, PHONE, REASONS, ways_to
from ebok.reviews import operations, operations_decisions as decisions, texts
from ebok.reviews.operations import KIND, Line
from ebok.staff.models import StaffMember

LATE = timedelta(days=1)
"""Who has waited longer is shown as late."""


def queue(view: str, after: int, member: StaffMember, actor: Actor) -> dict[str, Any]:
    """One page of a view, with how many each view has."""
    found = decisions.listed(view, after)
    shown = found[: decisions.PER_PAGE]
    watched = _watchers(shown, member)
    since, moment = decisions.oldest_waiting(), now()
    return {
        "view": view,
        "counts": decisions.counts(),
        "rows": [_row(review, watched) for review in shown],
        "more": shown[-1].id if len(found) > len(shown) else None,
        "oldest": texts.age(moment - since) if since else "",
        "undo": _undo(actor),
    }


def _watchers(shown: list[Review], member: StaffMember) -> dict[str, str]:
    """Who else looks at each of these customers now, by customer code."""
    codes = [review.customer_code for review in shown if not review.decision]
    looks = Look.others_at(member, codes, now())
    return {look.customer_code: look.member.name for look in looks}


def _row(review: Review, watched: dict[str, str]) -> dict[str, Any]:
    found = operations.compare(review)
    waited = now() - review.asked_at
    return {
        "id": review.id,
        "name": review.buyer or review.customer_code,
        "code": review.customer_code,
        "age": texts.age(waited),
        "is_late": waited > LATE,
        "since": case_texts.at(review.asked_at),
        "differs": texts.brief(found),
        "way": texts.way(found),
        "watcher": watched.get(review.customer_code, ""),
        **_decided(review),
    }


def _decided(review: Review) -> dict[str, str]:
    how = texts.reached(review.reached_by) if review.reached_by else texts.reason(review.reason)
    return {
        "decision": texts.decision(review),
        "decided_at": case_texts.at(review.decided_at) if review.decided_at else "",
        "by": review.decided_by,
        "how": how,
    }


def _undo(actor: Actor) -> dict[str, Any] | None:
    last = decisions.find_undoable(actor)
    if last is None or last.decided_at is None:
        return None
    left = UNDO - (now() - last.decided_at)
    return {"id": last.id, "seconds": max(1, round(left.total_seconds()))}


def one(review: Review, member: StaffMember, look: Look) -> dict[str, Any]:
    """One request: typed beside billed, how the person is reached, what is decided."""
    found, moment = operations.compare(review), now()
    return {
        "review": review,
        "code": review.customer_code,
        "heading": review.buyer or review.customer_code,
        "age": texts.age(moment - review.asked_at),
        "asked": case_texts.at(review.asked_at),
        "look": {"since": case_texts.hour(look.since_at), "why": case_texts.purpose(look.purpose)},
        "others": [
            {"name": each.member.name, "since": case_texts.hour(each.since_at)}
            for each in Look.others(member, review.customer_code, moment)
        ],
        "summary": texts.summary(found),
        "invoice": found.invoice.number if found.invoice else "",
        "lines": [_line(line) for line in found.lines],
        "reach": _reach(found.customer),
        "ways": _ways(found.customer),
        "reasons": [(name, texts.reason(name)) for name in REASONS],
        "has_account": Account.find(review.customer_code) is not None,
        "unread_phone": json.loads(review.unread or "{}").get("phone", ""),
        "failed": review.registration.matches_failed,
        "proven": _proven(review),
        **_decided(review),
    }


def _proven(review: Review) -> str:
    until = review.registration.proven_until
    return case_texts.at(until) if until else ""


def _ways(customer: Customer | None) -> list[tuple[str, str]]:
    """(value, label) of the ways by which the customer can have been reached."""
    return [(way, texts.reached(way)) for way in ways_to(customer)] if customer else []


def _reach(customer: Customer | None) -> dict[str, str]:
    """What billing holds to reach the customer by."""
    if customer is None:
        return {PHONE: "", ADDRESS: "", COUNTER: "", "email": ""}
    town = " ".join(filter(None, [customer.postal_code, customer.city]))
    address = ", ".join(filter(None, [customer.street, town]))
    return {PHONE: customer.phone, ADDRESS: address, COUNTER: "", "email": customer.email}


def _line(line: Line) -> dict[str, Any]:
    typed, billed = line.typed, line.billed
    if line.name == KIND:
        typed, billed = texts.kind(typed), texts.kind(billed)
    left, right = [(typed, False)], [(billed, False)]
    if not line.fits and line.name != KIND:
        left, right = operations.spell(typed, billed)
    return {
        "name": texts.field(line.name),
        "typed": typed,
        "billed": billed,
        "left": left,
        "right": right,
        "fits": line.fits,
        "finding": texts.finding(line.finding),
    }
