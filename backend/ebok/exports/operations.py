"""Telling billing: a row beside its cause, within the same transaction.

Every change that billing has to follow is told here once; `files.py` carries the rows out.
"""

import json
from datetime import datetime, timedelta

from ebok.database import now
from ebok.exports.models import HELD_UNTIL, Batch, Outgoing
from ebok.tidying import tidy

FEEDS = {
    "consents": ("purpose", "given", "text_sha256", "channel"),
    "accounts": ("event", "paper_notice"),
    "contacts": ("event", "email", "phone", "paper_again"),
}
"""The columns of each feed, besides those that all of them have: see docs/billing-format.md."""
HELD = ("consents", "contacts")
"""What must not change while nobody knows whose hands an account is in."""
KEPT = timedelta(days=365)


def tell(
    feed: str, customer_code: str, facts: dict, effective_at: datetime | None = None
) -> Outgoing:
    """Leave a change for billing, within the caller's transaction.

    `facts` has columns of the feed (see FEEDS) as keys; one that is left out is told as empty.
    `effective_at` is when billing may learn of it, where that is not at once.
    """
    unknown = facts.keys() - set(FEEDS[feed])
    if unknown:
        raise ValueError(f"{feed} has no column {', '.join(sorted(unknown))}")
    moment = now()
    return Outgoing.create(
        feed=feed,
        customer_code=customer_code,
        happened_at=moment,
        effective_at=max(moment, effective_at or moment),
        facts=json.dumps({column: facts.get(column, "") for column in FEEDS[feed]}),
    )


def take_back(customer_code: str, *feeds: str) -> int:
    """Forget what billing has not learnt and shall not learn any more; returns how many."""
    return Outgoing.delete().where(Outgoing.pending(customer_code, *feeds)).execute()


def take_back_later(customer_code: str, feed: str) -> int:
    """Forget the changes that were to be told some time later: what came between ends them."""
    later = Outgoing.pending(customer_code, feed) & (Outgoing.effective_at > now())
    return Outgoing.delete().where(later).execute()


def hold(customer_code: str) -> None:
    """Tell billing nothing of a frozen account's consents and addresses, until it is thawed."""
    held = Outgoing.update(effective_at=HELD_UNTIL)
    held.where(Outgoing.pending(customer_code, *HELD)).execute()


def release(customer_code: str) -> None:
    """The owner has spoken with a clerk: what was held may go."""
    held = Outgoing.pending(customer_code, *HELD) & (Outgoing.effective_at == HELD_UNTIL)
    Outgoing.update(effective_at=now()).where(held).execute()


def forget_contacts(customer_code: str) -> None:
    """Erase the addresses that this customer had here: the account is closed (RODO art. 17)."""
    mine = (Outgoing.customer_code == customer_code) & (Outgoing.feed == "contacts")
    Outgoing.delete().where(mine).execute()


@tidy
def forget_exported(moment: datetime, _settings) -> int:
    """Rows that billing has had for a year, and the batches that are empty then."""
    old = moment - KEPT
    gone = Outgoing.delete().where(Outgoing.exported_at < old).execute()
    used = Outgoing.select(Outgoing.batch).where(Outgoing.batch.is_null(False))
    Batch.delete().where((Batch.written_at < old) & Batch.id.not_in(used)).execute()
    return gone
