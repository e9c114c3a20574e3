"""Searches of the staff: limited, kept with those they showed, and recorded; and whom they opened.

A search shows people, so it is a look at them: each is one entry of the audit log, with the codes
of all who were shown.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from ebok import audit, limits, settings
from ebok.actor import Actor
from ebok.audit.events import Event
from ebok.database import now, placeholders, rows_changed, transaction
from ebok.errors import NotFound
from ebok.lookup import operations as lookup
from ebok.lookup.errors import TooManySearches
from ebok.lookup.models import Hit, Recent, Search
from ebok.lookup.operations import LONGEST_QUERY, Results
from ebok.settings import Settings
from ebok.staff.models import StaffMember
from ebok.tokens import new_public_id

HOUR = timedelta(hours=1)
SAME_WITHIN = timedelta(minutes=10)
"""The same words are one search so long: of the box, of its page, and of coming back to that."""
KEPT = timedelta(days=365)
"""A year, as long as the log should be kept: those who were found may ask who looked."""
MOST_RECENT = 8
LONGEST_DETAIL = 240


def search(actor: Actor, member: StaffMember, query: str, most: int) -> tuple[Search, Results]:
    """Search, and record it with those who are found. Raises TooManySearches."""
    key, allowed = str(member.id), settings.current().limits.staff_searches_per_hour
    if not limits.consume("staff-searches", key, allowed, HOUR):
        left = limits.time_left("staff-searches", key, HOUR)
        raise TooManySearches(retry_after_seconds=ceil(left.total_seconds()))
    query = " ".join(query.split())[:LONGEST_QUERY]
    results = lookup.find(query, most)
    return _remember(actor, member, query, results.codes), results


def show_again(
    actor: Actor, member: StaffMember, public_id: str, most: int
) -> tuple[Search, Results]:
    """One's own search once more, with whom it finds now. Raises NotFound for another's."""
    mine = (Search.public_id == public_id) & (Search.member == member)
    former = Search.get_or_none(mine)
    if former is None:
        raise NotFound()
    return search(actor, member, former.query, most)


def _remember(actor: Actor, member: StaffMember, query: str, codes: Sequence[str]) -> Search:
    with transaction():
        same = _find_same(member, query, now() - SAME_WITHIN)
        known = (
            {hit.customer_code for hit in Hit.select().where(Hit.search == same)} if same else ()
        )
        new = [code for code in codes if code not in known]
        found = same or Search.create(
            member=member, query=query, at=now(), public_id=new_public_id()
        )
        if new:
            rows = [{"search": found.id, "customer_code": code} for code in new]
            Hit.insert_many(rows).execute()
        if new or not same:
            audit.record(actor, Event.CUSTOMERS_SEARCHED, "", _detail(query, new))
    return found


def _find_same(member: StaffMember, query: str, since: datetime) -> Search | None:
    mine = (Search.member == member) & (Search.at > since)
    newest = Search.select().where(mine).order_by(Search.id.desc()).first()
    return newest if newest and newest.query == query else None


def _detail(query: str, codes: Sequence[str]) -> str:
    """The words and the codes; where they do not fit, as many as do, and `lookup_hit` has all."""
    told = f"„{query}” {len(codes)}: {' '.join(codes)}"
    if len(told) <= LONGEST_DETAIL:
        return told.rstrip(": ")
    return f"{told[:LONGEST_DETAIL].rpartition(' ')[0]} …"


def note_opened(member: StaffMember, customer_code: str) -> None:
    """Remember whom a member has opened, for the empty box."""
    rows_changed(
        """
        INSERT INTO lookup_recent (member_id, customer_code, at) VALUES ({0}, {0}, {0})
        ON CONFLICT (member_id, customer_code) DO UPDATE SET at = excluded.at
        """,
        member.id,
        customer_code,
        str(now()),
    )
    kept = recents(member)
    rows_changed(
        f"DELETE FROM lookup_recent WHERE member_id = {{0}}"
        f" AND customer_code NOT IN ({placeholders(kept)})",
        member.id,
        *kept,
    )


def recents(member: StaffMember) -> list[str]:
    """Codes of the customers whom a member has opened last, the newest first."""
    mine = Recent.select().where(Recent.member == member).order_by(Recent.at.desc())
    return [row.customer_code for row in mine.limit(MOST_RECENT)]


def find_searches(customer_code: str) -> list[Search]:
    """The searches that have shown this customer, the newest first, each with its member."""
    mine = Hit.customer_code == customer_code
    return list(Search.select().join(Hit).where(mine).order_by(Search.id.desc()))


def forget_searches(moment: datetime, _settings: Settings) -> int:
    """Delete searches whose time is over, with their hits."""
    return Search.delete().where(Search.at < moment - KEPT).execute()
