"""Decides whether an import is plausible, or has to be held.

Only new and changed rows are checked, in SQL. If the mirror's table is empty, nothing holds the
import: a first load only reports.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ebok.billing import texts
from ebok.billing.differences import Difference
from ebok.billing.models import ImportFile
from ebok.billing.models_check import Check
from ebok.billing.operations_checks import checks_of
from ebok.billing.staging import create_sql, execute
from ebok.billing.texts_report import Report, Section
from ebok.settings import Settings
from ebok.settings.plausibility import SCALED

FINDINGS = "staged_finding"
SHOWN, ALIKE = 20, 3
"""Rows listed of a kind that holds the import, and of one that does not."""
UNLIMITED = "accounts_changed"
"""The kind whose limit is always 0: money sent to a wrong account is lost."""
OLDER = "older"


@dataclass(frozen=True)
class CheckResult:
    """The result of a check: how many rows, and (key, old, new) of the first ones.

    `is_beyond`: above the limit, so they hold the import.
    """

    check: Check
    count: int
    rows: list[tuple[Any, ...]]
    limit: int
    is_beyond: bool


@dataclass(frozen=True)
class OlderFile:
    """A file that is older than the version in the mirror."""

    file: str
    written_at: datetime
    known_at: datetime


@dataclass
class Verdict:
    """Everything found in an import."""

    found: list[CheckResult]
    older: list[OlderFile]

    @property
    def is_held(self) -> bool:
        """Whether a person has to decide."""
        return bool(self.older or self.beyond)

    @property
    def beyond(self) -> list[CheckResult]:
        """Results above their limit."""
        return [each for each in self.found if each.is_beyond]

    def brief(self) -> list[str]:
        """What holds the import, in short and without personal data."""
        counts = Counter()
        for each in self.beyond:
            counts[each.check.kind] += each.count
        titles = [texts.title(kind, count) for kind, count in counts.items()]
        return [*titles, *(texts.older(each) for each in self.older)]

    def add_to(self, report: Report) -> None:
        """Add it to the report."""
        report.sections = [s for s in report.sections if not isinstance(s, Findings)]
        report.held = self.brief()
        report.sections += [_section(each) for each in self.found if each.is_beyond]
        report.sections += [_section(each) for each in self.found if not each.is_beyond]


class Findings(Section):
    """The implausible rows of one kind."""


def _section(found: CheckResult) -> Findings:
    title = texts.title(found.check.kind, 0)
    title = texts.holding(title, found.limit) if found.is_beyond else texts.heading(title)
    rows = found.rows if found.is_beyond else found.rows[:ALIKE]
    lines = [texts.line(found.check, *row) for row in rows]
    return Findings(title, lines, found.count)


def judge(
    differences: Mapping[str, Difference], file_times: Mapping[str, datetime], settings: Settings
) -> Verdict:
    """Run the checks, and compare their counts with the limits."""
    _create()
    [(customers,)] = execute("SELECT count(*) FROM customer")
    found = []
    for difference in differences.values():
        if difference.new or difference.changed:
            found += _found_in(difference, settings, customers)
    return Verdict(found, _find_older(differences, file_times, settings))


def _create() -> None:
    execute(f"DROP TABLE IF EXISTS {FINDINGS}")
    columns = "kind text, staged text, line bigint, key text, field text, decision text"
    execute(f"{create_sql(FINDINGS)} ({columns})")


def _found_in(difference: Difference, settings: Settings, customers: int) -> list[CheckResult]:
    checks = checks_of(difference, settings)
    plain = [check for check in checks if not check.joins]
    counts = dict(zip(plain, _count(difference, plain), strict=True)) if plain else {}
    counts |= {check: _count(difference, [check])[0] for check in checks if check.joins}
    return [
        _examine(difference, check, counts[check], _limit(check.kind, settings, customers))
        for check in checks
        if counts[check]
    ]


def _count(difference: Difference, checks: list[Check]) -> list[int]:
    """How many rows each check finds, in one pass; all use the joins of the first."""
    cases = (f"count(CASE WHEN {check.condition(difference)} THEN 1 END)" for check in checks)
    [counts] = execute(f"SELECT {', '.join(cases)} {_tables(difference, checks[0])}")
    return list(counts)


def _tables(difference: Difference, check: Check) -> str:
    stage = difference.stage
    rows, same = difference.rows, stage.same_key("t", "src")
    if not difference.is_compared:
        # First load: rows as in the file. Looking up each buyer's name would double the time, and
        # the empty mirror has nothing to compare with.
        rows, same = f"(SELECT s.*, true AS is_new FROM {stage.staged} AS s)", "1 = 0"
    return f"FROM {rows} AS src LEFT JOIN {stage.target} AS t ON {same} {check.joins}"


def _examine(difference: Difference, check: Check, count: int, limit: int) -> CheckResult:
    tables, where = _tables(difference, check), check.condition(difference)
    key = check.key or difference.stage.key_text("src")
    rows = execute(
        f"""
        SELECT {key}, CAST({check.old} AS text), CAST({check.new} AS text) {tables}
        WHERE {where} ORDER BY src.line LIMIT {SHOWN:d}
        """
    )
    is_beyond = difference.is_compared and count > limit
    if is_beyond:
        field = check.fields[0] if check.fields else ""
        execute(
            f"""
            INSERT INTO {FINDINGS} (kind, staged, line, key, field, decision)
            SELECT '{check.kind}', '{difference.stage.staged}', src.line, {key}, '{field}',
            '{check.decision}' {tables} WHERE {where}
            """
        )
    return CheckResult(check, count, rows, limit, is_beyond)


def _limit(kind: str, settings: Settings, customers: int) -> int:
    if kind == UNLIMITED:
        return 0
    limits = settings.plausibility
    limit = getattr(limits, kind)
    return max(limit, customers * limits.percent // 100) if kind in SCALED else limit


def _find_older(
    differences: Mapping[str, Difference], file_times: Mapping[str, datetime], settings: Settings
) -> list[OlderFile]:
    """Files that would revert what a later one changed; only those with differences."""
    known, leeway = ImportFile.newest(), timedelta(hours=settings.plausibility.older_hours)
    return [
        OlderFile(name, written_at, known[name])
        for name, written_at in file_times.items()
        if name in known
        and written_at < known[name] - leeway
        and (each := differences.get(name))
        and each.new + each.changed
    ]
