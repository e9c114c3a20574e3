"""Whether what an import brings is plausible: what is odd in it, and whether it has to wait.

Only rows that are new or differ are looked at, by the database. Where the mirror's table is empty
nothing is compared, and nothing holds: a first load is only told of.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ebok.billing import texts
from ebok.billing.differences import Difference
from ebok.billing.models import ImportFile
from ebok.billing.models_check import Check
from ebok.billing.operations_checks import checks_of
from ebok.billing.staging import create, execute
from ebok.billing.texts_report import Report, Section
from ebok.settings import Settings
from ebok.settings.plausibility import SCALED

FINDINGS = "staged_finding"
SHOWN, ALIKE = 20, 3
"""Rows that are shown of a kind that holds the import, and of one that does not."""
ALWAYS = "accounts_changed"
"""The one kind without a limit: money that goes to a wrong account is lost for its owner."""
OLDER = "older"


@dataclass(frozen=True)
class Found:
    """What one check has found: how many rows, and (key, old, new) of the first ones.

    `is_beyond` says that they hold the import.
    """

    check: Check
    count: int
    rows: list[tuple]
    limit: int
    is_beyond: bool


@dataclass(frozen=True)
class Older:
    """A file that is older than what the mirror was told of it."""

    file: str
    written_at: datetime
    known_at: datetime


@dataclass
class Verdict:
    """All that was found in an import."""

    found: list[Found]
    older: list[Older]

    @property
    def is_held(self) -> bool:
        """Whether a person has to decide."""
        return bool(self.older or self.beyond)

    @property
    def beyond(self) -> list[Found]:
        """What is beyond its limit."""
        return [each for each in self.found if each.is_beyond]

    def brief(self) -> list[str]:
        """What holds the import, in short and without anything personal."""
        counts = Counter()
        for each in self.beyond:
            counts[each.check.kind] += each.count
        told = [texts.title(kind, count) for kind, count in counts.items()]
        return [*told, *(texts.older(each) for each in self.older)]

    def tell(self, report: Report) -> None:
        """Write it into the report."""
        report.sections = [s for s in report.sections if not isinstance(s, Findings)]
        report.held = self.brief()
        report.sections += [_section(each) for each in self.found if each.is_beyond]
        report.sections += [_section(each) for each in self.found if not each.is_beyond]


class Findings(Section):
    """The rows of one kind that are odd."""


def _section(found: Found) -> Findings:
    title = texts.title(found.check.kind, 0)
    title = texts.holding(title, found.limit) if found.is_beyond else texts.heading(title)
    rows = found.rows if found.is_beyond else found.rows[:ALIKE]
    lines = [texts.line(found.check, *row) for row in rows]
    return Findings(title, lines, found.count)


def judge(
    differences: Mapping[str, Difference], fresh: Mapping[str, datetime], settings: Settings
) -> Verdict:
    """Look for what is odd, and compare how much of it there is with the limits."""
    _create()
    [(customers,)] = execute("SELECT count(*) FROM customer")
    found = []
    for difference in differences.values():
        if difference.new or difference.changed:
            found += _found_in(difference, settings, customers)
    return Verdict(found, _find_older(differences, fresh, settings))


def _create() -> None:
    execute(f"DROP TABLE IF EXISTS {FINDINGS}")
    columns = "kind text, staged text, line bigint, key text, field text, otherwise text"
    execute(f"{create(FINDINGS)} ({columns})")


def _found_in(difference: Difference, settings: Settings, customers: int) -> list[Found]:
    checks = checks_of(difference, settings)
    plain = [check for check in checks if not check.joins]
    counts = dict(zip(plain, _count(difference, plain), strict=True)) if plain else {}
    counts |= {check: _count(difference, [check])[0] for check in checks if check.joins}
    return [
        _look_at(difference, check, counts[check], _limit(check.kind, settings, customers))
        for check in checks
        if counts[check]
    ]


def _count(difference: Difference, checks: list[Check]) -> list[int]:
    """How many rows each of these finds, in one pass; they have the joins of the first."""
    cases = (f"count(CASE WHEN {check.condition(difference)} THEN 1 END)" for check in checks)
    [counts] = execute(f"SELECT {', '.join(cases)} {_tables(difference, checks[0])}")
    return list(counts)


def _tables(difference: Difference, check: Check) -> str:
    stage = difference.stage
    rows, same = difference.rows, stage.same_key("t", "told")
    if not difference.is_compared:
        # As they are in the file: to look up each buyer's name would take as long as all else.
        # And in an empty table nothing needs looking up.
        rows, same = f"(SELECT s.*, true AS is_new FROM {stage.staged} AS s)", "1 = 0"
    return f"FROM {rows} AS told LEFT JOIN {stage.target} AS t ON {same} {check.joins}"


def _look_at(difference: Difference, check: Check, count: int, limit: int) -> Found:
    tables, where = _tables(difference, check), check.condition(difference)
    key = check.key or difference.stage.key_text("told")
    rows = execute(
        f"""
        SELECT {key}, CAST({check.old} AS text), CAST({check.new} AS text) {tables}
        WHERE {where} ORDER BY told.line LIMIT {SHOWN:d}
        """
    )
    is_beyond = difference.is_compared and count > limit
    if is_beyond:
        field = check.fields[0] if check.fields else ""
        execute(
            f"""
            INSERT INTO {FINDINGS} (kind, staged, line, key, field, otherwise)
            SELECT '{check.kind}', '{difference.stage.staged}', told.line, {key}, '{field}',
            '{check.otherwise}' {tables} WHERE {where}
            """
        )
    return Found(check, count, rows, limit, is_beyond)


def _limit(kind: str, settings: Settings, customers: int) -> int:
    if kind == ALWAYS:
        return 0
    limits = settings.plausibility
    limit = getattr(limits, kind)
    return max(limit, customers * limits.percent // 100) if kind in SCALED else limit


def _find_older(
    differences: Mapping[str, Difference], fresh: Mapping[str, datetime], settings: Settings
) -> list[Older]:
    """Files that would bring back what a later one has changed: only where something differs."""
    known, leeway = ImportFile.newest(), timedelta(hours=settings.plausibility.older_hours)
    return [
        Older(name, written_at, known[name])
        for name, written_at in fresh.items()
        if name in known
        and written_at < known[name] - leeway
        and (each := differences.get(name))
        and each.new + each.changed
    ]
