"""Where the audit log's chain begins, and verification of the chain.

A row in the log says how many rows are older and with which key the chain is signed. In a new
database none are older.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ebok import audit, settings
from ebok.actor import SYSTEM, Actor
from ebok.audit import AuditRow
from ebok.audit.events import Event
from ebok.database import transaction
from ebok.database.iso import as_text
from ebok.doctor import Finding, checkup, fail
from ebok.languages import say as _
from ebok.settings import Settings
from ebok.tokens import same, sign

SINCE = "0085_actors"
"""The migration since which the log has such a row."""
BEGINNING = re.compile(r"key=(?P<key>\w+) before=(?P<before>\d+) seal=(?P<seal>\w*)")


def fingerprint(key: str = "") -> str:
    """Identifies a key without revealing it."""
    return sign("fingerprint", "", key)[:8].hex()


def begin(actor: Actor = SYSTEM, key: str = "") -> None:
    """Record that the chain begins here, how many rows are older, and the key's fingerprint.

    For a new database, for one with rows from before chains had a beginning, and after a change of
    key.
    """
    with transaction():
        before = AuditRow.select().count()
        seal = ""
        for row in AuditRow.select().where(AuditRow.chain == "").order_by(AuditRow.id).iterator():
            seal = row.link(seal, key)
        told = f"key={fingerprint(key)} before={before} seal={seal}"
        audit.record(actor, Event.LOG_BEGUN, "", told, key)


def begin_if_new(applied: Iterable[str], key: str) -> None:
    """Begin the chain of a database that has just got migration `SINCE`; never otherwise.

    A log that was emptied must stay without a beginning: that is how it is detected.
    """
    if SINCE in applied:
        begin(key=key)


def beginnings() -> list[AuditRow]:
    """The rows that say where the chain begins, oldest first; uses the index of `whom`."""
    mine = (AuditRow.whom == "") & (AuditRow.did == Event.LOG_BEGUN) & (AuditRow.actor != "")
    return list(AuditRow.select().where(mine).order_by(AuditRow.id))


def recorded_key(row: AuditRow) -> str:
    """Fingerprint of the key of the rows from this beginning on."""
    told = BEGINNING.fullmatch(row.detail)
    return told["key"] if told else ""


@dataclass
class Verdict:
    """The result of `verify`: how many rows, the head of the chain, and a fault if there is one.

    `unchecked` rows are signed with a key that was not given.
    """

    rows: int = 0
    head: str = ""
    fault: str = ""
    unchecked: int = 0


@dataclass
class Walk:
    """Follows the chain row by row."""

    keys: dict[str, str]
    begun: list[AuditRow]
    verdict: Verdict = field(default_factory=Verdict)
    last_id: int = 0
    seal: str = ""

    def follow(self, row: AuditRow) -> str:
        """Check the next row; returns a fault or ""."""
        is_beginning = bool(self.begun) and row.id == self.begun[0].id
        key = self._key(row)
        fault = self._order(row, is_beginning)
        if not fault and key is not None and not self._fits(row, key):
            fault = "does not follow the one before it"
        if not fault and is_beginning:
            fault = self._begin(row, key)
        self.verdict.unchecked += key is None
        self.verdict.rows += 1
        self.verdict.head, self.last_id = row.chain, row.id
        return fault

    def _key(self, row: AuditRow) -> str | None:
        """The key that signed the row, None if it was not given."""
        at = [each for each in self.begun if each.id <= row.id] or self.begun[:1]
        return self.keys.get(recorded_key(at[-1])) if at else self.keys[fingerprint()]

    def _order(self, row: AuditRow, is_beginning: bool) -> str:
        is_later = bool(self.begun) and row.id > self.begun[0].id
        if row.actor and not is_beginning and not is_later:
            return "stands before the beginning of the log"
        if is_later and row.id != self.last_id + 1:
            return "does not follow the one before it: rows are missing"
        return "does not follow the one before it" if is_later and not row.actor else ""

    def _fits(self, row: AuditRow, key: str) -> bool:
        if not row.chain and not row.actor and not self.verdict.head:
            # Older than the chain: sealed by the beginning.
            self.seal = row.link(self.seal, key)
            return True
        return same(row.chain, row.link(self.verdict.head, key))

    def _begin(self, row: AuditRow, key: str | None) -> str:
        told = BEGINNING.fullmatch(row.detail)
        is_whole = told and int(told["before"]) == self.verdict.rows
        is_sealed = key is None or (told and same(told["seal"], self.seal))
        return "" if is_whole and is_sealed else "does not find before it what it told of"


def verify(noted_head: str = "", former_keys: Iterable[str] = ()) -> Verdict:
    """Follow the chain from its beginning to the first row that does not fit.

    `noted_head` is a head from the worker's log or a mail: the chain must contain it. Rows from
    before a change of key are checked with `former_keys`.
    """
    keys = {fingerprint(key): key for key in (settings.current().secret_key, *former_keys)}
    walk, is_passed = Walk(keys, beginnings()), not noted_head
    for row in AuditRow.select().order_by(AuditRow.id).iterator():
        if fault := walk.follow(row):
            walk.verdict.fault = f"row {row.id} of {as_text(row.at)} {fault}"
            return walk.verdict
        is_passed = is_passed or row.chain == noted_head
    walk.verdict.fault = _fault_of_the_end(walk.begun, is_passed)
    return walk.verdict


def _fault_of_the_end(begun: list[AuditRow], is_passed: bool) -> str:
    if not begun:
        return "the log does not say where it begins"
    if recorded_key(begun[-1]) != fingerprint():
        return "the newest rows were made with another secret_key: see `ebok audit begin`"
    return "" if is_passed else "rows are missing at the end: the noted head is not among them"


@checkup("audit")
def look_at_the_log(_settings: Settings) -> Iterator[Finding]:
    """Findings about the log: its beginning, its key, and its number of rows.

    `ebok audit verify` follows the whole chain, which takes longer.
    """
    begun = beginnings()
    if not begun:
        yield fail(
            _("The audit log does not say where it begins: it was emptied or replaced."),
            _(
                "Find out who had access to the database; start the log anew with "
                "`ebok audit begin`."
            ),
        )
        return
    if recorded_key(begun[-1]) != fingerprint():
        yield fail(
            _(
                "The secret_key is not the one that this database was created with: "
                "earlier codes, links and limits no longer count, and the audit log "
                "does not match."
            ),
            _("Set the right secret_key; if it was changed on purpose, run `ebok audit begin`."),
        )
    if not _is_counted(begun[0]):
        yield fail(
            _("Rows are missing from the audit log, or were added to it."),
            _("Find out which with `ebok audit verify`, and check who had access to the database."),
        )


def _is_counted(first: AuditRow) -> bool:
    """Whether the number of older rows is as recorded, and later rows have no gap."""
    told = BEGINNING.fullmatch(first.detail)
    older = AuditRow.select().where(AuditRow.id < first.id).count()
    since = AuditRow.select().where(AuditRow.id >= first.id)
    chained = since.where((AuditRow.chain != "") & (AuditRow.actor != ""))
    last = audit.newest()
    if last is None or told is None:
        return False
    is_whole = chained.count() == last.id - first.id + 1 == since.count()
    return is_whole and int(told["before"]) == older
