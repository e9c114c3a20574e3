"""What can be wrong with an office, one list for all who ask: `ebok doctor`, `/readyz`, the alerts.

A check is written beside what it looks at, and listed by its feature in `features.py`:

    @checkup("disk", quick=True)
    def look_at_the_disk(settings: Settings) -> Iterator[Finding]:
        if free < LEAST:
            yield fail(_("The disk is full: nobody can register."), _("Remove what is not needed."))
        else:
            yield fine(_("There is room on the disk"))

- `fail` and `warn` take two sentences: what is so and what it means, and what to do. `fail` is what
  customers notice, or will: `ebok doctor` ends with 1, `/readyz` answers 503. `warn` is what can
  wait until the morning. `fine` takes what was found in order; a check may also yield nothing.
- `quick=True`: it takes a blink and asks nobody else, so `/readyz` and the worker run it each
  minute; of what it finds the administrators are told by an alert, once, until it has passed. The
  others are run by `ebok doctor`, and once a day.
- `own_alert=True`: the feature opens an alert of its own for it.
- `database=False`: it needs none. The others are run with a connection, to a database that is
  reachable and up to date.
- Sentences are `_("…")` of `ebok.languages.say`, in the language of whoever asks. Nothing personal
  and no secret stands in them: they go by mail, and to the log.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace

from ebok import database
from ebok.parts import every
from ebok.settings import Settings

OK, WARN, FAIL = "ok", "warn", "fail"
DATABASE = "database"
"""The check without whose consent none is run that needs a connection."""


@dataclass(frozen=True)
class Finding:
    """How one thing is: `state`, what that means, and what to do about it."""

    state: str
    what: str
    todo: str = ""
    name: str = ""


def fine(what: str) -> Finding:
    """Something was looked at and is in order."""
    return Finding(OK, what)


def warn(what: str, todo: str) -> Finding:
    """Something that must be seen to, though nobody is kept from anything yet."""
    return Finding(WARN, what, todo)


def fail(what: str, todo: str) -> Finding:
    """Something that does not work."""
    return Finding(FAIL, what, todo)


Look = Callable[[Settings], Iterable[Finding]]


@dataclass(frozen=True)
class Checkup:
    """One check, and who runs it."""

    name: str
    look: Look
    quick: bool = False
    database: bool = True
    own_alert: bool = False

    def __call__(self, settings: Settings) -> Iterable[Finding]:
        return self.look(settings)

    def findings(self, settings: Settings) -> Iterator[Finding]:
        """What it finds; should it break, that is a finding, too."""
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
    """Make a check of a function: see above."""
    return lambda look: Checkup(name, look, quick, database, own_alert)


def examine(settings: Settings, quick: bool = False) -> Iterator[Finding]:
    """Look at everything, or at all that takes a blink."""
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
