"""Telling billing: a row beside its cause, within the same transaction.

Every change that billing has to follow is told here once; `files/folders.py` carries the rows out.
"""

import json
from datetime import datetime, timedelta

from ebok.database import now
from ebok.exports.models import HELD_UNTIL, Batch, Outgoing

FEEDS = {
    "consents": ("purpose", "given", "text_sha256", "channel"),
    "accounts": ("event", "paper_notice"),
    "contacts": ("event", "email", "phone", "paper_again", "paper_reason"),
}
"""The columns of each feed, besides those that all of them have: see docs/billing-format.md."""
HELD = ("consents", "contacts")
"""What must not change while nobody knows whose hands an account is in."""
KEPT = timedelta(days=365)


def tell(
    feed: str,
    account_id: int,
    customer_code: str,
    facts: dict,
    effective_at: datetime | None = None,
    happened_at: datetime | None = None,
) -> Outgoing:
    """Leave a change for billing, within the caller's transaction.

    `facts` has columns of the feed (see FEEDS) as keys; one that is left out is told as empty.
    `effective_at` is when billing may learn of it, where that is not at once; `happened_at` when it
    happened, where that was before.
    """
    unknown = facts.keys() - set(FEEDS[feed])
    if unknown:
        raise ValueError(f"{feed} has no column {', '.join(sorted(unknown))}")
    moment = now()
    return Outgoing.create(
        feed=feed,
        account_id=account_id,
        customer_code=customer_code,
        happened_at=happened_at or moment,
        effective_at=max(moment, effective_at or moment),
        facts=json.dumps({column: facts.get(column, "") for column in FEEDS[feed]}),
    )


def take_back(account_id: int, *feeds: str) -> int:
    """Forget what billing has not learnt and shall not learn any more; returns how many."""
    return Outgoing.delete().where(Outgoing.pending(account_id, *feeds)).execute()


def take_back_later(account_id: int, feed: str) -> int:
    """Forget the changes that were to be told some time later: what came between ends them."""
    later = Outgoing.pending(account_id, feed) & (Outgoing.effective_at > now())
    return Outgoing.delete().where(later).execute()


def hold(account_id: int) -> None:
    """Tell billing nothing of a frozen account's consents and addresses, until it is thawed."""
    held = Outgoing.update(effective_at=HELD_UNTIL)
    held.where(Outgoing.pending(account_id, *HELD)).execute()


def release(account_id: int) -> None:
    """The owner has spoken with a clerk: what was held may go."""
    held = Outgoing.pending(account_id, *HELD) & (Outgoing.effective_at == HELD_UNTIL)
    Outgoing.update(effective_at=now()).where(held).execute()


def forget_contacts(account_id: int) -> None:
    """Erase the addresses that this account had: the account is closed (RODO art. 17)."""
    mine = (Outgoing.account_id == account_id) & (Outgoing.feed == "contacts")
    Outgoing.delete().where(mine).execute()


def forget_exported(moment: datetime, _settings) -> int:
    """Rows that billing has had for a year, and the batches that are empty then."""
    old = moment - KEPT
    gone = Outgoing.delete().where(Outgoing.exported_at < old).execute()
    used = Outgoing.select(Outgoing.batch).where(Outgoing.batch.is_null(False))
    Batch.delete().where((Batch.written_at < old) & Batch.id.not_in(used)).execute()
    return gone
