"""Queues changes for billing, in the transaction of their cause.

`operations_files.py` exports them.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from ebok.database import now
from ebok.exports.models import HELD_UNTIL, Batch, Outgoing
from ebok.settings import Settings

FEEDS = {
    "consents": ("purpose", "given", "text_sha256", "channel"),
    "accounts": ("event", "paper_notice"),
    "contacts": ("event", "email", "phone", "paper_again", "paper_reason"),
}
"""Columns of each feed, besides the common ones: see docs/billing-format.md."""
HELD = ("consents", "contacts")
"""Feeds that are held while an account is frozen."""
KEPT = timedelta(days=365)


def queue_change(
    feed: str,
    account_id: int,
    customer_code: str,
    facts: dict[str, Any],
    effective_at: datetime | None = None,
    happened_at: datetime | None = None,
) -> Outgoing:
    """Queue a change for billing, in the caller's transaction.

    `facts` has columns of the feed (see FEEDS) as keys; missing ones are empty. `effective_at` is
    from when on it may be exported, by default at once; `happened_at` is by default now.
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


def discard_pending(account_id: int, *feeds: str) -> int:
    """Delete pending, unexported changes of this account; returns how many."""
    return Outgoing.delete().where(Outgoing.pending(account_id, *feeds)).execute()


def discard_future(account_id: int, feed: str) -> int:
    """Delete unexported changes that are effective later: something else replaces them. Returns how
    many."""
    later = Outgoing.pending(account_id, feed) & (Outgoing.effective_at > now())
    return Outgoing.delete().where(later).execute()


def hold(account_id: int) -> None:
    """Export no consents and addresses of a frozen account until it is unfrozen."""
    held = Outgoing.update(effective_at=HELD_UNTIL)
    held.where(Outgoing.pending(account_id, *HELD)).execute()


def release(account_id: int) -> None:
    """Export what was held: a clerk has spoken with the owner."""
    held = Outgoing.pending(account_id, *HELD) & (Outgoing.effective_at == HELD_UNTIL)
    Outgoing.update(effective_at=now()).where(held).execute()


def forget_contacts(account_id: int) -> None:
    """Delete the e-mail addresses and phones of a closed account (GDPR art. 17)."""
    mine = (Outgoing.account_id == account_id) & (Outgoing.feed == "contacts")
    Outgoing.delete().where(mine).execute()


def forget_exported(moment: datetime, _settings: Settings) -> int:
    """Delete changes exported a year ago, and empty batches."""
    old = moment - KEPT
    gone = Outgoing.delete().where(Outgoing.exported_at < old).execute()
    used = Outgoing.select(Outgoing.batch).where(Outgoing.batch.is_null(False))
    Batch.delete().where((Batch.written_at < old) & Batch.id.not_in(used)).execute()
    return gone
