"""Checks of a running installation, one list for `ebok doctor`, `/readyz` and the alerts.

A check is written beside what it checks, and listed by its feature in `features.py`:

    @checkup("disk", quick=True)
    def look_at_the_disk(settings: Settings) -> Iterator[Finding]:
        if free < LEAST:
            yield fail(_("The disk is full: nobody can register."), _("Remove what is not needed."))
        else:
            yield fine(_("There is room on the disk"))

- `fail` and `warn` take two sentences: the problem and its effect, and the remedy. Customers notice
  a `fail`, now or soon: `ebok doctor` exits with 1, `/readyz` answers 503. A `warn` can wait until
  the morning. `fine` takes a sentence about what is in order. A check may also yield nothing.
- `quick=True`: it is fast and sends nothing over the network, so `/readyz` and the worker run it
  each minute, and the worker opens an alert for what it finds. The others are run by `ebok doctor`
  and once a day.
- `own_alert=True`: the feature opens an alert of its own for it.
- `database=False`: it needs no database. The others get a connection to a database that is
  reachable and up to date.
- Sentences are `_("…")` of `ebok.languages.say`, in the language of the caller. They hold no
  personal data and no secrets: they are mailed and logged.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace

from ebok import database
from ebok.parts import every
from ebok.settings import Settings

OK, WARN, FAIL = "ok", "warn", "fail"
DATABASE = "database"
"""Name of the check that must pass before checks with a connection are run."""


@dataclass(frozen=True)
class Finding:
    """A result: `state`, the sentence about it, and the remedy."""

    state: str
    what: str
    todo: str = ""
    name: str = ""


def fine(what: str) -> Finding:
    """The checked thing is in order."""
    return Finding(OK, what)


def warn(what: str, todo: str) -> Finding:
    """Something needs attention, but nothing is broken yet."""
    return Finding(WARN, what, todo)


def fail(what: str, todo: str) -> Finding:
    """Something does not work."""
    return Finding(FAIL, what, todo)


Look = Callable[[Settings], Iterable[Finding]]


@dataclass(frozen=True)
class Checkup:
    """A check, and when it is run."""

    name: str
    look: Look
    quick: bool = False
    database: bool = True
    own_alert: bool = False

    def __call__(self, settings: Settings) -> Iterable[Finding]:
        return self.look(settings)

    def findings(self, settings: Settings) -> Iterator[Finding]:
        """Run the check. An exception in it becomes a finding."""
        try:
            with database.connection() if self.database else nullcontext():
                for finding in self.look(settings):
                    yield replace(finding, name=self.name)
        except Exception as fault:
            what = f"this check could not be made: {type(fault).__name__}"
            yield Finding(FAIL, what, "look for the other faults first", self.name)


def checkup(
    name: str, *, quick: bool = False, database: bool = True, own_alert: bool = False
) -> Callable[[Look], Checkup]:
    """Turn a function into a check; the module's docstring explains the arguments."""
    return lambda look: Checkup(name, look, quick, database, own_alert)


def examine(settings: Settings, quick: bool = False) -> Iterator[Finding]:
    """Run all checks, or only the quick ones, beginning with the database's."""
    wanted = [each for each in every("checks", Checkup) if each.quick or not quick]
    first = [each for each in wanted if each.name == DATABASE]
    is_there = True
    for each in first:
        for finding in each.findings(settings):
            is_there = is_there and finding.state != FAIL
            yield finding
    for each in wanted:
        if each not in first and (is_there or not each.database):
            yield from each.findings(settings)
