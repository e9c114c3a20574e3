"""`ebok doctor`: tell what is wrong before customers do."""

from collections.abc import Iterable

import click
from flask_babel import force_locale

from ebok import settings
from ebok.doctor import FAIL, OK, WARN, Finding, examine
from ebok.health import hardening, printing  # noqa: F401 their checks
from ebok.mail import relay  # noqa: F401 its check

HEADS = {WARN: "LOOK AT", FAIL: "WRONG"}


@click.command()
def doctor():
    """Look at settings, database, mail, PDFs, documents. Exit code 1 when something is wrong."""
    # The application collects every feature, and so every check.
    from ebok.app import create_desk

    app = create_desk(settings.load())
    click.echo("settings: fine")
    with app.app_context(), force_locale("en"):
        states = [_tell(each) for each in examine(app.config["EBOK"])]
    if FAIL in states:
        raise SystemExit(1)
    click.echo(_summary(states))


def _tell(finding: Finding) -> str:
    if finding.state == OK:
        click.echo(f"{finding.name}: {finding.what}")
        return OK
    click.echo(f"{HEADS[finding.state]}: {finding.name}: {finding.what}", err=True)
    if finding.todo:
        click.echo(f"  What to do: {finding.todo}", err=True)
    return finding.state


def _summary(states: Iterable[str]) -> str:
    count = sum(state == WARN for state in states)
    return f"all well, but for {count} to look at" if count else "all well"
